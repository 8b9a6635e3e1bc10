package io.dexklines.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.relay.stream.EventTime;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.Publication;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicationReaderTest {

    private final PublicationReader reader = new PublicationReader();

    @Test
    void theBytesOfTheDataStayUnchanged() {
        String data =
                "{\"e\":\"kline\" , \"s\":\"é \\u00e9 🚀\",\"k\":{\"t\":60000,\"o\":\"1e-7\",\"x\":true,\"n\":3,"
                        + "\"nested\":{\"n\":9,\"k\":[1,{\"t\":2}]}},\"k2\":{\"n\":1}}";

        Publication publication =
                read(
                        " {\"a\":[1,2],\"stream\":\"1:0xABC@kline_1m\", \"data\": "
                                + data
                                + " ,\"z\":0}");

        assertThat(publication.stream().text()).isEqualTo("1:0xabc@kline_1m");
        assertThat(new String(publication.data(), StandardCharsets.UTF_8)).isEqualTo(data);
        assertThat(publication.version())
                .isEqualTo(new KlineVersion(60_000, 3, true, "1e-7".hashCode()));
    }

    @Test
    void theTimeIsFoundWhereverItStands() {
        Publication publication =
                read(
                        "{ \"stream\":\"1:0xabc@kline_1s\",\"data\":{\"k\":{\"t\":1,\"n\":2,\"x\":false,\"E\":3},"
                                + " \"E\" : 1767960061234 }}");

        EventTime time = publication.time();
        assertThat(time.ms()).isEqualTo(1_767_960_061_234L);
        assertThat(
                        new String(publication.data(), StandardCharsets.UTF_8)
                                .substring(time.start(), time.end()))
                .isEqualTo("1767960061234");
    }

    @Test
    void versionsWithOtherTradesHaveAnotherContent() {
        String line =
                "{\"stream\":\"1:0xabc@kline_1s\",\"data\":{\"k\":{\"t\":1,\"n\":2,\"x\":%b,\"f\":\"%s\",\"v\":\"7\"}}}";
        int content = read(line.formatted(false, "5#0#0")).version().content();

        assertThat(read(line.formatted(true, "5#0#0")).version().content()).isEqualTo(content);
        assertThat(read(line.formatted(false, "5#0#1")).version().content()).isNotEqualTo(content);
    }

    @Test
    void aTradeIsRecognisedByItsId() {
        Publication trade =
                read(
                        "{\"stream\":\"1:0xABC@trade\",\"data\":{\"e\":\"trade\",\"t\":\"5f\",\"T\":1}}");

        assertThat(trade.stream().text()).isEqualTo("1:0xabc@trade");
        assertThat(trade.id()).isEqualTo("5f");
        assertThat(trade.version()).isNull();
        assertThatThrownBy(() -> read("{\"stream\":\"1:0xabc@trade\",\"data\":{\"t\":5}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no id of a trade t");
    }

    @Test
    void theDataMayPrecedeTheStream() {
        Publication publication =
                read(
                        "{\"data\":{\"k\":{\"t\":1,\"n\":2,\"x\":false}},\"stream\":\"1:0xabc@kline_1s\"}");

        assertThat(publication.version()).isEqualTo(new KlineVersion(1, 2, false, 0));
    }

    @Test
    void anEventHasAnIdAndNoVersion() {
        Publication publication = read("{\"stream\":\"1@smartmoney\",\"data\":{\"id\":\"x\"}}");

        assertThat(publication.id()).isEqualTo("x");

        assertThat(publication.version()).isNull();
        assertThat(new String(publication.data(), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":\"x\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|not a JSON object",
                "[]|not a JSON object",
                "{\"data\":{}}|no stream",
                "{\"stream\":\"1@smartmoney\"}|no data",
                "{\"stream\":\"1@smartmoney\",\"data\":1}|no data",
                "{\"stream\":\"nonsense\",\"data\":{}}|unknown stream",
                "{\"stream\":\"1:0xa@kline_1m\",\"data\":{}}|no open time k.t",
                "{\"stream\":\"1:0xa@kline_1m\",\"data\":{\"k\":{\"t\":1,\"n\":\"2\",\"x\":true}}}|no number of trades",
                "{\"stream\":\"1:0xa@kline_1m\",\"data\":{\"k\":{\"t\":1,\"n\":2,\"x\":0}}}|no flag k.x",
                "{\"stream\":\"1:0xa@kline_1m\",\"data\":{\"k\":{\"t\":99999999999999999999,\"n\":2,\"x\":true}}}|out of range",
                "{\"stream\":\"1:0xa@kline_1m_closed\",\"data\":{\"k\":{\"t\":1,\"n\":2,\"x\":true}}}|derived by the relay",
                "{\"stream\":\"1@smartmoney\",\"data\":{}}{}|more than one",
                "{\"stream\":\"1@smartmoney\",\"data\":{\"a\":}}|Unexpected character",
                "{\"stream\":\"1@smartmoney\",\"data\":{|Unexpected end-of-input"
            })
    void aMalformedLineIsRefusedWithAReason(String line, String reason) {
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aLineBeyondTheLimitsOfTheParserIsRefusedLikeAnyOther() {
        // the other lines of its frame are read
        for (String member :
                new String[] {"[".repeat(2_000), "9".repeat(2_000), "{\"" + "n".repeat(60_000)}) {
            assertThatThrownBy(
                            () ->
                                    read(
                                            "{\"stream\":\"1@smartmoney\",\"data\":{\"id\":\"x\",\"a\":"
                                                    + member))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Publication read(String line) {
        return reader.read(line.getBytes(StandardCharsets.UTF_8));
    }
}
