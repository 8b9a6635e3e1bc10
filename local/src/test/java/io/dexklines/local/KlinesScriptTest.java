package io.dexklines.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs a copy of the script {@code klines} in a project that is not built. Its Maven is a program
 * that prints the lines of a build of two modules.
 */
class KlinesScriptTest {

    private static final Path PROJECT = ProjectHome.find().folder();
    private static final Pattern COMMAND = Pattern.compile("  ([a-z-]+) +[A-Z].*");
    private static final List<String> OF_THE_SCRIPT =
            List.of("build", "test", "images", "bench", "chaos");

    private static final String MAVEN =
            """
            #!/bin/sh
            echo "$@" >>"$(dirname "$0")/calls"
            if [ -e "$(dirname "$0")/fails" ]; then
                echo "[ERROR] $(cat "$(dirname "$0")/fails")"
                case "$*" in *" -o "*) exit 1 ;; esac
                [ ! -e "$(dirname "$0")/fails-online" ] || exit 1
            fi
            echo '[INFO] Scanning for projects...'
            [ ! -e "$(dirname "$0")/downloads" ] || cat "$(dirname "$0")/downloads"
            echo '[INFO] Building dex-klines 1.2.3                                            [1/2]'
            echo '[INFO]   from pom.xml'
            echo '[INFO] Building klines-core 1.2.3                                           [2/2]'
            echo '[INFO] Building jar: klines-core.jar'
            """;

    private static final String LIBRARIES = "         libraries of the build      ";

    @TempDir private Path folder;
    private Path home;
    private Path bin;

    /** The end of a run of the script. */
    private record Answer(int status, String out, String err) {}

