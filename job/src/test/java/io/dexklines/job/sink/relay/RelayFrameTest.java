package io.dexklines.job.sink.relay;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.ofNumber;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.trade.Pair;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayFrameTest {

    private static final String PEPE_LINE =
            "{\"stream\":\"1:0xa43fe16908251ee70ef74718545e4fe6c5ccec9f@kline_1m\",\"data\":"
                    + "{\"e\":\"kline\",\"E\":1788220861234,"
                    + "\"s\":\"1:0xa43fe16908251ee70ef74718545e4fe6c5ccec9f\","
                    + "\"k\":{\"t\":1788220800000,\"T\":1788220859999,"
                    + "\"s\":\"1:0xa43fe16908251ee70ef74718545e4fe6c5ccec9f\",\"i\":\"1m\","
                    + "\"f\":\"25000000#7#130\",\"L\":\"25000001#9#44\","
                    + "\"o\":\"1.5\",\"c\":\"0.3333333333333333\",\"h\":\"7.25\","
                    + "\"l\":\"0.0000125\",\"v\":\"3000000000005\",\"n\":5,"
                    + "\"x\":true,\"q\":\"5000.5\",\"V\":\"700000000000\","
                    + "\"Q\":\"0.30000000000000004\","
                    + "\"mo\":\"1000000000\",\"mh\":\"2000000005\",\"ml\":\"500000000\","
                    + "\"mc\":\"123456789.125\",\"nb\":2,"
                    + "\"tf\":1788220801000,\"tl\":1788220802000}}}";

    private final RelayFrame frame = new RelayFrame();

    @Test
    void aLineIsTheStreamAndThePayload() {
        frame.add(PEPE, closed(0, 5), 1_788_220_861_234L);

        assertThat(frame.text()).isEqualTo(PEPE_LINE);
        assertThat(frame.length()).isEqualTo(PEPE_LINE.length());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, Double.MIN_VALUE, 1e-310, Double.MIN_NORMAL, Double.MAX_VALUE})
    void numbersAreFiniteDecimalsThatReadBack(double number) throws Exception {
        frame.add(PEPE, ofNumber(0, number, 3), 0);

        JsonNode kline = new ObjectMapper().readTree(frame.text()).path("data").path("k");
        for (String field :
                List.of("o", "c", "h", "l", "v", "q", "V", "Q", "mo", "mh", "ml", "mc")) {
            assertThat(kline.path(field).textValue()).matches("[0-9]+([.][0-9]+)?");
            assertThat(Double.parseDouble(kline.path(field).textValue())).isEqualTo(number);
        }
    }

    @Test
    void linesStandBelowEachOther() {
        frame.add(PEPE, closed(0, 5), 1_788_220_861_234L);
        frame.add(PEPE, open(1, 1), 1_788_220_861_235L);

        assertThat(frame.text().lines()).hasSize(2);
        assertThat(frame.text()).startsWith(PEPE_LINE + "\n{").contains("\"x\":false");
    }

    @Test
    void aPairThatIsNoAddressStaysText() throws Exception {
        String strange = "a\"b\\c\nd\u2028é\ud800<";
        frame.add(new Pair("1", strange), open(0, 1), 0);

        assertThat(frame.text()).isPrintable().matches("\\p{ASCII}*");
        assertThat(frame.text().lines()).hasSize(1);
        JsonNode line = new ObjectMapper().readTree(frame.text());
        assertThat(line.path("stream").asText()).isEqualTo("1:" + strange + "@kline_1m");
        assertThat(line.path("data").path("s").asText()).isEqualTo("1:" + strange);
    }
}
