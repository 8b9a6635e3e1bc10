package io.dexklines.job.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs whose task fails once, on the only TaskManager, while their sink cannot be closed. */
@Timeout(60)
class CloseSafeSinkTest {

    private static final AtomicInteger FAILURES = new AtomicInteger();
    private static final AtomicInteger WRITTEN = new AtomicInteger();
    private static final AtomicInteger COMMITTED = new AtomicInteger();
    private static final AtomicInteger CLOSED = new AtomicInteger();

    private MiniCluster cluster;

    @BeforeEach
    void startCluster() throws Exception {
        List.of(FAILURES, WRITTEN, COMMITTED, CLOSED).forEach(count -> count.set(0));
        cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(1)
                                .withRandomPorts()
                                .build());
        cluster.start();
    }

    @AfterEach
    void stopCluster() throws Exception {
        cluster.close();
    }

    @Test
    void theTaskRestartsInTheSameTaskManager() throws Exception {
        cluster.executeJobBlocking(job(new CloseSafeSink<>(new Unclosable(), "a topic")));

        assertThat(taskManagers()).isEqualTo(1);
        assertThat(FAILURES).hasValue(1);
        assertThat(WRITTEN).hasValue(2);
        assertThat(COMMITTED).hasValue(2);
        // a writer and a committer, of the attempt that failed and of the one that ended
        assertThat(CLOSED).hasValue(4);
    }

    @Test
    void withoutItTheTaskManagerEnds() throws Exception {
        cluster.submitJob(job(new Unclosable())).get();

        await().until(() -> taskManagers() == 0);
        assertThat(FAILURES).hasValue(1);
        assertThat(WRITTEN).hasValue(0);
    }

    private int taskManagers() throws InterruptedException, ExecutionException {
        return cluster.getResourceOverview().get().getNumberTaskManagers();
    }

    /** Returns a job of two records, whose task fails at its first one. */
    private static JobGraph job(Sink<String> sink) {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        env.enableCheckpointing(100);
        env.fromData("a", "b")
                .map(
                        text -> {
                            if (FAILURES.compareAndSet(0, 1)) {
                                throw new IOException("fails once");
                            }
                            return text;
                        })
                .returns(Types.STRING)
                .sinkTo(sink);
        return env.getStreamGraph().getJobGraph();
    }

    /** A sink that counts what it writes and commits, and throws whenever it is closed. */
    private static final class Unclosable
            implements TwoPhaseCommittingStatefulSink<String, String, String>,
                    SupportsPostCommitTopology<String>,
                    LineageVertexProvider {

        private static final long serialVersionUID = 1L;

        @Override
        public PrecommittingStatefulSinkWriter<String, String, String> createWriter(
                WriterInitContext context) {
            return new Writer();
        }

        @Override
        public PrecommittingStatefulSinkWriter<String, String, String> restoreWriter(
                WriterInitContext context, Collection<String> state) {
            return new Writer();
        }

        @Override
        public SimpleVersionedSerializer<String> getWriterStateSerializer() {
            return new Utf8();
        }

        @Override
        public Committer<String> createCommitter(CommitterInitContext context) {
            return new Committer<>() {
                @Override
                public void commit(Collection<CommitRequest<String>> requests) {
                    COMMITTED.addAndGet(requests.size());
                }

                @Override
                public void close() throws IOException {
                    CLOSED.incrementAndGet();
                    throw new IOException("the committer cannot be closed");
                }
            };
        }

        @Override
        public SimpleVersionedSerializer<String> getCommittableSerializer() {
            return new Utf8();
        }

        @Override
        public void addPostCommitTopology(DataStream<CommittableMessage<String>> committables) {
            // there is none
        }

        @Override
        public LineageVertex getLineageVertex() {
            return List::of;
        }
    }

    private static final class Writer
            implements PrecommittingStatefulSinkWriter<String, String, String> {

        private final List<String> written = new ArrayList<>();

        @Override
        public void write(String element, Context context) {
            WRITTEN.incrementAndGet();
            written.add(element);
        }

        @Override
        public void flush(boolean endOfInput) {
            // nothing is buffered
        }

        @Override
        public Collection<String> prepareCommit() {
            List<String> committables = List.copyOf(written);
            written.clear();
            return committables;
        }

        @Override
        public List<String> snapshotState(long checkpointId) {
            return List.of("state");
        }

        @Override
        public void close() throws IOException {
            CLOSED.incrementAndGet();
            throw new IOException("the writer cannot be closed");
        }
    }

    private static final class Utf8 implements SimpleVersionedSerializer<String> {

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String deserialize(int version, byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
