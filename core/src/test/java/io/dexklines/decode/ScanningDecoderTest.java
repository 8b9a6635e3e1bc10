package io.dexklines.decode;

import static io.dexklines.decode.TradeJson.utf8;
import static io.dexklines.decode.TradeJson.valid;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.fuzz.MutatedTrades;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests what is scanned and what is left to the streaming parser. That both return the same is the
 * subject of {@link ScanningDecoderFuzzTest} and {@link JsonTradeDecoderTest}.
 */
class ScanningDecoderTest {

    private static final Map<String, Set<String>> CHAINS =
            Map.of("trades", Set.of("1", "56", "100000"));
    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);

    private final ScanningDecoder scanner = new ScanningDecoder(entries(CHAINS));
    private final StreamingDecoder parser = new StreamingDecoder(entries(CHAINS));

    private static RecordEntries entries(Map<String, Set<String>> chains) {
        return new RecordEntries(chains, Duration.ofMinutes(1), CLOCK);
    }

    private DecodedRecord scan(byte[] value) {
        return scanner.decode(value, "trades", 1, 2);
    }

    private void assertScanned(String json) {
        assertThat(scan(utf8(json)))
                .as(json)
                .isNotNull()
                .isEqualTo(parser.decode(utf8(json), "trades", 1, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evm-trades-v4.json", "sol-trades.json"})
    void scansTheRecordsOfTheProducersBeforeAndAfterItHasLearntTheirLayout(String name)
            throws IOException {
        try (InputStream in = ScanningDecoderTest.class.getResourceAsStream(name)) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);

            assertScanned(json);
            assertScanned(json);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                " [ ] \n",
                "[{}]",
                "[{ }]",
                "[{\"type\":\"add_position\",\"token_price_usd\":\"\"},{\"type\":null}]",
                "[{\"a\": [ ] , \"b\" : { \"c\" : [ 1 , -2.5e+3 , null ] } }\r\n,\t{}]",
                "[{\"swap_name\":\"\\ud83d\\ude80 \\u0026 \\ud83d\",\"pair_info\":7}]",
                "[{\"swap_name\":\"狗狗币\",\"pair_info\":{\"token_symbol\":\"é\"}}]",
            })
    void scansWhiteSpaceEscapesAndWhatIsExcluded(String json) {
        assertScanned(json);
        assertScanned(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[7]",
                "[[]]",
                "[{}",
                "[{}]]",
                "[{},]",
                "[{\"a\":1,}]",
                "[{,\"a\":1}]",
                "[{\"a\":1\"b\":2}]",
                "[{\"a\":01}]",
                "[{\"a\":\"\n\"}]",
                "[{\"a\":\"\\x\"}]",
                "[{\"a\\u0062\":1}]",
                "[{\"é\":1}]",
                "[{\"a\":{\"é\":1}}]",
                "\uFEFF[]",
            })
    void leavesOtherRecordsToTheParser(String json) {
        assertThat(scan(utf8(json))).isNull();
    }

    @Test
    void leavesWhatIsNotUtf8ToTheParser() {
        assertThat(scan(null)).isNull();
        for (String bytes : new String[] {"C0AF", "EDA080", "F4908080", "80", "E282", "FF"}) {
            byte[] json = ("[{\"a\":\"" + bytes + "\"}]").getBytes(StandardCharsets.US_ASCII);
            byte[] value = new byte[json.length - bytes.length() / 2];
            System.arraycopy(json, 0, value, 0, 7);
            byte[] foreign = HexFormat.of().parseHex(bytes);
            System.arraycopy(foreign, 0, value, 7, foreign.length);
            System.arraycopy(json, json.length - 3, value, 7 + foreign.length, 3);
            assertThat(scan(value)).as(bytes).isNull();
        }
    }

    @Test
    void skipsNestingUpToALimit() {
        int depth = ScanningDecoder.MAX_DEPTH;

        assertScanned("[{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}]");
        assertThat(scan(utf8("[{\"a\":" + "[".repeat(depth + 1) + "]".repeat(depth + 1) + "}]")))
                .isNull();
    }

    @Test
    void followsProducersThatLeaveKeysOutAndAddThem() {
        String first = valid().toString();
        String second = valid().without("clamp").without("tx_hash").toString();
        String third = valid().with("extra", "[1]").with("clamp", "true").toString();

        for (int i = 0; i < 3; i++) {
            assertScanned("[" + first + "," + second + "," + third + "," + third + "]");
        }
    }

    @Test
    void forgetsTheKeysOfAProducerThatChoosesOthersAllTheTime() {
        StringBuilder json = new StringBuilder("[{");
        for (int i = 0; i < 3 * KeyOrder.MAX_KEYS; i++) {
            json.append("\"key").append(i).append("\":").append(i).append(',');
        }
        json.append("\"").append("k".repeat(1_000)).append("\":1},").append(valid()).append(']');

        assertScanned(json.toString());
        assertScanned(json.toString());
    }

    /** The fuzz test reaches every reason, and both decoders, and can fail. */
    @Test
    void mutatedTradesAreScannedAndParsed() {
        long seed = System.nanoTime();
        System.out.println("ScanningDecoderTest seed " + seed);
        RandomGenerator<byte[]> records = MutatedTrades.records().generator(1_000);
        Random random = new Random(seed);
        StreamingDecoder other = new StreamingDecoder(entries(Map.of("trades", Set.of("56"))));
        Set<ExclusionReason> scannedReasons = EnumSet.noneOf(ExclusionReason.class);
        int scanned = 0;
        int trades = 0;
        int differing = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] value = records.next(random).value();
            DecodedRecord record = scan(value);
            if (record != null) {
                scanned++;
                trades += record.trades().size();
                record.excluded().stream().map(ExcludedTrade::reason).forEach(scannedReasons::add);
                differing += record.equals(other.decode(value, "trades", 1, 2)) ? 0 : 1;
            }
        }

        assertThat(scanned).isBetween(1_000, 2_700);
        assertThat(trades).isGreaterThan(scanned);
        assertThat(differing).as("records that another decoder reads otherwise").isPositive();
        assertThat(scannedReasons)
                .containsExactly(
                        ExclusionReason.UNSUPPORTED_TYPE,
                        ExclusionReason.INVALID,
                        ExclusionReason.UNKNOWN_CHAIN,
                        ExclusionReason.FUTURE);
    }
}
