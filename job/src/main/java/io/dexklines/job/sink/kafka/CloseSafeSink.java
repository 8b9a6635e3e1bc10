package io.dexklines.job.sink.kafka;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink whose writers and committers do not throw when they are closed. All else is that of
 * another sink: its state, its transactions, and its topology.
 *
 * <p>Flink closes the operators of a task that failed or was canceled as well. An exception from
 * there ends the process of the TaskManager, and not only the task. The writer of {@code KafkaSink}
 * throws one if its producer was fenced while the process stood still: the records that the brokers
 * refused are reported by {@code close()}, unless a record or a checkpoint reported them before.
 *
 * <p>No record is lost by an exception that is only logged. Records are committed by a checkpoint,
 * or at the end of the input, and both fail if a record was not written. The records after that are
 * in a transaction that is aborted, and are written again after a restart.
 *
 * @param <T> the type of the input
 * @param <S> the type of the writer's state
 * @param <C> the type of what the writer hands to the committer
 * @param <K> the type of the other sink
 */
final class CloseSafeSink<
                T,
                S,
                C,
                K extends
                        TwoPhaseCommittingStatefulSink<T, S, C> & SupportsPostCommitTopology<C>
                                & LineageVertexProvider>
        implements Sink<T>,
                SupportsWriterState<T, S>,
                SupportsCommitter<C>,
                SupportsPostCommitTopology<C>,
                LineageVertexProvider {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(CloseSafeSink.class);

    private final K sink;
    private final String name;

    /**
     * @param sink the other sink
     * @param name what log lines call the sink
     */
    CloseSafeSink(K sink, String name) {
        this.sink = sink;
        this.name = name;
    }

    @Override
    public StatefulSinkWriter<T, S> createWriter(WriterInitContext context) throws IOException {
        return new Writer<>(sink.createWriter(context), name);
    }

    @Override
    public StatefulSinkWriter<T, S> restoreWriter(WriterInitContext context, Collection<S> state)
            throws IOException {
        return new Writer<>(sink.restoreWriter(context, state), name);
    }

    @Override
    public SimpleVersionedSerializer<S> getWriterStateSerializer() {
        return sink.getWriterStateSerializer();
    }

    @Override
    public Committer<C> createCommitter(CommitterInitContext context) throws IOException {
        return new SafeCommitter<>(sink.createCommitter(context), name);
    }

    @Override
    public SimpleVersionedSerializer<C> getCommittableSerializer() {
        return sink.getCommittableSerializer();
    }

    @Override
    public void addPostCommitTopology(DataStream<CommittableMessage<C>> committables) {
        sink.addPostCommitTopology(committables);
    }

    @Override
    public LineageVertex getLineageVertex() {
        return sink.getLineageVertex();
    }

    private static void close(AutoCloseable closeable, String what, String name) {
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.warn("Closing the {} of {} failed", what, name, e);
        }
    }

    private static final class Writer<T, S, C>
            implements StatefulSinkWriter<T, S>, CommittingSinkWriter<T, C> {

        private final PrecommittingStatefulSinkWriter<T, S, C> writer;
        private final String name;

        Writer(PrecommittingStatefulSinkWriter<T, S, C> writer, String name) {
            this.writer = writer;
            this.name = name;
        }

        @Override
        public void write(T element, Context context) throws IOException, InterruptedException {
            writer.write(element, context);
        }

        @Override
        public void writeWatermark(Watermark watermark) throws IOException, InterruptedException {
            writer.writeWatermark(watermark);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException, InterruptedException {
            writer.flush(endOfInput);
        }

        @Override
        public Collection<C> prepareCommit() throws IOException, InterruptedException {
            return writer.prepareCommit();
        }

        @Override
        public List<S> snapshotState(long checkpointId) throws IOException {
            return writer.snapshotState(checkpointId);
        }

        @Override
        public void close() {
            CloseSafeSink.close(writer, "writer", name);
        }
    }

    private static final class SafeCommitter<C> implements Committer<C> {

        private final Committer<C> committer;
        private final String name;

        SafeCommitter(Committer<C> committer, String name) {
            this.committer = committer;
            this.name = name;
        }

        @Override
        public void commit(Collection<CommitRequest<C>> requests)
                throws IOException, InterruptedException {
            committer.commit(requests);
        }

        @Override
        public void close() {
            CloseSafeSink.close(committer, "committer", name);
        }
    }
}
