package io.dexklines.connector.redis;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.runtime.metrics.groups.MetricsGroupTestUtils;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailboxImpl;
import org.apache.flink.util.UserCodeClassLoader;

/** A test harness that runs a writer with a task mailbox on the test's thread. */
final class WriterHarness<T> implements AutoCloseable {
    private static final SinkWriter.Context NO_CONTEXT =
            new SinkWriter.Context() {
                @Override
                public long currentWatermark() {
                    return Long.MIN_VALUE;
                }

                @Override
                public Long timestamp() {
                    return null;
                }
            };

    private final MetricListener metrics = new MetricListener();
    private final StatefulSinkWriter<T, BufferedRequestState<RedisRequest>> writer;

    WriterHarness(RedisSink<T> sink) throws IOException {
        this(sink, List.of());
    }

    WriterHarness(RedisSink<T> sink, Collection<BufferedRequestState<RedisRequest>> restored)
            throws IOException {
        this.writer = sink.restoreWriter(new Context(metrics), restored);
    }

    void write(T element) throws IOException, InterruptedException {
        writer.write(element, NO_CONTEXT);
    }

    /** Flushes as at the end of the input: returns when Redis has carried out all commands. */
    void flush() throws IOException, InterruptedException {
        writer.flush(true);
    }

    /** Takes a checkpoint and returns the state of the writer. */
    List<BufferedRequestState<RedisRequest>> checkpoint() throws IOException, InterruptedException {
        writer.flush(false);
        return writer.snapshotState(1);
    }

    long counter(RedisSinkMetric metric) {
        return metrics.getCounter(RedisSinkMetric.GROUP, metric.metricName())
                .orElseThrow()
                .getCount();
    }

    long downSeconds() {
        return metrics.<Long>getGauge(
                        RedisSinkMetric.GROUP, RedisSinkMetric.DOWN_SECONDS.metricName())
                .orElseThrow()
                .getValue();
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (Exception e) {
            throw new AssertionError("close() must not throw", e);
        }
    }

    private static final class Context implements WriterInitContext {
        private final MailboxExecutor mailbox =
                new MailboxExecutorImpl(
                        new TaskMailboxImpl(Thread.currentThread()),
                        Integer.MAX_VALUE,
                        StreamTaskActionExecutor.IMMEDIATE);
        private final ProcessingTimeService timeService = new TestProcessingTimeService();
        private final SinkWriterMetricGroup metricGroup;

        Context(MetricListener metrics) {
            this.metricGroup =
                    MetricsGroupTestUtils.mockWriterMetricGroup(metrics.getMetricGroup());
        }

        @Override
        public MailboxExecutor getMailboxExecutor() {
            return mailbox;
        }

        @Override
        public ProcessingTimeService getProcessingTimeService() {
            return timeService;
        }

        @Override
        public SinkWriterMetricGroup metricGroup() {
            return metricGroup;
        }

        @Override
        public OptionalLong getRestoredCheckpointId() {
            return OptionalLong.empty();
        }

        @Override
        public boolean isObjectReuseEnabled() {
            return false;
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SerializationSchema.InitializationContext
                asSerializationSchemaInitializationContext() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <IN> TypeSerializer<IN> createInputSerializer() {
            throw new UnsupportedOperationException();
        }

        @Override
        public JobInfo getJobInfo() {
            throw new UnsupportedOperationException();
        }

        @Override
        public TaskInfo getTaskInfo() {
            throw new UnsupportedOperationException();
        }
    }
}
