package io.dexklines.decode;

import static io.dexklines.decode.TradeJson.BLOCK_TIME;
import static io.dexklines.decode.TradeJson.utf8;
import static io.dexklines.decode.TradeJson.valid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradeIdentity;
import io.dexklines.trade.TradePosition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTradeDecoderTest {

    private static final long NOW = BLOCK_TIME + 10;

    private static final Map<String, Set<String>> CHAINS =
            Map.of(
                    "bsc-trades", Set.of("56"),
                    "sol-trades", Set.of("100000"),
                    "evm-trades-v4", Set.of("1", "8453"));
    private static final Duration MAX_FUTURE = Duration.ofSeconds(60);
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);

    private final JsonTradeDecoder decoder = new JsonTradeDecoder(CHAINS, MAX_FUTURE, CLOCK);
    private final StreamingDecoder streaming =
            new StreamingDecoder(new RecordEntries(CHAINS, MAX_FUTURE, CLOCK));

    /** Decodes a record twice, as the second time its keys are expected, and by the parser only. */
    private DecodedRecord decode(byte[] value, String topic, int partition, long offset) {
        DecodedRecord record = decoder.decode(value, topic, partition, offset);
        assertThat(decoder.decode(value, topic, partition, offset)).isEqualTo(record);
        assertThat(streaming.decode(value, topic, partition, offset)).isEqualTo(record);
        return record;
    }

    private DecodedRecord decode(String json) {
        return decode(utf8(json), "bsc-trades", 3, 77L);
    }

    private Trade decodeOne(TradeJson trade) {
        DecodedRecord record = decode("[" + trade + "]");
        assertThat(record.excluded()).isEmpty();
        assertThat(record.trades()).hasSize(1);
        return record.trades().get(0);
    }

    private ExcludedTrade excludeOne(String element) {
        DecodedRecord record = decode("[" + valid() + "," + element + "," + valid() + "]");
        assertThat(record.trades())
                .as("the neighbours of an excluded trade")
                .extracting(trade -> trade.position().index())
                .containsExactly(0, 2);
        assertThat(record.excluded()).hasSize(1);
        ExcludedTrade excluded = record.excluded().get(0);
        assertThat(excluded)
                .extracting(
                        ExcludedTrade::topic,
                        ExcludedTrade::partition,
                        ExcludedTrade::offset,
                        ExcludedTrade::index)
                .containsExactly("bsc-trades", 3, 77L, 1);
        return excluded;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = JsonTradeDecoderTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    // valid records

    @Test
    void readsARecordOfAnEvmChain() throws IOException {
        DecodedRecord record = decode(resource("evm-trades-v4.json"), "evm-trades-v4", 0, 0);

        String pool = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";
        String tx = "0x0bb5e0dc49ae0b5a1949beabadc64522dd5615415a168650a3b592a84ae5ee05";
        String maker = "0x3fc91a3afd70395cd496c647d5a6cc9d4b2b7fad";
        IdentityFields fields =
                IdentityFields.of(tx, maker, false, 0.01, 22.68611, 2269.9572429367754);
        TradeId identity = new TradeIdentity().of("1", pool, 33, 169, fields);
        assertThat(record.excluded()).isEmpty();
        assertThat(record.trades()).hasSize(2);
        assertThat(record.trades().get(0))
                .isEqualTo(
                        new Trade(
                                "1",
                                pool,
                                tx,
                                maker,
                                false,
                                0.01,
                                22.68611,
                                22.68611,
                                2269.9572429367754,
                                1,
                                0,
                                false,
                                identity,
                                new TradePosition(1704412823, 18937382, 33, 169, 0, fields),
                                new PairLabels(
                                        "UniswapV3",
                                        "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",
                                        "WETH",
                                        "USDC")));
        assertThat(record.trades().get(1).buy()).isTrue();
        assertThat(record.trades().get(1).tokenAmount()).isEqualTo(0.783707260129944808);
        assertThat(record.trades().get(1).position().index()).isEqualTo(1);
    }

    @Test
    void readsARecordOfSolana() throws IOException {
        DecodedRecord record = decode(resource("sol-trades.json"), "sol-trades", 1, 5);

        assertThat(record.excluded()).isEmpty();
        assertThat(record.trades()).hasSize(1);
        Trade trade = record.trades().get(0);
        assertThat(trade.chainId()).isEqualTo("100000");
        assertThat(trade.pairAddress()).isEqualTo("58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2");
        assertThat(trade.maker()).isEqualTo("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU");
        assertThat(trade.txHash()).startsWith("5UfDuX94").hasSize(88);
        assertThat(trade.buy()).isTrue();
        assertThat(trade.clamp()).isTrue();
        assertThat(trade.baseTokenAmount()).isEqualTo(1.5e-7);
        assertThat(trade.tokenAmount()).isEqualTo(1234567.891);
        assertThat(trade.baseTokenPriceUsd()).isEqualTo(98.5);
        assertThat(trade.totalUsd()).isEqualTo(0.000014775);
        assertThat(trade.tokenPriceUsd()).isEqualTo(1.1967748e-11);
        assertThat(trade.mcapUsd()).isEqualTo(11967.748);
        assertThat(trade.position().block())
                .as("the slot, because block_num is 0")
                .isEqualTo(240123456);
        assertThat(trade.labels())
                .isEqualTo(
                        new PairLabels(
                                "Raydium",
                                "DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263",
                                "BONK",
                                "SOL"));
    }

    @Test
    void anEmptyArrayIsAccepted() {
        assertThat(decode("[]"))
                .isEqualTo(new DecodedRecord(List.of(), List.of(), 0, "bsc-trades", 3, 77));
        assertThat(decode(" \r\n\t[ ] \n").excluded()).isEmpty();
    }

    @Test
    void comparesEvmAddressesInLowerCase() {
        Trade trade =
                decodeOne(
                        valid().with("pair_addr", "\"0xABCdef\"")
                                .with("maker", "\"0xFEDcba\"")
                                .with("tx_hash", "\"0xAbC\""));

        assertThat(trade.pairAddress()).isEqualTo("0xabcdef");
        assertThat(trade.maker()).isEqualTo("0xfedcba");
        assertThat(trade.txHash()).isEqualTo("0xAbC");
        assertThat(trade.identity())
                .isEqualTo(
                        decodeOne(
                                        valid().with("pair_addr", "\"0xabcDEF\"")
                                                .with("maker", "\"0xfedCBA\"")
                                                .with("tx_hash", "\"0xAbC\""))
                                .identity());
    }

    @Test
    void theChainMayBeAStringOrAnInteger() {
        assertThat(decodeOne(valid().with("chain_id", "56")))
                .isEqualTo(decodeOne(valid().with("chain_id", "\"56\"")));
    }

    @Test
    void theOrderOfTheFieldsDoesNotMatter() {
        assertThat(decodeOne(valid().without("chain_id").with("chain_id", "\"56\"")))
                .isEqualTo(decodeOne(valid()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.25|0.25",
                "\"0.25\"|0.25",
                "\"1e-18\"|1e-18",
                "1e-18|1e-18",
                "1E18|1e18",
                "\"1000000000000000000\"|1e18",
                "12345678901234567890123|12345678901234567890123",
                "0|0",
                "\"0\"|0",
                "-0.0|0",
                "\"\\u0031\"|1",
            })
    void readsNumbersAndDecimalStrings(String json, double value) {
        Trade trade =
                decodeOne(
                        valid().with("token_amount", json)
                                .with("total_usd", json)
                                .with("base_token_amount", json)
                                .with("base_token_price_usd", json)
                                .with("mcap", json));

        assertThat(trade)
                .extracting(
                        Trade::tokenAmount,
                        Trade::totalUsd,
                        Trade::baseTokenAmount,
                        Trade::baseTokenPriceUsd,
                        Trade::mcapUsd)
                .containsOnly(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"null", "\"abc\"", "true", "[1]", "{\"a\":1}", "1e999", "\"NaN\"", "\"\""})
    void anOptionalFieldOfTheWrongKindCountsAsAbsent(String json) {
        Trade trade =
                decodeOne(
                        valid().with("base_token_amount", json)
                                .with("base_token_price_usd", json)
                                .with("mcap", json)
                                .with("block_num", json)
                                .with("slot", json)
                                .with("transaction_index", json)
                                .with("log_index", json)
                                .with("swap_name", json.startsWith("\"") ? "7" : json)
                                .with("pair_info", json));

        assertThat(trade)
                .isEqualTo(
                        decodeOne(
                                valid().without("base_token_amount")
                                        .without("base_token_price_usd")
                                        .without("mcap")
                                        .without("block_num")
                                        .without("transaction_index")
                                        .without("log_index")));
        assertThat(trade)
                .extracting(Trade::baseTokenAmount, Trade::baseTokenPriceUsd, Trade::mcapUsd)
                .containsOnly(0.0);
        assertThat(trade.position())
                .extracting(
                        TradePosition::block,
                        TradePosition::transactionIndex,
                        TradePosition::logIndex)
                .containsOnly(0L);
        assertThat(trade.labels()).isEqualTo(PairLabels.UNKNOWN);
    }

    @Test
    void aNegativeMarketCapitalisationIsUnknown() {
        assertThat(decodeOne(valid().with("mcap", "-1")).mcapUsd()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"true,true", "false,false", "null,false", "1,false", "'\"true\"',false"})
    void onlyTrueIsASandwich(String json, boolean clamp) {
        assertThat(decodeOne(valid().with("clamp", json)).clamp()).isEqualTo(clamp);
        assertThat(decodeOne(valid().without("clamp")).clamp()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"7,,7", "0,9,9", ",9,9", "7,9,7", ",,0"})
    void theSlotReplacesAMissingBlockNumber(String blockNum, String slot, long block) {
        TradeJson trade = valid().without("block_num");
        if (blockNum != null) {
            trade.with("block_num", blockNum);
        }
        if (slot != null) {
            trade.with("slot", slot);
        }

        assertThat(decodeOne(trade).position().block()).isEqualTo(block);
    }

    @Test
    void theLastValueOfARepeatedKeyCounts() {
        String twice =
                valid().toString()
                        .replaceFirst(
                                "\\{", "{\"token_amount\":\"x\",\"mcap\":1,\"type\":\"gift\",");
        assertThat(decode("[" + twice + "]").trades()).containsExactly(decodeOne(valid()));

        String nullLast = valid().toString().replaceFirst("}$", ",\"token_amount\":null}");
        assertThat(excludeOne(nullLast).detail()).isEqualTo("token_amount is null");

        String infoTwice =
                valid().with("pair_info", "{\"token_symbol\":\"A\"},\"pair_info\":{}").toString();
        assertThat(decode("[" + infoTwice + "]").trades().get(0).labels())
                .isEqualTo(PairLabels.UNKNOWN);
    }

    @Test
    void skipsUnknownFieldsAtAnyNesting() {
        Trade trade =
                decodeOne(
                        valid().with("a", "{\"type\":\"gift\",\"b\":[{\"mcap\":7},[[]],null]}")
                                .with("pair_info", "{\"x\":{\"token_addr\":\"no\"}}")
                                .with("z", "[]"));

        assertThat(trade).isEqualTo(decodeOne(valid()));
    }

    @Test
    void labelsAreUnicodeOfUpTo64Characters() {
        String rockets = "🚀".repeat(64);
        Trade trade =
                decodeOne(
                        valid().with("swap_name", "\"\\ud83d\\ude80 x\"")
                                .with(
                                        "pair_info",
                                        "{\"token_symbol\":\""
                                                + rockets
                                                + "\",\"token_addr\":\""
                                                + "a".repeat(128)
                                                + "\",\"base_token_symbol\":\"<b>&\\\"é\"}"));

        assertThat(trade.labels())
                .isEqualTo(new PairLabels("🚀 x", "a".repeat(128), rockets, "<b>&\"é"));
    }

    @Test
    void labelsThatCannotBeShownAreDroppedAndCountedAndTheTradeCounts() {
        String trade =
                valid().with("swap_name", "\"\\u001b[2J\"")
                        .with(
                                "pair_info",
                                "{\"token_symbol\":\"\\ud83d\",\"token_addr\":\"a b\",\"base_token_symbol\":\""
                                        + "x".repeat(65)
                                        + "\"}")
                        .toString();

        DecodedRecord record = decode("[" + trade + "," + valid() + "," + trade + "]");

        assertThat(record.trades())
                .extracting(Trade::labels)
                .containsExactly(PairLabels.UNKNOWN, PairLabels.UNKNOWN, PairLabels.UNKNOWN);
        assertThat(record.labelsDropped()).isEqualTo(8);
        assertThat(decode("[" + valid() + "]").labelsDropped()).isZero();
    }

    // identity

    @Test
    void equalTradesOfOneRecordDifferByTheirOrdinal() {
        DecodedRecord record =
                decode("[" + valid() + "," + valid().with("type", "\"buy\"") + "," + valid() + "]");

        TradeId first = record.trades().get(0).identity();
        assertThat(first).isEqualTo(decodeOne(valid()).identity());
        assertThat(record.trades().get(2).identity())
                .isEqualTo(identity(record.trades().get(0), 1))
                .isNotEqualTo(first);
        assertThat(decode("[" + valid() + "]").trades().get(0).identity())
                .as("in another record")
                .isEqualTo(first);
    }

    private static TradeId identity(Trade first, int ordinal) {
        TradePosition position = first.position();
        return new TradeIdentity()
                .of(
                        first.chainId(),
                        first.pairAddress(),
                        position.transactionIndex(),
                        position.logIndex(),
                        position.fields().withOrdinal(ordinal));
    }

    @Test
    void ordinalsDoNotDependOnTheClock() {
        TradeJson future = valid().with("block_time", String.valueOf(NOW + 61));

        DecodedRecord record = decode("[" + future + "," + valid() + "]");

        assertThat(record.excluded()).extracting(ExcludedTrade::index).containsExactly(0);
        assertThat(record.trades().get(0).identity()).isEqualTo(identity(decodeOne(valid()), 1));
    }

    // excluded trades

    @ParameterizedTest
    @ValueSource(strings = {"add_position", "remove_position", "open_position", "BUY", "buy "})
    void anythingButBuyAndSellIsUnsupported(String type) {
        ExcludedTrade excluded = excludeOne(valid().with("type", "\"" + type + "\"").toString());

        assertThat(excluded.reason()).isEqualTo(ExclusionReason.UNSUPPORTED_TYPE);
        assertThat(excluded.detail()).isEqualTo("type is " + type);
    }

    @ParameterizedTest
    @CsvSource({
        "null,type is null",
        "7,type is not a string",
        "'[\"buy\"]',type is not a string",
        "'\"\"',type is empty"
    })
    void aTradeWithoutATypeIsUnsupported(String type, String detail) {
        assertThat(excludeOne(valid().with("type", type).toString()))
                .extracting(ExcludedTrade::reason, ExcludedTrade::detail)
                .containsExactly(ExclusionReason.UNSUPPORTED_TYPE, detail);
        assertThat(excludeOne(valid().without("type").toString()).detail())
                .isEqualTo("type is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "-1.5e3", "\"buy\"", "true", "[]", "[{}]", "[[[7]]]"})
    void anElementThatIsNotAnObjectIsInvalid(String element) {
        assertThat(excludeOne(element))
                .extracting(ExcludedTrade::reason, ExcludedTrade::detail, ExcludedTrade::tradeJson)
                .containsExactly(ExclusionReason.INVALID, "not an object", element);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chain_id",
                "pair_addr",
                "tx_hash",
                "maker",
                "block_time",
                "token_amount",
                "total_usd",
                "token_price_usd"
            })
    void aRequiredFieldMustBePresentAndOfTheRightKind(String field) {
        assertThat(excludeOne(valid().without(field).toString()))
                .extracting(ExcludedTrade::reason, ExcludedTrade::detail)
                .containsExactly(ExclusionReason.INVALID, field + " is missing");
        assertThat(excludeOne(valid().with(field, "null").toString()))
                .extracting(ExcludedTrade::reason, ExcludedTrade::detail)
                .containsExactly(ExclusionReason.INVALID, field + " is null");
        for (String wrong : List.of("true", "{}", "[\"1\"]", "{\"a\":[1]}", "\"\"")) {
            ExcludedTrade excluded = excludeOne(valid().with(field, wrong).toString());
            assertThat(excluded.reason()).isEqualTo(ExclusionReason.INVALID);
            assertThat(excluded.detail()).startsWith(field + " is ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chain_id|56.0|is not a string",
                "pair_addr|7|is not a string",
                "tx_hash|7|is not a string",
                "maker|7|is not a string",
                "block_time|\"1704412823\"|is not an integer",
                "block_time|1704412823.0|is not an integer",
                "block_time|1e9|is not an integer",
                "block_time|-1|is negative",
                "block_time|-99999999999999999999|is negative",
                "token_amount|-1|is negative",
                "token_amount|\"-1e-18\"|is negative",
                "token_amount|\"NaN\"|is not a decimal number",
                "token_amount|\"0x10\"|is not a decimal number",
                "token_amount|\"1,5\"|is not a decimal number",
                "token_amount|\" 12\"|is not a decimal number",
                "token_amount|\"Infinity\"|is not a decimal number",
                "token_amount|1e999|is not finite",
                "total_usd|\"1e309\"|is not finite",
                "total_usd|-0.01|is negative",
                "token_price_usd|0|is 0",
                "token_price_usd|\"0.000\"|is 0",
                "token_price_usd|1e-999|is 0",
                "token_price_usd|-5|is negative",
            })
    void aRequiredFieldMustHaveAValidValue(String field, String json, String problem) {
        assertThat(excludeOne(valid().with(field, json).toString()))
                .extracting(ExcludedTrade::reason, ExcludedTrade::detail)
                .containsExactly(ExclusionReason.INVALID, field + " " + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chain_id", "pair_addr", "tx_hash", "maker"})
    void anAddressHasAtMost128Characters(String field) {
        assertThat(excludeOne(valid().with(field, '"' + "a".repeat(129) + '"').toString()))
                .extracting(ExcludedTrade::reason, ExcludedTrade::detail)
                .containsExactly(ExclusionReason.INVALID, field + " is longer than 128 characters");
        if (!field.equals("chain_id")) {
            decodeOne(valid().with(field, '"' + "a".repeat(128) + '"'));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a,b",
                "a/b",
                "a@b",
                "a:b",
                "a b",
                "a\\\"b",
                "a\\\\b",
                "é",
                "a\\n",
                "a\\u0000",
                "a\\ud83d",
                "🚀"
            })
    void anIdentifierOfAnotherFormIsInvalid(String text) {
        for (String field : List.of("chain_id", "pair_addr", "tx_hash", "maker")) {
            ExcludedTrade excluded = excludeOne(valid().with(field, '"' + text + '"').toString());

            assertThat(excluded.reason()).isEqualTo(ExclusionReason.INVALID);
            assertThat(excluded.detail())
                    .isEqualTo(field + " has a character other than A-Z a-z 0-9 . _ -");
        }
    }

    @Test
    void anEvmAddressIsTheSameWithAndWithoutPrefixAndInAnyCase() {
        String digits = "88e6A0c2dDD26FEEb64F039a2c41296FcB3f5640";
        String poolId = "21C67e77068DE97969Ba93d4aAB21826d33cA12bB9F565d8496e8fDa8a82ca27";

        Trade bare = decodeOne(valid().with("pair_addr", quoted(digits)));
        Trade withPrefix = decodeOne(valid().with("pair_addr", quoted("0X" + digits)));

        assertThat(bare).isEqualTo(withPrefix);
        assertThat(bare.pairAddress()).isEqualTo("0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640");
        assertThat(decodeOne(valid().with("pair_addr", quoted(poolId))).pairAddress())
                .isEqualTo("0x" + poolId.toLowerCase(Locale.ROOT));
        assertThat(decodeOne(valid().with("maker", quoted(digits))).maker())
                .isEqualTo("0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640");
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    @Test
    void aNumberHas1024DigitsAtLeastAndIsOtherwiseTooLong() {
        String digits = "1." + "0".repeat(1_023);
        assertThat(decodeOne(valid().with("token_amount", quoted(digits))).tokenAmount())
                .isEqualTo(1);
        assertThat(decodeOne(valid().with("token_amount", digits + "e-1")).tokenAmount())
                .isEqualTo(0.1);

        String tooLong = "1." + "0".repeat(1_099);
        for (String number : List.of(tooLong, quoted(tooLong), "9".repeat(1_101))) {
            assertThat(excludeOne(valid().with("total_usd", number).toString()).detail())
                    .isEqualTo("total_usd is too long: it has more than 1100 characters");
        }
        assertThat(excludeOne(valid().with("block_time", "9".repeat(1_101)).toString()).detail())
                .isEqualTo("block_time is too long: it has more than 1100 characters");
    }

    @ParameterizedTest
    @CsvSource({"'\"1\"'", "100000", "'\"056\"'", "99999999999999999999", "-56"})
    void aChainOfAnotherTopicIsUnknown(String chain) {
        ExcludedTrade excluded = excludeOne(valid().with("chain_id", chain).toString());

        assertThat(excluded.reason()).isEqualTo(ExclusionReason.UNKNOWN_CHAIN);
        assertThat(excluded.detail()).startsWith("chain_id ");
    }

    @Test
    void everyChainOfATopicThatIsNotConfiguredIsUnknown() {
        assertThat(decode(utf8("[" + valid() + "]"), "another", 0, 0).excluded())
                .extracting(ExcludedTrade::reason)
                .containsExactly(ExclusionReason.UNKNOWN_CHAIN);
    }

    @Test
    void aTradeMoreThanSixtySecondsAheadOfTheClockIsExcluded() {
        decodeOne(valid().with("block_time", String.valueOf(NOW + 60)));

        for (String later :
                List.of(
                        String.valueOf(NOW + 61),
                        String.valueOf(BLOCK_TIME * 1000),
                        "9223372036854775807",
                        "99999999999999999999999")) {
            assertThat(excludeOne(valid().with("block_time", later).toString()))
                    .extracting(ExcludedTrade::reason, ExcludedTrade::detail)
                    .containsExactly(
                            ExclusionReason.FUTURE, "block_time is later than " + (NOW + 60));
        }
    }

    @Test
    void aTimeLongAgoIsAccepted() {
        assertThat(decodeOne(valid().with("block_time", "0")).position().blockTimeSeconds())
                .isZero();
    }

    @Test
    void theFirstReasonThatAppliesWins() {
        TradeJson trade =
                valid().with("type", "\"gift\"")
                        .without("maker")
                        .with("chain_id", "\"1\"")
                        .with("block_time", "9999999999");
        assertThat(excludeOne(trade.toString()).reason())
                .isEqualTo(ExclusionReason.UNSUPPORTED_TYPE);

        trade.with("type", "\"buy\"");
        assertThat(excludeOne(trade.toString()).reason()).isEqualTo(ExclusionReason.INVALID);

        trade.with("maker", "\"m\"");
        assertThat(excludeOne(trade.toString()).reason()).isEqualTo(ExclusionReason.UNKNOWN_CHAIN);

        trade.with("chain_id", "\"56\"");
        assertThat(excludeOne(trade.toString()).reason()).isEqualTo(ExclusionReason.FUTURE);

        String everythingMissing = "{}";
        assertThat(excludeOne(everythingMissing).reason())
                .isEqualTo(ExclusionReason.UNSUPPORTED_TYPE);
        assertThat(excludeOne("{\"type\":\"buy\"}").detail()).isEqualTo("chain_id is missing");
    }

    // malformed records

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|the value is empty",
                "' \n'|the value is blank",
                "'{}'|the value is not an array",
                "'null'|the value is not an array",
                "'7'|the value is not an array",
                "'\"[]\"'|the value is not an array",
                "'[]]'|not JSON at byte 2:",
                "'[] []'|something follows",
                "'[] x'|not JSON at byte",
                "'[]   \u0000'|not JSON at byte",
                "'{} {}'|something follows",
                "'['|not JSON at byte",
                "'[{\"type\":\"buy\"}'|not JSON at byte",
                "'[{\"type\":\"bu'|not JSON at byte",
                "'[1,]'|not JSON at byte",
                "'[NaN]'|not JSON at byte",
                "'[01]'|not JSON at byte",
                "'[''a'']'|not JSON at byte",
                "'[/**/]'|not JSON at byte",
                "'hello'|not JSON at byte",
                "'<html>'|not JSON at byte",
                "'[\"a\nb\"]'|not JSON at byte",
            })
    void aValueThatIsNotAnArrayIsOneMalformedRecord(String value, String detail) {
        DecodedRecord record = decode(value);

        assertThat(record.trades()).isEmpty();
        assertThat(record.excluded())
                .extracting(
                        ExcludedTrade::reason,
                        ExcludedTrade::topic,
                        ExcludedTrade::partition,
                        ExcludedTrade::offset,
                        ExcludedTrade::index)
                .containsExactly(tuple(ExclusionReason.MALFORMED, "bsc-trades", 3, 77L, -1));
        assertThat(record.excluded().get(0).detail()).startsWith(detail);
        assertThat(record.latestTimeMs()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void aTombstoneIsMalformed() {
        assertThat(decode(null, "bsc-trades", 0, 1).excluded())
                .containsExactly(
                        new ExcludedTrade(
                                ExclusionReason.MALFORMED,
                                "the value is null",
                                "bsc-trades",
                                0,
                                1,
                                -1,
                                "null"));
    }

    @Test
    void aSyntaxErrorAfterValidTradesMakesTheWholeRecordMalformed() {
        DecodedRecord record = decode("[" + valid() + "," + valid() + ",{\"type\":]");

        assertThat(record.trades()).isEmpty();
        assertThat(record.excluded()).hasSize(1);
        assertThat(record.excluded().get(0).tradeJson()).startsWith("\"[{\\\"chain_id\\\"");
    }

    @Test
    void aValueThatIsNotUtf8IsMalformed() {
        byte[] latin1 =
                ("[" + valid().with("swap_name", "\"é\"") + "]")
                        .getBytes(StandardCharsets.ISO_8859_1);
        byte[] utf16 = ("[" + valid() + "]").getBytes(StandardCharsets.UTF_16BE);
        byte[] utf16LittleEndian = ("[" + valid() + "]").getBytes(StandardCharsets.UTF_16LE);
        byte[] markedUtf16 = ("[" + valid() + "]").getBytes(StandardCharsets.UTF_16);
        byte[] surrogate = utf8("[\"???\"]");
        surrogate[2] = (byte) 0xED;
        surrogate[3] = (byte) 0xA0;
        surrogate[4] = (byte) 0x80;

        for (byte[] value : List.of(latin1, utf16, utf16LittleEndian, markedUtf16, surrogate)) {
            assertThat(decode(value, "bsc-trades", 0, 0).excluded())
                    .extracting(ExcludedTrade::reason)
                    .containsExactly(ExclusionReason.MALFORMED);
        }
    }

    @Test
    void aByteOrderMarkIsMalformed() {
        assertThat(decode("\uFEFF[]").excluded())
                .extracting(ExcludedTrade::detail)
                .containsExactly(
                        "the value begins with a byte order mark or another foreign character");
    }

    // the original JSON of excluded trades

    @Test
    void theOriginalIsKeptVerbatim() {
        String original =
                "{ \"type\" : \"gift\",  \"n\": 1.50 , \"s\":\"é🚀\\u00e9 ]}\", \"n\": [ ] }";

        assertThat(excludeOne(original).tradeJson()).isEqualTo(original);
        assertThat(decode("  [ \t" + original + " ]").excluded().get(0).tradeJson())
                .isEqualTo(original);
        assertThat(decode("{\"no\": [\"array\"]}").excluded().get(0).tradeJson())
                .isEqualTo("{\"no\": [\"array\"]}");
        assertThat(decode("no \"JSON\"\n").excluded().get(0).tradeJson())
                .isEqualTo("\"no \\\"JSON\\\"\\n\"");
    }

    @Test
    void theOriginalCannotControlATerminalAndMeansTheSame() {
        String original = "{\n\"type\":\t\"\u009b2J\u202e\u007f\\u001b\"\r}";

        assertThat(excludeOne(original).tradeJson())
                .isEqualTo("{ \"type\": \"\\u009b2J\\u202e\\u007f\\u001b\" }");
        assertThat(decode("no JSON \u009b").excluded().get(0).tradeJson())
                .isEqualTo("\"no JSON \\u009b\"");
        assertThat(excludeOne(original).detail()).isEqualTo("type is \uFFFD2J\uFFFD\uFFFD\uFFFD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\ud83d",
                "\\ude80",
                "\\ud83d\\n",
                "\\ud83d\\ud83d\\ude80",
                "\\uDE80\\uD83D"
            })
    void anOriginalWithHalfASurrogatePairBecomesAString(String text) throws IOException {
        String original = "{\"type\":\"gift\",\"s\":\"" + text + "\"}";

        String kept = excludeOne(original).tradeJson();

        assertThat(new ObjectMapper().readValue(kept, String.class)).isEqualTo(original);
    }

    @Test
    void aWholeSurrogatePairStaysInTheOriginal() {
        String original = "{\"type\":\"gift\",\"s\":\"\\\\ud83d \\ud83d\\ude80\"}";

        assertThat(excludeOne(original).tradeJson()).isEqualTo(original);
    }

    @Test
    void aLongOriginalBecomesAStringCutAt64KilobytesBetweenCharacters() throws IOException {
        String original = "{\"type\":\"gift\",\"s\":\"" + "€".repeat(30_000) + "\"}";

        String shown = excludeOne(original).tradeJson();

        String text = new ObjectMapper().readValue(shown, String.class);
        assertThat(utf8(text).length).isBetween(64 * 1024 - 3, 64 * 1024);
        assertThat(original).startsWith(text);
        assertThat(
                        new ObjectMapper()
                                .readValue(
                                        decode("x".repeat(70_000)).excluded().get(0).tradeJson(),
                                        String.class))
                .isEqualTo("x".repeat(64 * 1024));
    }

    @Test
    void aDeeplyNestedOriginalBecomesAString() {
        String shallow = "[".repeat(64) + "\"[[\\\"[[\"" + "]".repeat(64);
        String deep = "[" + shallow + "]";

        assertThat(excludeOne(shallow).tradeJson()).isEqualTo(shallow);
        assertThat(excludeOne(deep).tradeJson()).startsWith("\"[[[");
    }

    // hostile input

    @Test
    void deepNestingIsHandled() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        String deepObjects = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);

        assertThat(decodeOne(valid().with("x", deep).with("y", deepObjects)))
                .isEqualTo(decodeOne(valid()));
        assertThat(excludeOne(deep).reason()).isEqualTo(ExclusionReason.INVALID);
        assertThat(decode("[" + valid().with("x", "[" + deep + "]") + "]").excluded())
                .extracting(ExcludedTrade::reason)
                .containsExactly(ExclusionReason.MALFORMED);
        assertThat(decode("[" + "[".repeat(5_000_000)).excluded())
                .extracting(ExcludedTrade::reason)
                .containsExactly(ExclusionReason.MALFORMED);
    }

    @Test
    void manyElementsAreAllAccountedFor() {
        String elements =
                IntStream.range(0, 100_000)
                        .mapToObj(i -> i % 2 == 0 ? "{}" : "7")
                        .collect(Collectors.joining(","));
        String equals =
                IntStream.range(0, 2_000)
                        .mapToObj(i -> valid().toString())
                        .collect(Collectors.joining(","));

        assertThat(decode("[" + elements + "]").excluded()).hasSize(100_000);
        assertThat(decode("[" + equals + "]").trades())
                .extracting(trade -> trade.identity())
                .doesNotHaveDuplicates()
                .hasSize(2_000);
    }

    @Test
    void textsNumbersAndNamesOfMegabytesAreHandled() {
        String megabytes = "9".repeat(10 << 20);

        assertThat(decodeOne(valid().with("x", '"' + megabytes + '"').with("y", megabytes)))
                .isEqualTo(decodeOne(valid()));
        assertThat(decodeOne(valid().with(megabytes, "1"))).isEqualTo(decodeOne(valid()));
        assertThat(decodeOne(valid().with("swap_name", '"' + megabytes + '"')).labels().swapName())
                .isEmpty();
        for (String field : List.of("chain_id", "token_amount", "block_time")) {
            assertThat(excludeOne(valid().with(field, megabytes).toString()).reason())
                    .isEqualTo(ExclusionReason.INVALID);
        }
        assertThat(decodeOne(valid().with("log_index", megabytes)).position().logIndex()).isZero();
        assertThat(decodeOne(valid().with("log_index", "9".repeat(1_100))).position().logIndex())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void manyDistinctFieldNamesAreHandled() {
        for (int i = 0; i < 200; i++) {
            decodeOne(valid().with("name " + i, "1").with("x", '"' + "x".repeat(1 << 20) + '"'));
        }
        assertThat(decodeOne(valid()).chainId()).isEqualTo("56");
    }

    @Test
    void everyElementOfMutatedInputIsAccountedFor() {
        ObjectMapper mapper =
                new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good =
                utf8("[" + valid() + "," + valid().with("pair_info", "{\"a\":[1.5e3]}") + ",7]");
        for (int i = 0; i < 2_000; i++) {
            byte[] value = mutated(good, random);

            DecodedRecord record = decode(value, "bsc-trades", 0, i);

            int elements = elements(mapper, value);
            int accounted = record.trades().size() + record.excluded().size();
            boolean malformed =
                    !record.excluded().isEmpty()
                            && record.excluded().get(0).reason() == ExclusionReason.MALFORMED;
            Supplier<String> description =
                    () -> "seed " + seed + ": " + new String(value, StandardCharsets.UTF_8);
            assertThat(malformed).as(description).isEqualTo(elements < 0);
            assertThat(accounted).as(description).isEqualTo(Math.max(elements, malformed ? 1 : 0));
            for (ExcludedTrade excluded : record.excluded()) {
                assertThat(isJson(mapper, excluded.tradeJson())).as(description).isTrue();
            }
        }
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] value = good.clone();
        String alphabet = "{}[]\",:0123456789eE.-+ \\nulltruefals\u0000\t";
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            value[random.nextInt(value.length)] =
                    (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        }
        return value;
    }

    /**
     * Returns how many elements the array has by Jackson's tree parser, or -1 if the value is not
     * an array.
     */
    private static int elements(ObjectMapper mapper, byte[] value) {
        try {
            JsonNode node = mapper.readTree(new String(value, StandardCharsets.UTF_8));
            return node.isArray() ? node.size() : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    private static boolean isJson(ObjectMapper mapper, String text) {
        try {
            mapper.readTree(text);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