    @BeforeEach
    void createTheProject() throws IOException {
        Files.copy(
                PROJECT.resolve("klines"),
                folder.resolve("klines"),
                StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(
                folder.resolve("pom.xml"),
                """
                <project>
                  <version>1.2.3</version>
                  <x><version>4</version></x>
                </project>
                """);
        Files.createDirectories(folder.resolve("local/target"));
        home = Files.createDirectory(folder.resolve("home"));
        bin = Files.createDirectory(folder.resolve("bin"));
        Path maven = Files.writeString(bin.resolve("mvn"), MAVEN);
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void theHelpHasTheCommandsOfTheCommandLine() throws Exception {
        List<String> commands = new ArrayList<>();
        KlinesCommand.commandLine(new ProjectHome(PROJECT))
                .getSubcommands()
                .keySet()
                .forEach(commands::add);
        commands.addAll(OF_THE_SCRIPT);

        Answer help = klines("--help");

        assertThat(
                        help.out()
                                .lines()
                                .map(COMMAND::matcher)
                                .filter(line -> line.matches())
                                .map(line -> line.group(1)))
                .containsExactlyElementsOf(commands);
        assertThat(help.status()).isZero();
    }

    @Test
    void theHelpHasTheExitStatusesOfTheCommandLine() throws Exception {
        String help = klines("--help").out().replaceAll("\\s+", " ");

        for (ExitStatus status : ExitStatus.values()) {
            assertThat(help).contains(" %d %s".formatted(status.code(), status.meaning()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "help",
                "-V",
                "--version",
                "up -V",
                "build --help",
                "test --help",
                "help test",
                "up --help",
                "verify -h",
                "help wallet",
                "--debug replay --help",
                "images --help",
                "bench --help",
                "chaos --help"
            })
    void aQuestionIsAnsweredWithoutABuildAndWithoutADeletion(String arguments) throws Exception {
        Path report = folder.resolve("local/target/surefire-reports/TEST-a.xml");
        Files.createDirectories(report.getParent());
        Files.createFile(report);

        Answer answer = klines(arguments.split(" "));

        assertThat(answer.out()).isNotBlank();
        assertThat(answer.err()).isEmpty();
        assertThat(answer.status()).isZero();
        assertThat(callsOfMaven()).isEmpty();
        assertThat(report).exists();
    }

    @Test
    void theVersionIsThatOfTheProject() throws Exception {
        assertThat(klines("-V").out()).isEqualTo("klines 1.2.3\n");
    }

    @Test
    void theHelpOfACommandSaysWhatItNeeds() throws Exception {
        assertThat(klines("down", "--help").out())
                .isEqualTo(
                        """
                        klines down: Stops the stack. Its state stays.
                        Its options are known once the project is built: `./klines build`
                        """);
    }

    @Test
    void aWrongCommandIsAUsageErrorWithoutABuild() throws Exception {
        Answer unknown = klines("upp");
        Answer none = klines();
        Answer more = klines("build", "relay");

        assertThat(unknown.err())
                .isEqualTo("klines: there is no command 'upp'\nTry `klines --help`\n");
        assertThat(none.err()).isEqualTo("klines: a command is missing\nTry `klines --help`\n");
        assertThat(more.err())
                .isEqualTo("klines: build takes no arguments\nTry `klines build --help`\n");
        assertThat(List.of(unknown.status(), none.status(), more.status())).containsOnly(2);
        assertThat(callsOfMaven()).isEmpty();
    }

    @Test
    void aBuildShowsItsModulesAndTheirTimes() throws Exception {
        cacheTheLibraries();

        Answer build = klines("build");

        assertThat(build.err())
                .matches(
                        """
                        building the project; later starts skip this step
                            1/2  dex-klines {19,}\\d+ s
                            2/2  klines-core {18,}\\d+ s
                        built in \\d+ s
                        """);
        assertThat(build.status()).isZero();
        assertThat(callsOfMaven()).hasSize(1).allMatch(call -> !call.contains(" -o "));
    }

    @Test
    void theFirstBuildSaysThatItDownloads() throws Exception {
        Answer build = klines("build");

        assertThat(build.err().lines())
                .startsWith(
                        "building the project; later starts skip this step",
                        "the first build downloads the libraries, too");
    }

    @Test
    void aBuildShowsHowMuchItHasDownloaded() throws Exception {
        downloads();

        Answer build = klines("build");

        assertThat(build.err())
                .matches(
                        """
                        building the project; later starts skip this step
                        the first build downloads the libraries, too
                                 libraries of the build {7,}\\d+ s, 2 files downloaded \\(9 kB\\)
                            1/9  dex-parent {19,}\\d+ s, 4 files downloaded \\(54 MB\\)
                            1/2  dex-klines {19,}\\d+ s
                            2/2  klines-core {18,}\\d+ s
                        built in \\d+ s
                        """);
        assertThat(callsOfMaven()).hasSize(1).allMatch(call -> !call.contains("-ntp"));
    }

    @Test
    void aTerminalShowsEachFileInTheSameLine() throws Exception {
        Path script = Path.of("/usr/bin/script");
        assumeThat(script).as("the command for a terminal").isExecutable();
        downloads();

        String terminal =
                run(List.of(
                                script.toString(),
                                "-qec",
                                "bash '" + folder.resolve("klines") + "' build",
                                "/dev/null"))
                        .out();

        assertThat(terminal.split("\n")[2].split("\r"))
                .satisfiesExactly(
                        begin -> assertThat(begin).isEqualTo(LIBRARIES),
                        first ->
                                assertThat(first)
                                        .isEqualTo(LIBRARIES + " 1 file downloaded (0 kB)\033[K"),
                        second ->
                                assertThat(second)
                                        .isEqualTo(LIBRARIES + " 2 files downloaded (9 kB)\033[K"),
                        end ->
                                assertThat(end)
                                        .startsWith("\033[K" + LIBRARIES)
                                        .endsWith(" s, 2 files downloaded (9 kB)"));
    }

    private void downloads() throws IOException {
        Files.writeString(
                bin.resolve("downloads"),
                """
                [INFO] Downloading from central: https://example.org/parent.pom
                [INFO] Downloaded from central: https://example.org/parent.pom (745 B at 3.1 kB/s)
                [INFO] Downloaded from central: https://example.org/plugin.pom (8.4 kB at 12 kB/s)
                [INFO] Building dex-parent 1.2.3                                   [1/9]
                [INFO] Downloading from central: https://example.org/library.jar
                [INFO] Downloaded from central: https://example.org/library.jar (1.9 MB at 3.0 MB/s)
                [INFO] Downloaded from central: https://example.org/large.jar (53 MB at 30 MB/s)
                """);
    }

    @Test
    void missingLibrariesAreDownloaded() throws Exception {
        cacheTheLibraries();
        Files.writeString(bin.resolve("fails"), "Cannot access central in offline mode");
        runnable();

        Answer status = klines("status", "--dir", folder.resolve("none").toString());

        assertThat(callsOfMaven()).hasSize(2);
        assertThat(callsOfMaven().get(0)).contains(" -o ");
        assertThat(callsOfMaven().get(1)).doesNotContain(" -o ");
        assertThat(status.err().lines())
                .contains("downloading the libraries that are missing here")
                .endsWith(
                        "klines: no stack is up in "
                                + folder.resolve("none")
                                + ": start one with `klines up`");
        assertThat(status.status()).isEqualTo(1);
    }

    @Test
    void aBuildThatFailsIsNotRepeatedOnline() throws Exception {
        cacheTheLibraries();
        Files.writeString(bin.resolve("fails"), "COMPILATION ERROR");

        Answer status = klines("status");

        assertThat(callsOfMaven()).hasSize(1);
        assertThat(status.err())
                .contains(
                        "\n[ERROR] COMPILATION ERROR\nklines: the build failed: the errors are above");
        assertThat(status.status()).isEqualTo(3);
        assertThat(folder.resolve("local/target/klines.built")).doesNotExist();
    }

    @Test
    void theSqlClientIsBuiltByItselfBecauseAStackMayRunFromTheOtherModules() throws Exception {
        cacheTheLibraries();
        runnable();
        Files.createFile(folder.resolve("local/target/klines.built"));
        Files.createDirectories(folder.resolve("local/flink-sql/target"));

        klines("flink-sql", "--help");
        assertThat(callsOfMaven()).isEmpty();
        klines("flink-sql", "--dir", folder.resolve("none").toString());
        klines("flink-sql", "--dir", folder.resolve("none").toString());

        assertThat(callsOfMaven())
                .singleElement(STRING)
                .contains(" -Pflink-sql -pl local/flink-sql ")
                .doesNotContain(" -am ");
    }

    private void cacheTheLibraries() throws IOException {
        Files.createDirectories(home.resolve(".m2/repository/org/apache/flink"));
    }

    /** Gives the project the class path that its build would have written. */
    private void runnable() throws IOException {
        Files.writeString(
                folder.resolve("local/target/klines.classpath"),
                System.getProperty("java.class.path"));
    }

    private List<String> callsOfMaven() throws IOException {
        Path calls = bin.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private Answer klines(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("bash", folder.resolve("klines").toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private Answer run(List<String> command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder script =
                new ProcessBuilder(command)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        Map<String, String> environment = script.environment();
        environment.put("PATH", bin + ":" + environment.get("PATH"));
        environment.put("HOME", home.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        int status = script.start().waitFor();
        return new Answer(status, Files.readString(out), Files.readString(err));
    }
}
