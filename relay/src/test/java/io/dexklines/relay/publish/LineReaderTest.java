package io.dexklines.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    private final LineReader reader = new LineReader(8);

    @Test
    void aMessageMayHaveSeveralLinesAndEmptyOnesAreSkipped() {
        assertThat(add("one\n\ntwo\n", true)).containsExactly("one", "two");
        assertThat(add("three", true)).containsExactly("three");
        assertThat(add("", true)).isEmpty();
    }

    @Test
    void aLineMayBeFragmented() {
        assertThat(add("one\ntw", false)).containsExactly("one");
        assertThat(add("o", false)).isEmpty();
        assertThat(add("\nthree", true)).containsExactly("two", "three");
    }

    @Test
    void aLineThatIsTooLongBecomesAnEmptyOneAndAffectsNoOther() {
        assertThat(add("12345678\n123456789\nok", true)).containsExactly("12345678", "", "ok");
        assertThat(add("12345", false)).isEmpty();
        assertThat(add("6789", false)).isEmpty();
        assertThat(add("0\nok", true)).containsExactly("", "ok");
    }

    private List<String> add(String piece, boolean endOfMessage) {
        return reader.add(piece.getBytes(StandardCharsets.UTF_8), endOfMessage).stream()
                .map(line -> new String(line, StandardCharsets.UTF_8))
                .toList();
    }
}
