package io.dexklines.local.wallets;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.stack.EmbeddedKafka;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void startTheBroker() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        kafka.createTopic("smart-money-wallets", 1);
        kafka.createTopic("smart-money-follows", 1);
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
    }

    @Test
    void listedWalletsAndFollowsAreWrittenToTheTopics() throws Exception {
        assertThat(run("wallet", "add", "1:0xAbC", "--label", "wh\u001bale")).isZero();
        assertThat(run("follow", "1:0xabc", "--user", "alice", "--side", "buy", "--min-usd", "10"))
                .isZero();
        assertThat(run("follow", "56:0xDEF", "--user", "bob", "--cooldown", "60")).isZero();
        Path file =
                Files.writeString(
                        folder.resolve("wallets.csv"),
                        "chain_id,address,label\n1,0x1,one\nnonsense\n"
                                + "{\"chain_id\":100000,\"address\":\"SoL\"}\n1,,\n");
        assertThat(run("wallet", "import", file.toString())).isEqualTo(1);
        assertThat(run("unfollow", "56:0xDEF", "--user", "bob")).isZero();
        assertThat(run("wallet", "remove", "56:0xdef")).isZero();
        out.getBuffer().setLength(0);
        assertThat(run("wallet", "list")).isZero();

        assertThat(out.toString().lines())
                .containsExactly("100000:SoL\t", "1:0x1\tone", "1:0xabc\twh ale");
        assertThat(err.toString().lines())
                .containsExactly(
                        "klines: " + file + ":3: expected chain_id,address,label",
                        "klines: " + file + ":5: '' is not an address",
                        "klines: 2 invalid lines were skipped");
        assertThat(records("smart-money-wallets"))
                .containsExactly(
                        "1:0xabc {\"chain_id\":\"1\",\"address\":\"0xabc\",\"label\":\"wh\\u001Bale\"}",
                        "56:0xdef {\"chain_id\":\"56\",\"address\":\"0xdef\",\"label\":\"\"}",
                        "1:0x1 {\"chain_id\":\"1\",\"address\":\"0x1\",\"label\":\"one\"}",
                        "100000:SoL {\"chain_id\":\"100000\",\"address\":\"SoL\",\"label\":\"\"}",
                        "56:0xdef null");
        assertThat(records("smart-money-follows"))
                .containsExactly(
                        "1:0xabc:alice {\"chain_id\":\"1\",\"address\":\"0xabc\",\"user_id\":\"alice\","
                                + "\"side\":\"buy\",\"min_usd\":10.0}",
                        "56:0xdef:bob {\"chain_id\":\"56\",\"address\":\"0xdef\",\"user_id\":\"bob\","
                                + "\"side\":\"any\",\"cooldown_s\":60}",
                        "56:0xdef:bob null");
    }

    @Test
    void invalidInputIsReported() {
        assertThat(run("wallet", "add", "0xabc")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("follow", "1:0xa", "--user", "a/b")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("follow", "1:0xa", "--user", "a", "--side", "both"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("wallet", "import", "nowhere.csv")).isEqualTo(1);
        assertThat(err.toString())
                .contains(
                        "'0xabc' is not a wallet",
                        "'a/b' is not a user id",
                        "--side must be buy, sell or any, not both",
                        "klines: there is no file nowhere.csv");
        assertThat(run(Optional::empty, "wallet", "list")).isEqualTo(1);
        assertThat(err.toString()).contains("no stack is running");
    }

    private int run(String... arguments) {
        return run(() -> Optional.of(kafka.bootstrapServers()), arguments);
    }

    private int run(Supplier<Optional<String>> broker, String... arguments) {
        CommandLine klines = new CommandLine(CommandLine.Model.CommandSpec.create());
        WalletCommand.all(broker).forEach(command -> klines.addSubcommand(command));
        return klines.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    private static List<String> records(String topic) {
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
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
