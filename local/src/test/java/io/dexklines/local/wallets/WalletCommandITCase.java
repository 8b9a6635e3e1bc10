package io.dexklines.local.wallets;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.stack.EmbeddedKafka;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs the commands against a real broker. */
@Timeout(180)
class WalletCommandITCase {

    private static final String ONE = "0x28c6c06298d514db089934071355e5743bf21d60";
    private static final String TWO = "0x21a31ee1afc51d94c2efccaa2092ad1028285549";
    private static final String THREE = "0xdfd5293d8e347dfe59e90efd55b2956a1343963d";
    private static final String SOLANA = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void startTheBroker() {
        kafka = EmbeddedKafka.startGuarded(folder.resolve("kafka"), 0);
        kafka.createTopic("smart-money-wallets", 1);
        kafka.createTopic("smart-money-follows", 1);
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
    }

    @Test
    void listedWalletsAndFollowsAreWrittenToTheTopics() throws Exception {
        assertThat(
                        run(
                                "wallet",
                                "add",
                                "1:" + ONE.toUpperCase(Locale.ROOT),
                                "--label",
                                "wh\u001bale"))
                .isZero();
        assertThat(
                        run(
                                "follow",
                                "1:" + ONE.substring(2),
                                "--user",
                                "alice",
                                "--side",
                                "buy",
                                "--min-usd",
                                "10"))
                .isZero();
        assertThat(run("follow", "56:" + TWO, "--user", "bob", "--cooldown", "60")).isZero();
        Path file =
                Files.writeString(
                        folder.resolve("wallets.csv"),
                        "chain_id,address,label\n1,"
                                + THREE
                                + ",one\nnonsense\n"
                                + "{\"chain_id\":100000,\"address\":\""
                                + SOLANA
                                + "\"}\n1,,\n7,"
                                + ONE
                                + ",x\n1,0xabc,short\n100000,"
                                + ONE
                                + ",evm\n");
        assertThat(run("wallet", "import", file.toString())).isEqualTo(1);
        assertThat(printedBy("follow", "list"))
                .containsExactly(
                        "alice\t1:" + ONE + "\tbuys, from 10 USD",
                        "bob\t56:" + TWO + "\tall trades, one of a pair in 60 s");
        assertThat(printedBy("follow", "list", "--user", "alice"))
                .containsExactly("alice\t1:" + ONE + "\tbuys, from 10 USD");
        assertThat(printedBy("wallet", "show", "1:" + ONE))
                .containsExactly(
                        "wallet     1:" + ONE,
                        "label      wh\uFFFDale",
                        "followers  alice: buys, from 10 USD",
                        "trades     unknown: name the relay that has them with --relay");
        assertThat(printedBy("wallet", "show", "1:" + TWO))
                .containsExactly(
                        "wallet     1:" + TWO,
                        "label      not listed",
                        "followers  none",
                        "trades     unknown: name the relay that has them with --relay");
        assertThat(run("unfollow", "56:" + TWO, "--user", "bob")).isZero();
        assertThat(run("wallet", "remove", "56:" + TWO)).isZero();
        assertThat(printedBy("wallet", "list"))
                .containsExactly(
                        "100000:" + SOLANA + "\t",
                        "1:" + ONE + "\twh\uFFFDale",
                        "1:" + THREE + "\tone");
        assertThat(err.toString().lines())
                .containsExactly(
                        "klines: " + file + ":3: expected chain_id,address,label",
                        "klines: " + file + ":5: '' is not an address",
                        "klines: "
                                + file
                                + ":6: the job has no trades of chain 7, only of 1, 10, 100000, 137,"
                                + " 42161, 56, 8453; name others with --chains",
                        "klines: "
                                + file
                                + ":7: '0xabc' cannot be an address of chain 1: expected 0x and 40"
                                + " hexadecimal digits",
                        "klines: "
                                + file
                                + ":8: '"
                                + ONE
                                + "' cannot be an address of chain 100000: expected 32 to 44 digits"
                                + " of base 58",
                        "klines: 5 invalid rows were skipped");
        assertThat(records("smart-money-wallets"))
                .containsExactly(
                        "1:%s {\"chain_id\":\"1\",\"address\":\"%s\",\"label\":\"wh\\u001Bale\"}"
                                .formatted(ONE, ONE),
                        "56:%s {\"chain_id\":\"56\",\"address\":\"%s\",\"label\":\"\"}"
                                .formatted(TWO, TWO),
                        "1:%s {\"chain_id\":\"1\",\"address\":\"%s\",\"label\":\"one\"}"
                                .formatted(THREE, THREE),
                        "100000:%s {\"chain_id\":\"100000\",\"address\":\"%s\",\"label\":\"\"}"
                                .formatted(SOLANA, SOLANA),
                        "56:" + TWO + " null",
                        "56:" + TWO.substring(2) + " null");
        assertThat(records("smart-money-follows"))
                .containsExactly(
                        ("1:%s:alice {\"chain_id\":\"1\",\"address\":\"%s\",\"user_id\":\"alice\","
                                        + "\"side\":\"buy\",\"min_usd\":10.0}")
                                .formatted(ONE, ONE),
                        ("56:%s:bob {\"chain_id\":\"56\",\"address\":\"%s\",\"user_id\":\"bob\","
                                        + "\"side\":\"any\",\"cooldown_s\":60}")
                                .formatted(TWO, TWO),
                        "56:" + TWO + ":bob null",
                        "56:" + TWO.substring(2) + ":bob null");
    }

