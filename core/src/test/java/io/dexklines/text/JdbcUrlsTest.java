package io.dexklines.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcUrlsTest {

    @Test
    void whiteSpaceSeparatesServersAndCommasDoNot() {
        assertThat(JdbcUrls.parse("jdbc:mysql://db:3306/klines"))
                .containsExactly("jdbc:mysql://db:3306/klines");
        assertThat(
                        JdbcUrls.parse(
                                "  jdbc:mysql://b/klines?socketTimeout=1\n"
                                        + "\tjdbc:mysql://a1,a2:3307/klines "))
                .containsExactly(
                        "jdbc:mysql://b/klines?socketTimeout=1", "jdbc:mysql://a1,a2:3307/klines");
        // the name of a database tells two on one server apart
        assertThat(JdbcUrls.parse("jdbc:mysql://db/a jdbc:mysql://db/b")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|is empty",
                "' '|is empty",
                "jdbc:mysql://a/d jdbc:h2:mem:x|'jdbc:h2:mem:x' does not begin with jdbc:mysql://",
                "jdbc:mysql://a/d, jdbc:mysql://b/d|'jdbc:mysql://a/d,' is not one URL",
                "jdbc:mysql://a/d,jdbc:mysql://b/d|'jdbc:mysql://a/d,jdbc:mysql://b/d' is not one",
                "jdbc:mysql://a/d jdbc:mysql://A:3306/d?x=y|the server of 'jdbc:mysql://A:3306/d?x=y' is there twice",
                "jdbc:mysql://a/d jdbc:mysql://b/d?user=hunter2|holds credentials",
                "jdbc:mysql://a/d jdbc:mysql://u:hunter2@b/d|holds credentials",
                "jdbc:mysql://a/d jdbc:mysql://b/d?Password=hunter2|holds credentials",
            })
    void refusesWhatCannotBe(String text, String complaint) {
        assertThatThrownBy(() -> JdbcUrls.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(complaint)
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "jdbc:mysql://DB/klines db:3306/klines",
                "jdbc:mysql://db:3306/klines?a=b/c db:3306/klines",
                "jdbc:mysql://db:3307/Klines db:3307/Klines",
                "jdbc:mysql://[::1]/klines [::1]:3306/klines",
                "jdbc:mysql://a,b/klines a,b/klines",
                "jdbc:mysql://db db:3306",
            })
    void aServerIsItsHostPortAndDatabase(String url, String server) {
        assertThat(JdbcUrls.server(url)).isEqualTo(server);
    }
}
