package io.dexklines.local.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.kafka.Brokers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplayCommandTest {

    @TempDir private Path folder;

    private final MockProducer<byte[], byte[]> producer = ThreePartitions.producer(true);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> brokersAsked = new ArrayList<>();
    private final List<Object> logins = new ArrayList<>();
    private Optional<Brokers> running = Optional.of(Brokers.open("127.0.0.1:19092"));

    /** A broker whose only topic is that of {@link ThreePartitions}. */
    private final class OneTopic extends Broker {
        OneTopic(Brokers brokers) {
            super(brokers);
            brokersAsked.add(brokers.addresses());
            logins.add(brokers.client(Map.of()).get("security.protocol"));
        }

        @Override
        int partitions(String topic, Duration timeout) throws ReplayException {
            assertThat(timeout).isEqualTo(Duration.ofSeconds(10));
            if (!topic.equals(ThreePartitions.TOPIC)) {
                throw new ReplayException("the broker has no topic " + topic, null);
            }
            return 3;
        }

        @Override
        Producer<byte[], byte[]> producer() {
            return producer;
        }
    }

    private int replay(String... args) {
        ReplayCommand command =
                new ReplayCommand(
                        () -> running,
                        OneTopic::new,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false);
        return CommandErrors.install(new CommandLine(command))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .execute(args);
    }

    private String file() throws Exception {
        return Files.writeString(folder.resolve("a.jsonl"), "[1]\n[2]\n").toString();
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aFileIsSentToTheRunningStack() throws Exception {
        int exit = replay(file(), "--topic", "trades");

        assertThat(exit).isZero();
        assertThat(brokersAsked).containsExactly("127.0.0.1:19092");
        assertThat(producer.history()).hasSize(2);
        assertThat(producer.closed()).isTrue();
        assertThat(out())
                .matches(
                        "published a\\.jsonl to topic trades of 127\\.0\\.0\\.1:19092:"
                                + " 2 records, 6 bytes, \\d+\\.\\d s\n");
    }

    @Test
    void aBrokerCanBeNamed() throws Exception {
        running = Optional.empty();

        int exit = replay(file(), "--topic", "trades", "--bootstrap-servers", "10.0.0.1:9092");

        assertThat(exit).isZero();
        assertThat(brokersAsked).containsExactly("10.0.0.1:9092");
        assertThat(logins).containsOnlyNulls();
    }

    @Test
    void aLoginCanBeGivenWithABroker() throws Exception {
        Path login =
                Files.writeString(
                        folder.resolve("client.properties"),
                        "security.protocol=SASL_SSL\nbootstrap.servers=elsewhere:1\n");

        int exit =
                replay(
                        file(),
                        "--topic",
                        "trades",
                        "--bootstrap-servers",
                        "10.0.0.1:9092",
                        "--command-config",
                        login.toString());

        assertThat(exit).isZero();
        assertThat(brokersAsked).containsExactly("10.0.0.1:9092");
        assertThat(logins).containsExactly("SASL_SSL");
    }

    @Test
    void aLoginNeedsABrokerAndAFile() throws Exception {
        Path none = folder.resolve("none.properties");

        assertThat(replay(file(), "--topic", "t", "--command-config", none.toString()))
                .isEqualTo(2);
        assertThat(err()).startsWith("klines: --command-config needs --bootstrap-servers\nTry `");
        err.reset();
        assertThat(
                        replay(
                                file(),
                                "--topic",
                                "t",
                                "--bootstrap-servers",
                                "b:1",
                                "--command-config",
                                none.toString()))
                .isEqualTo(3);
        assertThat(err())
                .isEqualTo(
                        "klines: cannot read the properties of Kafka's clients: "
                                + none
                                + ": no such file or folder\n");
    }

    @Test
    void theSampleIsSentToTheGivenTopic() {
        int exit = replay("--sample", "--topic", "trades");

        assertThat(exit).isZero();
        assertThat(producer.history()).hasSize(3_990);
        assertThat(out()).contains(": 3990 records, 5944237 bytes, ");
    }

    @Test
    void theSampleGoesToTheTopicOfEthereumByDefault() {
        int exit = replay("--sample");

        assertThat(exit).isEqualTo(4);
        assertThat(err()).isEqualTo("klines: the broker has no topic evm-trades-v4\n");
    }

    @Test
    void aPartitionCanBeChosen() throws Exception {
        assertThat(replay(file(), "--topic", "trades", "--partition", "1")).isZero();

        assertThat(producer.history()).extracting(ProducerRecord::partition).containsOnly(1);
    }

    @Test
    void aPartitionThatDoesNotExistIsRejected() throws Exception {
        assertThat(replay(file(), "--topic", "trades", "--partition", "3")).isEqualTo(2);

        assertThat(err())
                .isEqualTo(
                        "klines: --partition must be 0 to 2, the partitions of topic trades, not 3\n"
                                + "Try `replay --help`\n");
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aMissingFileIsReportedInOneLine() {
        assertThat(replay("/nowhere/a.jsonl", "--topic", "trades")).isEqualTo(3);

        assertThat(err()).isEqualTo("klines: cannot read /nowhere/a.jsonl: no such file\n");
    }

    @Test
    void aFolderIsRejected() {
        assertThat(replay(folder.toString(), "--topic", "trades")).isEqualTo(3);

        assertThat(err()).isEqualTo("klines: cannot read " + folder + ": it is a folder\n");
    }

    @Test
    void aPlainFileWithTheNameOfACompressedOneIsRejected() throws Exception {
        Path file = Files.writeString(folder.resolve("a.gz"), "[1]\n");

        assertThat(replay(file.toString(), "--topic", "trades")).isEqualTo(3);

        assertThat(err()).isEqualTo("klines: cannot read " + file + ": Not in GZIP format\n");
    }

    @Test
    void withoutAStackTheMessageSaysHowToStartOne() throws Exception {
        running = Optional.empty();

        assertThat(replay(file(), "--topic", "trades")).isEqualTo(4);

        assertThat(err())
                .isEqualTo(
                        "klines: no stack is up: start one with `klines up`, or name a broker with"
                                + " --bootstrap-servers\n");
    }

    @Test
    void invalidArgumentsAreUsageErrors() throws Exception {
        assertThat(replay()).isEqualTo(2);
        assertThat(replay(file())).isEqualTo(2);
        assertThat(err()).contains("a file needs --topic");
        assertThat(replay(file(), "--sample")).isEqualTo(2);
        assertThat(replay(file(), "--topic", "trades", "--rate", "0")).isEqualTo(2);
        assertThat(replay(file(), "--topic", "trades", "--partition", "-1")).isEqualTo(2);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aServerThatIsNoBrokerIsReported() throws Exception {
        // accepts connections, but never answers
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String servers = "127.0.0.1:" + silent.getLocalPort();

            assertThatThrownBy(
                            () ->
                                    new Broker(Brokers.open(servers))
                                            .partitions("trades", Duration.ofSeconds(1)))
                    .isInstanceOf(ReplayException.class)
                    .hasMessage("no broker answered at " + servers + " within 1 s");
        }
    }

    @Test
    void anInvalidBrokerAddressIsAUsageError() throws Exception {
        int exit = replay(file(), "--topic", "trades", "--bootstrap-servers", "nonsense");

        assertThat(exit).isEqualTo(2);
        assertThat(err())
                .isEqualTo(
                        "klines: --bootstrap-servers: 'nonsense' is not the address of a broker:"
                                + " expected HOST:PORT\nTry `replay --help`\n");
        assertThat(brokersAsked).isEmpty();
    }
}
