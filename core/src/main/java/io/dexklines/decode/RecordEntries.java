package io.dexklines.decode;

import io.dexklines.text.PrintableText;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Identifier;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradeIdentity;
import io.dexklines.trade.TradePosition;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The entries of one record: trades and excluded entries. Decides which elements of the record's
 * array are trades, whoever parsed them. An instance is reused for all records. Not thread-safe.
 */
final class RecordEntries {

    private final Map<String, Set<String>> chainsByTopic;
    private final long maxFutureMs;
    private final Clock clock;

    private final TradeFields fields = new TradeFields();
    private final TradeIdentity identities = new TradeIdentity();
    private final RecordOrdinals ordinals = new RecordOrdinals();

    private byte[] value;
    private String topic;
    private int partition;
    private long offset;
    private Set<String> chains;
    private long latestBlockTime;

    private List<Trade> trades;
    private List<ExcludedTrade> excluded;
    private int labelsDropped;

    /**
     * @param chainsByTopic the chain ids that each topic may carry
     * @param maxFuture how far {@code block_time} may be ahead of the clock
     * @param clock the wall clock
     */
    RecordEntries(Map<String, Set<String>> chainsByTopic, Duration maxFuture, Clock clock) {
        this.chainsByTopic = chainsByTopic;
        this.maxFutureMs = maxFuture.toMillis();
        this.clock = clock;
    }

    /** Begins a record, without entries. */
    void begin(byte[] newValue, String newTopic, int newPartition, long newOffset) {
        value = newValue;
        topic = newTopic;
        partition = newPartition;
        offset = newOffset;
        chains = chainsByTopic.getOrDefault(topic, Set.of());
        latestBlockTime = Math.floorDiv(clock.millis() + maxFutureMs, 1000L);
        trades = new ArrayList<>();
        excluded = new ArrayList<>();
        labelsDropped = 0;
        ordinals.clear();
    }

    /** Returns the fields of the element that is read, to be filled before {@link #add}. */
    TradeFields fields() {
        return fields;
    }

    /** Returns the record with the entries so far. */
    DecodedRecord record() {
        return new DecodedRecord(trades, excluded, labelsDropped, topic, partition, offset);
    }

    /** Returns the record as one excluded entry, without trades. */
    DecodedRecord malformed(String detail) {
        return malformed(
                detail, value == null ? "null" : OriginalText.ofBytes(value, 0, value.length));
    }

    /** Returns the record, which is JSON but no array, as one excluded entry. */
    DecodedRecord notAnArray() {
        return malformed("the value is not an array", OriginalText.ofJson(value, 0, value.length));
    }

    private DecodedRecord malformed(String detail, String original) {
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

    /** Excludes the next element, from byte {@code start} to {@code end}, which is no object. */
    void addOther(int start, int end) {
        exclude(ExclusionReason.INVALID, "not an object", start, end);
    }

    /**
     * Accepts or excludes the next element, whose fields have been read. The first reason that
     * applies wins.
     *
     * @param start index of the first byte of the element
     * @param end index of the first byte after it
     */
    void add(int start, int end) {
        boolean hasType = fields.type.isValid();
        String type = fields.type.value();
        boolean buy = "buy".equals(type);
        if (!hasType || (!buy && !"sell".equals(type))) {
            String detail =
                    hasType
                            ? "type is " + PrintableText.of(type, TradeFields.MAX_LABEL_LENGTH)
                            : "type " + fields.type.problem();
            exclude(ExclusionReason.UNSUPPORTED_TYPE, detail, start, end);
            return;
        }
        String problem = fields.problem();
        if (problem != null) {
            exclude(ExclusionReason.INVALID, problem, start, end);
            return;
        }
        String chainId = fields.chainId.value();
        if (!chains.contains(chainId)) {
            String detail =
                    "chain_id "
                            + PrintableText.of(chainId, TradeFields.MAX_LABEL_LENGTH)
                            + " does not belong to the topic";
            exclude(ExclusionReason.UNKNOWN_CHAIN, detail, start, end);
            return;
        }
        // Before the check against the clock: the identity of a repeated trade contains its
        // ordinal, which must not depend on the time of decoding.
        Trade trade = trade(chainId, buy);
        if (fields.blockTime.value() > latestBlockTime) {
            String detail = "block_time is later than " + latestBlockTime;
            exclude(ExclusionReason.FUTURE, detail, start, end);
            return;
        }
        trades.add(trade);
        labelsDropped += fields.labelsDropped;
    }

    private Trade trade(String chainId, boolean buy) {
        String pairAddress = Identifier.address(chainId, fields.pairAddress.value());
        String maker = Identifier.address(chainId, fields.maker.value());
        double tokenAmount = fields.tokenAmount.finite();
        double baseTokenAmount = fields.baseTokenAmount.finite();
        double tokenPriceUsd = fields.tokenPriceUsd.finite();
        IdentityFields others =
                IdentityFields.ofIdentifiers(
                        fields.txHash.value(),
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
        long block = fields.blockNum.value() != 0 ? fields.blockNum.value() : fields.slot.value();
        return new Trade(
                chainId,
                pairAddress,
                fields.txHash.value(),
                maker,
                buy,
                tokenAmount,
                baseTokenAmount,
                fields.totalUsd.finite(),
                tokenPriceUsd,
                fields.baseTokenPriceUsd.notNegative(),
                fields.mcap.notNegative(),
                fields.clamp.value(),
                id,
                new TradePosition(
                        fields.blockTime.value(),
                        block,
                        fields.transactionIndex.value(),
                        fields.logIndex.value(),
                        nextIndex(),
                        others),
                fields.labels());
    }

    private TradeId identity(String chainId, String pairAddress, IdentityFields others) {
        return identities.ofIdentifiers(
                chainId,
                pairAddress,
                fields.transactionIndex.value(),
                fields.logIndex.value(),
                others);
    }

    /** Returns the index of the next element. Every element so far is an entry. */
    private int nextIndex() {
        return trades.size() + excluded.size();
    }

    private void exclude(ExclusionReason reason, String detail, int start, int end) {
        String original = OriginalText.ofJson(value, start, end);
        excluded.add(
                new ExcludedTrade(reason, detail, topic, partition, offset, nextIndex(), original));
    }
}
