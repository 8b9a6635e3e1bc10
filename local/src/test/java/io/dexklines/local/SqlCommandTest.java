package io.dexklines.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlCommandTest {

    private static final String ECHO = "printf '[%s]' --defaults-file=client.cnf";

    @Test
    void statementsReachTheClientAsOneArgument() throws Exception {
        assertThat(run(SqlCommand.command(ECHO, "SELECT '$HOME' \"; ls\"")))
                .isEqualTo("[--defaults-file=client.cnf][-e][SELECT '$HOME' \"; ls\"]");
    }

    @Test
    void withoutStatementsTheClientOpensAPrompt() throws Exception {
        assertThat(run(SqlCommand.command(ECHO, null))).isEqualTo("[--defaults-file=client.cnf]");
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
