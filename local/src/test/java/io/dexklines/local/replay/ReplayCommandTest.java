package io.dexklines.local.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.kafka.Brokers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final List<String> ownStacks = new ArrayList<>();
    private Optional<Brokers> running = Optional.of(Brokers.open("127.0.0.1:19092"));
    private Map<String, Instant> clocks = Map.of();
    private boolean outcomeIsGood = true;

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

    /** A stack whose job reads Ethereum's trades from the topic of {@link ThreePartitions}. */
    private class RunningJob implements ReplayStack {
        @Override
        public Brokers brokers() {
            return running.orElseThrow();
        }

        @Override
        public Set<String> chains(String topic) {
            return topic.equals(ThreePartitions.TOPIC) ? Set.of("1", "56") : Set.of();
        }

        @Override
        public Duration lateAfter() {
            return Duration.ofMinutes(2);
        }

        @Override
        public Map<String, Instant> clocks() throws IOException {
            if (clocks == null) {
                throw new IOException("connection refused");
            }
            return clocks;
        }
    }

    /** A stack that counts the published trades as the test says. */
    private final class FreshJob extends RunningJob implements OwnStack {
        @Override
        public Brokers brokers() {
            return Brokers.open("127.0.0.1:19093");
        }

        @Override
        public Outcome outcome() {
            return new Outcome() {
                @Override
                public List<String> lines() {
                    return List.of(producer.history().size() + " entries read");
                }

                @Override
                public boolean isGood() {
                    return outcomeIsGood;
                }
            };
        }

        @Override
        public void close() {
            ownStacks.add("closed");
        }
    }

    private int replay(String... args) {
        ReplayStacks stacks =
                new ReplayStacks() {
                    @Override
                    public Optional<ReplayStack> running() {
                        return running.map(brokers -> new RunningJob());
                    }

                    @Override
                    public OwnStack start(Path state, PrintStream log) {
                        ownStacks.add("started in " + state);
                        return new FreshJob();
                    }
                };
        ReplayCommand command =
                new ReplayCommand(
                        stacks,
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

        assertThat(err())
                .isEqualTo("klines: cannot read /nowhere/a.jsonl: no such file or folder\n");
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
    void tradesThatTheJobWouldExcludeAsLateAreRefused() {
        // the first trade of the sample is of 00:00:23, its kline ends at 00:01:00
        clocks = Map.of("1", Instant.parse("2024-01-05T00:02:23.250Z"));

        assertThat(replay("--sample", "--topic", "trades")).isEqualTo(1);

        assertThat(producer.history()).isEmpty();
        assertThat(err())
                .isEqualTo(
                        "klines: the job would exclude trades as late: its clock of chain 1 is at"
                                + " 2024-01-05T00:02:23Z, and the first trade of the Uniswap day of"
                                + " 2024-01-05 is of 2024-01-05T00:00:23Z\n"
                                + "--own-stack publishes to a fresh stack, --anyway to this one"
                                + " nevertheless\n");
        assertThat(out()).isEmpty();

        assertThat(replay("--sample", "--topic", "trades", "--anyway")).isZero();

        assertThat(producer.history()).hasSize(3_990);
    }

    @Test
    void tradesThatCanBeInTimeAreNotRefused() {
        clocks =
                Map.of(
                        "1",
                        Instant.parse("2024-01-05T00:02:22Z"),
                        "56",
                        Instant.parse("2026-01-05T00:00:00Z"));

        assertThat(replay("--sample", "--topic", "trades")).isZero();

        assertThat(producer.history()).hasSize(3_990);
    }

    @Test
    void aFileWithoutTradesOfTheJobIsNotRefused() throws Exception {
        clocks = Map.of("1", Instant.parse("2026-01-05T00:00:00Z"));

        assertThat(replay(file(), "--topic", "trades")).isZero();

        assertThat(producer.history()).hasSize(2);
    }

    @Test
    void withoutTheClocksTheFileIsPublishedWithAWarning() {
        clocks = null;

        assertThat(replay("--sample", "--topic", "trades")).isZero();

        assertThat(err())
                .startsWith(
                        "klines: the clocks of the job are unknown, so it may exclude trades as"
                                + " late\n");
        assertThat(producer.history()).hasSize(3_990);
    }

    @Test
    void anotherClusterIsNotAskedForItsClocks() {
        clocks = Map.of("1", Instant.parse("2026-01-05T00:00:00Z"));

        assertThat(replay("--sample", "--topic", "trades", "--bootstrap-servers", "b:1")).isZero();

        assertThat(producer.history()).hasSize(3_990);
    }

    @Test
    void aStackOfItsOwnIsStartedAndItsOutcomePrinted() throws Exception {
        clocks = Map.of("1", Instant.parse("2026-01-05T00:00:00Z"));
        Path state = folder.resolve("state");

        assertThat(replay(file(), "--topic", "trades", "--own-stack", "--dir", state.toString()))
                .isZero();

        assertThat(ownStacks).containsExactly("started in " + state, "closed");
        assertThat(brokersAsked).containsExactly("127.0.0.1:19093");
        assertThat(out())
                .endsWith(
                        "2 entries read\n"
                                + "the state of the stack is in %1$s; `klines up --no-simulator --dir %1$s` starts it again\n"
                                        .formatted(state));
    }

    @Test
    void aTemporaryStackLeavesNothing() throws Exception {
        running = Optional.empty();
        outcomeIsGood = false;

        assertThat(replay(file(), "--topic", "trades", "--own-stack")).isEqualTo(1);

        assertThat(out()).endsWith("2 entries read\n");
        assertThat(ownStacks).hasSize(2).endsWith("closed");
        assertThat(Path.of(ownStacks.get(0).substring("started in ".length()))).doesNotExist();
    }

    @Test
    void aStackOfItsOwnIsClosedIfTheReplayFails() throws Exception {
        assertThat(replay(file(), "--topic", "nowhere", "--own-stack")).isEqualTo(4);

        assertThat(err()).isEqualTo("klines: the broker has no topic nowhere\n");
        assertThat(ownStacks).hasSize(2).endsWith("closed");
    }

    @Test
    void aStackOfItsOwnNeedsAFolderWithoutFiles() throws Exception {
        String file = file();

        assertThat(replay(file, "--topic", "trades", "--own-stack", "--dir", folder.toString()))
                .isEqualTo(2);
        assertThat(err())
                .startsWith(
                        "klines: --dir "
                                + folder
                                + " is neither new nor empty: name another folder");
        assertThat(replay(file, "--topic", "trades", "--own-stack", "--dir", file)).isEqualTo(2);
        assertThat(replay(file, "--topic", "trades", "--dir", "elsewhere")).isEqualTo(2);
        assertThat(replay("--sample", "--own-stack", "--bootstrap-servers", "b:1")).isEqualTo(2);
        assertThat(ownStacks).isEmpty();
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
