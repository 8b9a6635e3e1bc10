package io.dexklines.job.source.lists.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.deployment.RepositoryFiles;
import io.dexklines.local.ListsSyncCommand;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.secret.SecretReference;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The options, and everything in this repository that gives some. */
class SyncSettingsTest {

    private static final List<String> NEEDED =
            List.of(
                    "--jdbc-url=jdbc:mysql://db/app",
                    "--wallets-query=SELECT 1",
                    "--bootstrap-servers=kafka:9092");

    @TempDir private Path folder;

    @Test
    void onlyTheServersAndAQueryAreNeeded() {
        SyncSettings settings = parse();

        assertThat(settings.source()).isEqualTo("database");
        assertThat(settings.database())
                .isEqualTo(new TeamDatabase("jdbc:mysql://db/app", null, null));
        assertThat(settings.walletsQuery()).isEqualTo("SELECT 1");
        assertThat(settings.followsQuery()).isNull();
        assertThat(settings.walletsTopic()).isEqualTo("smart-money-wallets");
        assertThat(settings.followsTopic()).isEqualTo("smart-money-follows");
        assertThat(settings.chains())
                .containsExactlyInAnyOrder("1", "10", "56", "137", "8453", "42161", "100000");
        assertThat(settings.maxRemovals()).isEqualTo(new RemovalLimit(10, 10));
        assertThat(settings.interval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.once() || settings.allowsRemovals() || settings.adopts()).isFalse();
        assertThat(settings.successFile()).isNull();
    }

