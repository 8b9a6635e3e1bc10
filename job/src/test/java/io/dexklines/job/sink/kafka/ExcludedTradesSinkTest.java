package io.dexklines.job.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExcludedTradesSinkTest {

    @Test
    void isOneObjectWithTheOriginalInIt() {
        ExcludedTrade excluded =
                new ExcludedTrade(
                        ExclusionReason.UNSUPPORTED_TYPE,
                        "type is add_position",
                        "evm-trades-v4",
                        2,
                        77,
                        1,
                        "{\"type\":\"add_position\"}");

        assertThat(new String(ExcludedTradesSink.json(excluded), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"reason\":\"unsupported_type\",\"detail\":\"type is add_position\","
                                + "\"topic\":\"evm-trades-v4\",\"partition\":2,\"offset\":77,"
                                + "\"index\":1,\"trade\":{\"type\":\"add_position\"}}");
    }

    @ParameterizedTest
    @EnumSource(ExclusionReason.class)
    void isJsonWhateverTheDetail(ExclusionReason reason) throws IOException {
        String hostile = "\"\\\n\u0000\u2028é🚀</script>";
        ExcludedTrade excluded =
                new ExcludedTrade(reason, hostile, "a\"b", 0, Long.MAX_VALUE, -1, "null");

        JsonNode json = new ObjectMapper().readTree(ExcludedTradesSink.json(excluded));

        assertThat(json.get("reason").asText()).isEqualTo(reason.text());
        assertThat(json.get("detail").asText()).isEqualTo(hostile);
        assertThat(json.get("topic").asText()).isEqualTo("a\"b");
        assertThat(json.get("offset").asLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(json.get("index").asInt()).isEqualTo(-1);
        assertThat(json.get("trade").isNull()).isTrue();
    }

    @Test
    void halfASurrogatePairIsStillUtf8() throws IOException {
        ExcludedTrade excluded =
                new ExcludedTrade(ExclusionReason.LATE, "\ud83d", "t", 0, 0, 0, "{}");

        assertThat(new ObjectMapper().readTree(ExcludedTradesSink.json(excluded)).get("trade"))
                .isEmpty();
    }
}
