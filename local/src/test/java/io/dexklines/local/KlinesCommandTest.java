package io.dexklines.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line as a whole: what all commands have in common. */
class KlinesCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    @BeforeEach
    void createTheProject() throws IOException {
        Files.writeString(
                folder.resolve("pom.xml"),
                "<project><version>1.2.3</version><x><version>4</version></x></project>");
    }

    @Test
    void theHelpOfEveryCommandHasTheExitStatusesAndDebug() {
        List<CommandLine> commands = allOf(klines());

        assertThat(commands).hasSizeGreaterThan(17);
        for (CommandLine command : commands) {
            assertThat(command.getUsageMessage())
                    .as(command.getCommandSpec().qualifiedName())
                    .contains("--debug", "Exit status:", "  0   ", "  1   ", "  2   ", "  3   ")
                    .contains("  4   ");
        }
    }

    @Test
    void theVersionIsThatOfTheProject() {
        assertThat(execute("--version")).isZero();
        assertThat(execute("wallet", "add", "-V")).isZero();

        assertThat(out.toString()).isEqualTo("klines 1.2.3\nklines 1.2.3\n");
    }

    @Test
    void withoutAStackTheStatusIsNoAndAllElseNeedsAServer() {
        String wallet = "1:0x28c6c06298d514db089934071355e5743bf21d60";
        String none = folder.resolve(".klines").toString();

        assertThat(execute("status", "--dir", none)).isEqualTo(1);
        assertThat(execute("ui", "--dir", none)).isEqualTo(4);
        assertThat(execute("verify")).isEqualTo(4);
        assertThat(execute("migrate")).isEqualTo(4);
        assertThat(execute("rebuild", "redis", "--dir", none)).isEqualTo(4);
        assertThat(execute("replay", "--sample")).isEqualTo(4);
        assertThat(execute("wallet", "list")).isEqualTo(4);
        assertThat(execute("follow", wallet, "--user", "alice")).isEqualTo(4);

        assertThat(err.toString().lines())
                .allMatch(line -> line.startsWith("klines: no stack is up"))
                .allMatch(line -> line.contains("`klines up`"))
                .hasSize(8);
    }

    @Test
    void aBrokerThatIsDownIsNamed() throws IOException {
        String down;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            down = "127.0.0.1:" + socket.getLocalPort();
        }

        assertThat(execute("wallet", "list", "--bootstrap-servers", down)).isEqualTo(4);
        assertThat(execute("replay", "--sample", "--bootstrap-servers", down)).isEqualTo(4);

        assertThat(err.toString().lines())
                .hasSize(2)
                .containsOnly(
                        "klines: no broker can be reached at %s (Connection refused): is it running, and is the address right?"
                                .formatted(down));
    }

    @Test
    void aFileIsNoFolderForAnyCommand() throws IOException {
        Path file = Files.createFile(folder.resolve("a-file"));
        String message =
                "klines: " + file + " is a file, but --dir needs a folder: name another one";

        for (String command : List.of("up", "status", "down", "ui", "verify")) {
            assertThat(execute(command, "--dir", file.toString())).as(command).isEqualTo(3);
        }

        assertThat(err.toString().lines()).hasSize(5).containsOnly(message);
    }

    private int execute(String... arguments) {
        return klines().setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    /** Returns the command of a project in the folder of the test. */
    private CommandLine klines() {
        return KlinesCommand.commandLine(new ProjectHome(folder));
    }

    private static List<CommandLine> allOf(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(each -> all.addAll(allOf(each)));
        return all;
    }
}
