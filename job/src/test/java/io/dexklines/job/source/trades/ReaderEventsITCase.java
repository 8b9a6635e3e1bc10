package io.dexklines.job.source.trades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.CommonTestUtils;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job whose enumerator sends events all the time is stopped with a savepoint again and again.
 * With events that must not be lost, one of the first stops fails.
 */
class ReaderEventsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int READERS = 4;
    private static final int STOPS = 10;

    /** Which jobs have sent an event; a MiniCluster shares the JVM with the test. */
    private static final Collection<Boolean> SENT = ConcurrentHashMap.newKeySet();

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(READERS)
                            .build());

    @TempDir private Path savepoints;

    @Test
    void aStopWithASavepointDoesNotFail(@InjectMiniCluster MiniCluster flink) throws Exception {
        for (int stop = 0; stop < STOPS; stop++) {
            SENT.clear();
            JobClient job = start();
            CommonTestUtils.waitForAllTaskRunning(flink, job.getJobID(), false);
            await().atMost(PATIENCE).until(() -> !SENT.isEmpty());

            job.stopWithSavepoint(
                            false, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            assertThat(SENT).containsExactly(true);
        }
    }

    private static JobClient start() throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(READERS);
        environment
                .fromSource(new Talkative(), WatermarkStrategy.noWatermarks(), "talkative")
                .sinkTo(new DiscardingSink<>());
        return environment.executeAsync();
    }

    /** An event without a meaning. */
    private record Word(long number) implements SourceEvent {

        private static final long serialVersionUID = 1L;
    }

    /** Numbers, with an enumerator that sends each reader an event every millisecond. */
    private static final class Talkative
            implements Source<Long, NumberSequenceSplit, Collection<NumberSequenceSplit>> {

        private static final long serialVersionUID = 1L;

        private final NumberSequenceSource numbers = new NumberSequenceSource(0, Long.MAX_VALUE);

        @Override
        public Boundedness getBoundedness() {
            return Boundedness.CONTINUOUS_UNBOUNDED;
        }

        @Override
        public SourceReader<Long, NumberSequenceSplit> createReader(SourceReaderContext context) {
            return numbers.createReader(context);
        }

        @Override
        public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>>
                createEnumerator(SplitEnumeratorContext<NumberSequenceSplit> context) {
            return new Talker(numbers.createEnumerator(context), context);
        }

        @Override
        public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>>
                restoreEnumerator(
                        SplitEnumeratorContext<NumberSequenceSplit> context,
                        Collection<NumberSequenceSplit> checkpoint) {
            return new Talker(numbers.restoreEnumerator(context, checkpoint), context);
        }

        @Override
        public SimpleVersionedSerializer<NumberSequenceSplit> getSplitSerializer() {
            return numbers.getSplitSerializer();
        }

        @Override
        public SimpleVersionedSerializer<Collection<NumberSequenceSplit>>
                getEnumeratorCheckpointSerializer() {
            return numbers.getEnumeratorCheckpointSerializer();
        }
    }

    private record Talker(
            SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> numbers,
            SplitEnumeratorContext<NumberSequenceSplit> context)
            implements SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> {

        @Override
        public void start() {
            numbers.start();
            ReaderEvents events = new ReaderEvents(context);
            context.callAsync(() -> null, (nothing, failure) -> talk(events), 0, 1);
        }

        private void talk(ReaderEvents events) {
            for (int subtask : context.registeredReaders().keySet()) {
                events.send(subtask, new Word(subtask));
                SENT.add(events.areLossTolerant());
            }
        }

        @Override
        public void handleSplitRequest(int subtask, String host) {
            numbers.handleSplitRequest(subtask, host);
        }

        @Override
        public void addSplitsBack(List<NumberSequenceSplit> splits, int subtask) {
            numbers.addSplitsBack(splits, subtask);
        }

        @Override
        public void addReader(int subtask) {
            numbers.addReader(subtask);
        }

        @Override
        public Collection<NumberSequenceSplit> snapshotState(long checkpointId) throws Exception {
            return numbers.snapshotState(checkpointId);
        }

        @Override
        public void close() throws IOException {
            numbers.close();
        }
    }
}
