package io.dexklines.local.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    private Optional<String> running = Optional.of("127.0.0.1:19092");

    /** Has the topic of {@link ThreePartitions}, and no other. */
    private final class OneTopic implements Broker {
        @Override
        public int partitions(String topic, Duration within) throws ReplayException {
            assertThat(within).isEqualTo(Duration.ofSeconds(10));
            if (!topic.equals(ThreePartitions.TOPIC)) {
                throw new ReplayException("the broker has no topic " + topic, null);
            }
            return 3;
        }

        @Override
        public Producer<byte[], byte[]> producer() {
            return producer;
        }
    }

    private int replay(String... args) {
        ReplayCommand command =
                new ReplayCommand(
                        () -> running,
                        servers -> {
                            brokersAsked.add(servers);
                            return new OneTopic();
                        },
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false);
        return new CommandLine(command)
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
                        "2 records, 6 bytes, \\d+\\.\\d s: a\\.jsonl is on topic trades of"
                                + " 127\\.0\\.0\\.1:19092\n");
    }

    @Test
    void aBrokerCanBeNamed() throws Exception {
        running = Optional.empty();

        int exit = replay(file(), "--topic", "trades", "--bootstrap-servers", "10.0.0.1:9092");

        assertThat(exit).isZero();
        assertThat(brokersAsked).containsExactly("10.0.0.1:9092");
    }

    @Test
    void theSampleIsSentWhereItIsTold() {
        int exit = replay("--sample", "--topic", "trades");

        assertThat(exit).isZero();
        assertThat(producer.history()).hasSize(3_990);
        assertThat(out()).startsWith("3990 records, 5944237 bytes, ");
    }

    @Test
    void theSampleBelongsToTheTopicOfEthereum() {
        int exit = replay("--sample");

        assertThat(exit).isEqualTo(1);
        assertThat(err()).isEqualTo("replay: the broker has no topic evm-trades-v4\n");
    }

    @Test
    void aPartitionCanBeChosen() throws Exception {
        assertThat(replay(file(), "--topic", "trades", "--partition", "1")).isZero();

        assertThat(producer.history()).extracting(ProducerRecord::partition).containsOnly(1);
    }

    @Test
    void aPartitionThatIsNotThereIsRefused() throws Exception {
        assertThat(replay(file(), "--topic", "trades", "--partition", "3")).isEqualTo(1);

        assertThat(err()).isEqualTo("replay: topic trades has partitions 0 to 2, not 3\n");
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aMissingFileIsOneLine() {
        assertThat(replay("/nowhere/a.jsonl", "--topic", "trades")).isEqualTo(1);

        assertThat(err())
                .isEqualTo("replay: cannot read /nowhere/a.jsonl: there is no such file\n");
    }

    @Test
    void aFolderIsNoFile() {
        assertThat(replay(folder.toString(), "--topic", "trades")).isEqualTo(1);

        assertThat(err()).isEqualTo("replay: cannot read " + folder + ": it is a folder\n");
    }

    @Test
    void whatIsNotCompressedIsNotDecompressed() throws Exception {
        Path file = Files.writeString(folder.resolve("a.gz"), "[1]\n");

        assertThat(replay(file.toString(), "--topic", "trades")).isEqualTo(1);

        assertThat(err()).isEqualTo("replay: cannot read " + file + ": Not in GZIP format\n");
    }

    @Test
    void withoutAStackItSaysHowToStartOne() throws Exception {
        running = Optional.empty();

        assertThat(replay(file(), "--topic", "trades")).isEqualTo(1);

        assertThat(err())
                .isEqualTo(
                        "replay: no stack is running here: start one with `klines up`, or name a"
                                + " broker with --bootstrap-servers\n");
    }

    @Test
    void wrongCallsAreUsageErrors() throws Exception {
        assertThat(replay()).isEqualTo(2);
        assertThat(replay(file())).isEqualTo(2);
        assertThat(err()).contains("--topic is needed");
        assertThat(replay(file(), "--sample")).isEqualTo(2);
        assertThat(replay(file(), "--topic", "trades", "--rate", "0")).isEqualTo(2);
        assertThat(replay(file(), "--topic", "trades", "--partition", "-1")).isEqualTo(2);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aBrokerThatIsAwayIsNoticed() throws Exception {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = socket.getLocalPort();
        }
        String servers = "127.0.0.1:" + closedPort;

        assertThatThrownBy(() -> Broker.at(servers).partitions("trades", Duration.ofSeconds(1)))
                .isInstanceOf(ReplayException.class)
                .hasMessage("no broker answers at " + servers + " within 1 s");
    }

    @Test
    void anAddressThatIsNoneIsNoticed() {
        assertThatThrownBy(() -> Broker.at("nonsense").partitions("t", Duration.ofSeconds(1)))
                .isInstanceOf(ReplayException.class)
                .hasMessageStartingWith("no broker can be reached at nonsense: Invalid url");
    }
}