    @Test
    void optionsOverrideTheFileAndQueriesMayBeFiles() throws Exception {
        Path query = Files.writeString(folder.resolve("follows.sql"), "SELECT 2\nFROM x\n");
        Path kafka = Files.writeString(folder.resolve("kafka"), "sasl.mechanism=PLAIN\n");
        Path config =
                Files.writeString(
                        folder.resolve("config"),
                        """
                        jdbc-user=reader
                        jdbc-password=env:DB_PASSWORD
                        name=file
                        follows-query=file:%s
                        command-config=%s
                        kafka-user=producer
                        kafka-password=file:/run/secrets/kafka
                        chains=1, 56
                        """
                                .formatted(query, kafka));

        SyncSettings settings =
                parse("--config", config.toString(), "--name", "option", "--once", "--adopt");

        assertThat(settings.source()).isEqualTo("option");
        assertThat(settings.database().user()).isEqualTo("reader");
        assertThat(settings.database().password())
                .isEqualTo(new SecretReference("env:DB_PASSWORD"));
        assertThat(settings.followsQuery()).isEqualTo("SELECT 2\nFROM x\n");
        assertThat(settings.chains()).containsExactlyInAnyOrder("1", "56");
        assertThat(settings.once() && settings.adopts()).isTrue();
        assertThat(settings.kafka())
                .containsEntry("bootstrap.servers", "kafka:9092")
                .containsEntry("sasl.mechanism", "PLAIN");
        assertThat(settings.kafka().get("sasl.jaas.config").toString())
                .contains("username=\"producer\"", "password=\"file:/run/secrets/kafka\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nam x | there is no option --nam",
                "secret | argument 4 is neither an option nor the value of one",
                "--name | --name has no value",
                "--once=true | --once has no value and is an option of the command line only",
                "--name a/b | --name has a character other than A-Z a-z 0-9 . _ -",
                "--adopt | --adopt needs --once: it is meant for a poll that you watch",
                "--allow-removals | --allow-removals needs --once: it is meant for a poll that you"
                        + " watch",
                "--max-removals all | --max-removals is a number, a percentage or both, such as"
                        + " 10,10%, not 'all'",
                "--interval 0 | --interval is 1 to 86400 seconds, not '0'",
                "--interval 5s | --interval is 1 to 86400 seconds, not '5s'",
                "--jdbc-url mysql://db | --jdbc-url does not begin with jdbc:",
                "--kafka-user producer | --kafka-user needs --kafka-password too",
                "--wallets-query= | --wallets-query is empty"
            })
    void invalidOptionsAreNamed(String arguments, String message) {
        assertThatThrownBy(() -> parse(arguments.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void noPasswordIsAccepted() {
        assertThatThrownBy(() -> parse("--jdbc-password", "hunter2"))
                .hasMessageStartingWith("--jdbc-password: a secret must be given as env:NAME")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> parse("--jdbc-url", "jdbc:mysql://db/app?user=x&password=hunter2"))
                .hasMessageStartingWith("--jdbc-url holds credentials")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aFileThatIsMissingIsNamed() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> parse("--config", missing.toString()))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .hasMessage(missing + ": no such file");
    }

    /** The command passes its options on. */
    @Test
    void theOptionsAreThoseOfTheCommand() {
        Set<String> ofTheCommand = new TreeSet<>();
        for (OptionSpec option :
                new CommandLine(new ListsSyncCommand(ProjectHome.find()))
                        .getCommandSpec()
                        .options()) {
            String name = option.longestName().substring(2);
            if (SyncSettings.FLAGS.contains(name)) {
                assertThat(option.arity().max()).as(name).isZero();
            }
            ofTheCommand.add(name);
        }

        Set<String> here = new TreeSet<>(SyncSettings.VALUES);
        here.addAll(SyncSettings.FLAGS);
        here.addAll(Set.of("config", "help", "version"));
        assertThat(ofTheCommand).isEqualTo(here);
    }

    @Test
    void theServiceOfTheComposeFileIsOffByDefaultAndAcceptsItsArguments() {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        Object service =
                at(yaml.load(RepositoryFiles.text("docker-compose.yml")), "services", "lists-sync");
        assertThat(at(service, "profiles")).isEqualTo(List.of("lists-sync"));
        assertThat(at(service, "entrypoint").toString()).contains(ListsSync.class.getName());

        List<String> arguments = strings(at(service, "command"));
        List<String> mounts = strings(at(service, "volumes"));
        arguments.replaceAll(
                argument ->
                        mounts.stream()
                                .map(mount -> mount.split(":"))
                                .filter(mount -> mount[1].equals(argument))
                                .map(mount -> RepositoryFiles.root().resolve(mount[0]).toString())
                                .findFirst()
                                .orElse(argument));
        SyncSettings settings = SyncSettings.parse(arguments.toArray(String[]::new));

        assertThat(settings.kafka())
                .containsEntry("bootstrap.servers", "kafka:19092")
                .containsEntry("security.protocol", "SASL_SSL");
        assertThat(settings.database().url()).contains("sslMode=VERIFY_IDENTITY");
        assertThat(strings(at(service, "healthcheck", "test")))
                .contains(settings.successFile().toString());
        assertThat(RepositoryFiles.text("docs/follows.md"))
                .contains("docker compose --profile lists-sync up -d");
    }

    @Test
    void thePodOfKubernetesAcceptsItsArguments() throws Exception {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        List<Object> documents = new ArrayList<>();
        yaml.loadAll(RepositoryFiles.text("flink-conf/kubernetes/lists-sync/lists-sync.yaml"))
                .forEach(documents::add);
        Object files = at(documents.get(0), "data");
        Object container =
                ((List<?>) at(documents.get(1), "spec", "template", "spec", "containers")).get(0);
        assertThat(at(container, "command").toString()).contains(ListsSync.class.getName());

        List<String> arguments = new ArrayList<>();
        for (String argument : strings(at(container, "args"))) {
            String name = argument.replace("/etc/klines/", "");
            arguments.add(
                    argument.equals(name)
                            ? argument
                            : Files.writeString(folder.resolve(name), at(files, name).toString())
                                    .toString());
        }
        SyncSettings settings = SyncSettings.parse(arguments.toArray(String[]::new));

        assertThat(settings.kafka())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512");
        assertThat(settings.database().url()).contains("sslMode=VERIFY_IDENTITY");
        assertThat(container.toString()).contains(settings.successFile().toString());
    }

    private static SyncSettings parse(String... arguments) {
        return SyncSettings.parse(
                Stream.concat(NEEDED.stream(), Arrays.stream(arguments)).toArray(String[]::new));
    }

    private static Object at(Object yaml, String... names) {
        Object value = yaml;
        for (String name : names) {
            value = ((Map<?, ?>) value).get(name);
            assertThat(value).as(name).isNotNull();
        }
        return value;
    }

    private static List<String> strings(Object list) {
        List<String> strings = new ArrayList<>();
        ((List<?>) list).forEach(each -> strings.add(each.toString()));
        return strings;
    }
}
