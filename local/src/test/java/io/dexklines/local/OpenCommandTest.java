package io.dexklines.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class OpenCommandTest {

    @Test
    void theChartIsOpenedForAUser() {
        assertThat(ChartLink.of("http://127.0.0.1:8080", "auth0|7&x", "a.b.c"))
                .isEqualTo("http://127.0.0.1:8080/#user=auth0%7C7%26x&token=a.b.c");
    }

    @Test
    void whatIsNoUserIdIsRefused() {
        StringWriter err = new StringWriter();

        int exit =
                new CommandLine(new OpenCommand())
                        .setErr(new PrintWriter(err, true))
                        .execute("--user", "alice@alerts");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("'alice@alerts' is not a user id");
    }

    @Test
    void theBrowserIsThatOfTheDesktop() {
        assertThat(OpenCommand.browserCommand("Linux", "http://a/#b"))
                .containsExactly("xdg-open", "http://a/#b");
        assertThat(OpenCommand.browserCommand("Mac OS X", "http://a/#b"))
                .containsExactly("open", "http://a/#b");
    }
}
