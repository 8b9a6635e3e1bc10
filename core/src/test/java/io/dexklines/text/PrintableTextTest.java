package io.dexklines.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "USDC", "<b>&\"é", "🚀 👩‍🚀", "日本", "ا"})
    void ordinaryTextIsPrintable(String text) {
        assertThat(PrintableText.isPrintable(text)).isTrue();
        assertThat(PrintableText.of(text)).isSameAs(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001b[2J", // clears the screen
                "\u009b2J", // the same in one C1 control character
                "a\u007f",
                "a\tb",
                "a\nb",
                "abc\rd",
                "a\0",
                "a\u2028b",
                "a\u202eb", // writes the rest from right to left
                "a\u2066b",
                "a\u061cb",
                "a\ud83d",
                "\ude80a"
            })
    void controlAndReorderingCharactersAndHalfPairsAreReplaced(String text) {
        assertThat(PrintableText.isPrintable(text)).isFalse();
        assertThat(PrintableText.of(text))
                .hasSameSizeAs(text)
                .contains("\uFFFD")
                .satisfies(shown -> assertThat(PrintableText.isPrintable(shown)).isTrue());
    }

    @Test
    void textIsCutBetweenCharacters() {
        assertThat(PrintableText.of("🚀🚀\u001b🚀", 3)).isEqualTo("🚀🚀\uFFFD");
        assertThat(PrintableText.of("🚀🚀", 3)).isEqualTo("🚀🚀");
    }

    @Test
    void messagesKeepTheirLinesAndTabs() {
        assertThat(PrintableText.ofMessage("one\ntwo\t\u001b[1m\rthree"))
                .isEqualTo("one\ntwo\t\uFFFD[1m\uFFFDthree");
    }

    @Test
    void aStreamForATerminalPrintsNoControlCharacters() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream terminal = PrintableText.stream(new PrintStream(bytes, true));

        terminal.println("a\u001b[2J");
        terminal.printf("%s %d%n", "b\u0007", 7);
        terminal.print((Object) "c\u0000");
        terminal.append("d\u0008\n");

        assertThat(bytes.toString())
                .doesNotContain("\u001b", "\u0007", "\u0000", "\u0008")
                .contains("[2J" + System.lineSeparator() + "b", "d");
    }

    @Test
    void jsonMeansTheSame() {
        assertThat(PrintableText.ofJson("{\n\"a\":\t\"\u202e\u009b🚀\u007f\"\r}"))
                .isEqualTo("{ \"a\": \"\\u202e\\u009b🚀\\u007f\" }");
    }
}