    @Test
    void theChainsAreThoseOfTheRunningJobOrNamed() {
        Supplier<Optional<Set<String>>> job = () -> Optional.of(Set.of("59144"));

        assertThat(run(job, "wallet", "add", "1:" + ONE)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("the job has no trades of chain 1, only of 59144");
        assertThat(run(job, "wallet", "add", "59144:0xabc")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run(job, "follow", "1:" + ONE, "--user", "u"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run(job, "wallet", "add", "59144:" + ONE)).isZero();
        assertThat(run(job, "wallet", "add", "7:" + ONE, "--chains", "1,7")).isZero();
        assertThat(run(job, "wallet", "remove", "59144:" + ONE)).isZero();
        assertThat(run(job, "wallet", "remove", "7:" + ONE)).isZero();
    }

    @Test
    void whatAnEarlierReleaseAcceptedCanBeRemovedOnce() {
        try (WalletLists lists = new WalletLists(producer())) {
            lists.list(new WalletKey("7", "0xabc"), "");
            lists.follow(new WalletKey("1", "0xabc"), "auth0|7", FollowConditions.ALL);
            lists.flush();
        }

        assertThat(run("wallet", "remove", "7:0xabc")).isZero();
        assertThat(run("unfollow", "1:0xabc", "--user", "auth0|7")).isZero();
        assertThat(err.toString()).isEmpty();

        assertThat(run("wallet", "remove", "7:0xabc")).isEqualTo(1);
        assertThat(run("unfollow", "1:0xabc", "--user", "auth0|7")).isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly(
                        "klines: 7:0xabc is not on the list; `klines wallet list` prints it",
                        "klines: auth0|7 does not follow 1:0xabc; `klines follow list` prints who"
                                + " follows which wallet");
    }

    @Test
    void aBrokerIsNamedWithALogin() {
        String servers = kafka.bootstrapServers();
        String reader = login("verify").toString();
        String[] list = {
            "wallet", "list", "--bootstrap-servers", servers, "--command-config", reader
        };
        String[] add = {
            "wallet",
            "add",
            "8453:" + TWO,
            "--bootstrap-servers",
            servers,
            "--command-config",
            reader
        };

        assertThat(run(list)).isZero();
        assertThat(run(add)).isEqualTo(4);
        assertThat(err.toString()).contains("rejected a change: Cluster authorization failed.");
    }

    @Test
    void invalidInputIsReported() {
        assertThat(run("wallet", "add", "0xabc")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("follow", "1:" + ONE, "--user", "a/b"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("follow", "1:" + ONE, "--user", "a", "--side", "both"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("follow", "1:" + ONE)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("follow", "--user", "a")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("wallet", "show", "1:" + ONE, "--trades", "0"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("wallet", "import", "nowhere.csv")).isEqualTo(3);
        assertThat(err.toString())
                .contains(
                        "'0xabc' is not a wallet",
                        "'a/b' is not a user id",
                        "--side must be buy, sell or any, not both",
                        "missing required option: '--user=ID'",
                        "missing required parameter: 'CHAIN:ADDRESS'",
                        "--trades must be 1 to 1000, not 0",
                        "klines: cannot read nowhere.csv: no such file or folder");
        assertThat(run(Optional::empty, Optional::empty, "wallet", "list")).isEqualTo(4);
        assertThat(err.toString()).contains("klines: no stack is up");
    }

    /** Runs a command that succeeds, and returns the lines that it prints. */
    private List<String> printedBy(String... arguments) {
        out.getBuffer().setLength(0);
        assertThat(run(arguments)).isZero();
        return out.toString().lines().toList();
    }

    private int run(String... arguments) {
        return run(Optional::empty, arguments);
    }

    private int run(Supplier<Optional<Set<String>>> chains, String... arguments) {
        return run(() -> Optional.of(producer()), chains, arguments);
    }

    private int run(
            Supplier<Optional<Brokers>> broker,
            Supplier<Optional<Set<String>>> chains,
            String... arguments) {
        CommandLine klines = new CommandLine(CommandLine.Model.CommandSpec.create());
        WalletCommand.all(broker, chains, Optional::empty)
                .forEach(command -> klines.addSubcommand(command));
        return CommandErrors.install(klines)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    /** Returns the broker with the login that the commands have with a running stack. */
    private static Brokers producer() {
        return Brokers.of(kafka.bootstrapServers(), login("producer"));
    }

    private static Path login(String user) {
        return folder.resolve("kafka").resolve(user + ".properties");
    }

    private static List<String> records(String topic) {
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        producer().client(Map.of()),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<String> records = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(java.time.Duration.ofMillis(200))
                        .forEach(record -> records.add(record.key() + " " + record.value()));
            }
            return records;
        }
    }
}
