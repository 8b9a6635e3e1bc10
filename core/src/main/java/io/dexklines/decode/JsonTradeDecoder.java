package io.dexklines.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.common.base.Utf8;
import io.dexklines.text.PrintableText;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Identifier;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradeIdentity;
import io.dexklines.trade.TradePosition;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decodes the value of a Kafka record with a streaming parser, without building a tree. Each
 * element of the value's array becomes a trade or an excluded entry. A value that is not an array
 * becomes one excluded entry. Not thread-safe.
 *
 * <p>Decisions that the input contract leaves open:
 *
 * <ul>
 *   <li>An optional field of the wrong type counts as absent. {@code mcap}, {@code
 *       base_token_amount}, {@code base_token_price_usd}, {@code block_num}, {@code slot}, {@code
 *       transaction_index} and {@code log_index} are then 0. A negative {@code mcap} or {@code
 *       base_token_price_usd} is 0, too.
 *   <li>A label that cannot be shown counts as empty: a token's address that is no {@link
 *       Identifier}, a name or symbol that is not {@link PrintableText} or longer than {@value
 *       TradeFields#MAX_LABEL_LENGTH} characters.
 *   <li>A number of more than {@value DecimalNumber#MAX_LENGTH} characters is invalid.
 *   <li>A record is malformed if it is not UTF-8, begins with a byte order mark, or is nested
 *       deeper than {@value #MAX_DEPTH} levels.
 * </ul>
 */
public final class JsonTradeDecoder {

    /**
     * The deepest nesting of a record: 100,000 levels in a field of a trade in an array. While a
     * record is decoded, each level costs about 60 bytes of heap.
     */
    private static final int MAX_DEPTH = 100_002;

    private static final int MAX_DETAIL_LENGTH = 200;

    /**
     * The number of input bytes after which the factory is replaced. The factory caches field names
     * forever, and producers choose them.
     */
    private static final long MAX_BYTES_PER_FACTORY = 64L << 20;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

    private final Map<String, Set<String>> chainsByTopic;
    private final long maxFutureMs;
    private final Clock clock;

    private final TradeFields fields = new TradeFields();
    private final TradeIdentity identities = new TradeIdentity();
    private final RecordOrdinals ordinals = new RecordOrdinals();

    private JsonFactory factory;
    private long bytesOfFactory;

    /**
     * @param chainsByTopic the chain ids that each topic may carry
     * @param maxFuture how far {@code block_time} may be ahead of the clock
     * @param clock the wall clock
     */
    public JsonTradeDecoder(
            Map<String, Set<String>> chainsByTopic, Duration maxFuture, Clock clock) {
        this.chainsByTopic = chainsByTopic;
        this.maxFutureMs = maxFuture.toMillis();
        this.clock = clock;
        this.factory = newFactory();
    }

    /**
     * Decodes one record. Does not throw, whatever the value is.
     *
     * @param value the record's value; null for a tombstone
     * @param topic topic of the record, which determines the expected chains
     * @param partition partition of the record
     * @param offset offset of the record
     */
    public DecodedRecord decode(byte[] value, String topic, int partition, long offset) {
        Elements elements = new Elements(value, topic, partition, offset);
        String problem = encodingProblem(value);
        if (problem != null) {
            return elements.malformed(problem);
        }
        try (JsonParser parser = factory(value.length).createParser(value)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return elements.malformed("the value is blank");
            }
            if (first == JsonToken.START_ARRAY) {
                readArray(parser, elements);
            } else {
                parser.skipChildren();
                parser.finishToken();
            }
            if (parser.nextToken() != null) {
                return elements.malformed("something follows the first JSON value");
            }
            return first == JsonToken.START_ARRAY
                    ? elements.record()
                    : elements.malformed(
                            "the value is not an array",
                            OriginalText.ofJson(value, 0, value.length));
        } catch (JsonProcessingException e) {
            return elements.malformed(
                    String.format(
                            "not JSON at byte %d: %s",
                            e.getLocation() == null ? 0 : e.getLocation().getByteOffset(),
                            PrintableText.of(e.getOriginalMessage(), MAX_DETAIL_LENGTH)));
        } catch (IOException e) {
            return elements.malformed(
                    PrintableText.of("not JSON: " + e.getMessage(), MAX_DETAIL_LENGTH));
        }
    }

    private void readArray(JsonParser parser, Elements elements) throws IOException {
        ordinals.clear();
        Set<String> chains = chainsByTopic.getOrDefault(elements.topic, Set.of());
        long latestBlockTime = Math.floorDiv(clock.millis() + maxFutureMs, 1000L);
        JsonToken token = parser.nextToken();
        for (int index = 0; token != JsonToken.END_ARRAY; index++) {
            int start = (int) parser.currentTokenLocation().getByteOffset();
            if (token == JsonToken.START_OBJECT) {
                fields.read(parser);
                decide(parser, elements, index, start, chains, latestBlockTime);
            } else {
                parser.skipChildren();
                parser.finishToken();
                elements.exclude(ExclusionReason.INVALID, "not an object", parser, index, start);
            }
            token = parser.nextToken();
        }
    }

    /** Accepts or excludes the trade in {@link #fields}. The first reason that applies wins. */
    private void decide(
            JsonParser parser,
            Elements elements,
            int index,
            int start,
            Set<String> chains,
            long latestBlockTime) {
        String type = fields.type.value;
        boolean buy = "buy".equals(type);
        if (fields.type.problem != null || (!buy && !"sell".equals(type))) {
            String detail =
                    fields.type.problem != null
                            ? "type " + fields.type.problem
                            : "type is " + PrintableText.of(type, TradeFields.MAX_LABEL_LENGTH);
            elements.exclude(ExclusionReason.UNSUPPORTED_TYPE, detail, parser, index, start);
            return;
        }
        String problem = fields.problem();
        if (problem != null) {
            elements.exclude(ExclusionReason.INVALID, problem, parser, index, start);
            return;
        }
        String chainId = fields.chainId.value;
        if (!chains.contains(chainId)) {
            String detail =
                    "chain_id "
                            + PrintableText.of(chainId, TradeFields.MAX_LABEL_LENGTH)
                            + " does not belong to the topic";
            elements.exclude(ExclusionReason.UNKNOWN_CHAIN, detail, parser, index, start);
            return;
        }
        // Before the check against the clock: the identity of a repeated trade contains its
        // ordinal, which must not depend on the time of decoding.
        Trade trade = trade(chainId, buy, index);
        if (fields.blockTime.value > latestBlockTime) {
            String detail = "block_time is later than " + latestBlockTime;
            elements.exclude(ExclusionReason.FUTURE, detail, parser, index, start);
            return;
        }
        elements.trades.add(trade);
        elements.labelsDropped += fields.labelsDropped;
    }

    private Trade trade(String chainId, boolean buy, int index) {
        String pairAddress = Identifier.address(chainId, fields.pairAddress.value);
        String maker = Identifier.address(chainId, fields.maker.value);
        double tokenAmount = fields.tokenAmount.finite();
        double baseTokenAmount = fields.baseTokenAmount.finite();
        double tokenPriceUsd = fields.tokenPriceUsd.finite();
        IdentityFields others =
                IdentityFields.of(
                        fields.txHash.value,
                        maker,
                        buy,
                        tokenAmount,
                        baseTokenAmount,
                        tokenPriceUsd);
        TradeId id = identity(chainId, pairAddress, others);
        int ordinal = ordinals.next(id);
        if (ordinal > 0) {
            others = others.withOrdinal(ordinal);
            id = identity(chainId, pairAddress, others);
        }
        long block = fields.blockNum.value != 0 ? fields.blockNum.value : fields.slot.value;
        return new Trade(
                chainId,
                pairAddress,
                fields.txHash.value,
                maker,
                buy,
                tokenAmount,
                baseTokenAmount,
                fields.totalUsd.finite(),
                tokenPriceUsd,
                fields.baseTokenPriceUsd.notNegative(),
                fields.mcap.notNegative(),
                fields.clamp,
                id,
                new TradePosition(
                        fields.blockTime.value,
                        block,
                        fields.transactionIndex.value,
                        fields.logIndex.value,
                        index,
                        others),
                fields.labels());
    }

    private TradeId identity(String chainId, String pairAddress, IdentityFields others) {
        return identities.of(
                chainId, pairAddress, fields.transactionIndex.value, fields.logIndex.value, others);
    }

    /** Returns why the bytes cannot be JSON in UTF-8; null if they can. */
    private static String encodingProblem(byte[] value) {
        if (value == null) {
            return "the value is null";
        }
        if (value.length == 0) {
            return "the value is empty";
        }
        if (!isAscii(value)) {
            if (!Utf8.isWellFormed(value)) {
                return "the value is not UTF-8";
            }
            if (value[0] == (byte) 0xEF) {
                // U+FEFF or another character that cannot begin JSON
                return "the value begins with a byte order mark or another foreign character";
            }
        }
        for (int i = 0; i < Math.min(4, value.length); i++) {
            if (value[i] == 0) {
                return "the value begins with zero bytes, as UTF-16 and UTF-32 do";
            }
        }
        return null;
    }

    private static boolean isAscii(byte[] value) {
        int at = 0;
        for (; at <= value.length - Long.BYTES; at += Long.BYTES) {
            if (((long) EIGHT_BYTES.get(value, at) & NOT_ASCII) != 0) {
                return false;
            }
        }
        for (; at < value.length; at++) {
            if (value[at] < 0) {
                return false;
            }
        }
        return true;
    }

    private JsonFactory factory(int bytes) {
        bytesOfFactory += bytes;
        if (bytesOfFactory > MAX_BYTES_PER_FACTORY) {
            factory = newFactory();
            bytesOfFactory = bytes;
        }
        return factory;
    }

    private static JsonFactory newFactory() {
        return JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                // no limits: the record is in memory already
                                .maxNumberLength(Integer.MAX_VALUE)
                                .maxStringLength(Integer.MAX_VALUE)
                                .maxNameLength(Integer.MAX_VALUE)
                                .build())
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                // field names that collide on purpose may cost time, but must not fail a record
                .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                .build();
    }

    /** The elements of one record: trades and excluded entries. */
    private static final class Elements {

        private final byte[] value;
        private final String topic;
        private final int partition;
        private final long offset;
        private final List<Trade> trades = new ArrayList<>();
        private final List<ExcludedTrade> excluded = new ArrayList<>();
        private int labelsDropped;

        Elements(byte[] value, String topic, int partition, long offset) {
            this.value = value;
            this.topic = topic;
            this.partition = partition;
            this.offset = offset;
        }

        DecodedRecord record() {
            return new DecodedRecord(trades, excluded, labelsDropped, topic, partition, offset);
        }

        /** Returns the record as one excluded entry, without trades. */
        DecodedRecord malformed(String detail) {
            return malformed(
                    detail, value == null ? "null" : OriginalText.ofBytes(value, 0, value.length));
        }

        DecodedRecord malformed(String detail, String original) {
            ExcludedTrade whole =
                    new ExcludedTrade(
                            ExclusionReason.MALFORMED,
                            detail,
                            topic,
                            partition,
                            offset,
                            ExcludedTrade.WHOLE_RECORD,
                            original);
            return new DecodedRecord(List.of(), List.of(whole), 0, topic, partition, offset);
        }

        /** Excludes the element from byte {@code start} to the parser's current position. */
        void exclude(
                ExclusionReason reason, String detail, JsonParser parser, int index, int start) {
            int end = (int) parser.currentLocation().getByteOffset();
            String original = OriginalText.ofJson(value, start, end);
            excluded.add(
                    new ExcludedTrade(reason, detail, topic, partition, offset, index, original));
        }
    }
}
