package io.dexklines.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.stream.Publication;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmissionsTest {

    private final PublicationReader reader = new PublicationReader();
    private final Emissions emissions = new Emissions();
    private final List<List<Publication>> complete = new ArrayList<>();

    @Test
    void consecutiveKlinesOfOnePairAndTimeBelongTogether() {
        Publication first = kline("1:0xabc@kline_1s", 7);
        Publication second = kline("1:0xabc@kline_5s", 7);
        Publication other = kline("1:0xdef@kline_1s", 7);
        Publication later = kline("1:0xdef@kline_1s", 8);

        add(first, second, other, later);
        assertThat(complete).containsExactly(List.of(first, second), List.of(other));

        emissions.end(complete);
        assertThat(complete)
                .containsExactly(List.of(first, second), List.of(other), List.of(later));
    }

    @Test
    void theEndOfAMessageEndsAnEmission() {
        Publication first = kline("1:0xabc@kline_1s", 7);
        Publication second = kline("1:0xabc@kline_5s", 7);

        add(first);
        emissions.end(complete);
        add(second);
        emissions.end(complete);
        emissions.end(complete);

        assertThat(complete).containsExactly(List.of(first), List.of(second));
    }

    @Test
    void aMessageWithoutATimeStandsAlone() {
        Publication kline =
                read(
                        "{\"stream\":\"1:0xabc@kline_1s\",\"data\":{\"k\":{\"t\":1,\"n\":1,\"x\":true}}}");
        Publication event = read("{\"stream\":\"1@smartmoney\",\"data\":{\"E\":7,\"id\":\"a\"}}");

        add(kline, kline, event, event);
        emissions.end(complete);

        assertThat(complete)
                .containsExactly(List.of(kline), List.of(kline), List.of(event), List.of(event));
    }

    @Test
    void anEmissionThatIsTooLargeIsSplit() {
        Publication kline = kline("1:0xabc@kline_1s", 7);

        IntStream.rangeClosed(0, Emissions.MAX_KLINES).forEach(i -> emissions.add(kline, complete));
        emissions.end(complete);

        assertThat(complete).extracting(List::size).containsExactly(Emissions.MAX_KLINES, 1);
    }

    @Test
    void anEmissionOfLargeKlinesIsSplitByItsBytes() {
        String filler = "x".repeat(Emissions.MAX_BYTES / 2);
        Publication half =
                read(
                        "{\"stream\":\"1:0xabc@kline_1s\",\"data\":{\"E\":7,\"k\":{\"t\":1,\"n\":1,\"x\":true,\"g\":\"%s\"}}}"
                                .formatted(filler));

        add(half, half, half, half, half);
        emissions.end(complete);

        assertThat(complete).extracting(List::size).containsExactly(2, 2, 1);
    }

    private void add(Publication... publications) {
        for (Publication publication : publications) {
            emissions.add(publication, complete);
        }
    }

    private Publication kline(String stream, long timeMs) {
        return read(
                "{\"stream\":\"%s\",\"data\":{\"E\":%d,\"k\":{\"t\":1,\"n\":1,\"x\":true}}}"
                        .formatted(stream, timeMs));
    }

    private Publication read(String line) {
        return reader.read(line.getBytes(StandardCharsets.UTF_8));
    }
}
