package io.dexklines.bench;

import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A Flink cluster in this JVM that runs jobs which write a number of elements to a sink. */
final class SinkJobs implements AutoCloseable {

    /** Shared with the tasks, because the Flink cluster runs in this JVM. */
    private static volatile IntFunction<?> elements;

    private static volatile Comparison.Counters start;
    private static volatile long serverPid;

    private final Configuration configuration = new Configuration();
    private final MiniCluster flink;

    SinkJobs() throws Exception {
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        flink =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .build());
        flink.start();
    }

    /**
     * Runs a job with parallelism 1. Returns its cost from the first element to the end of the job.
     *
     * @param pid process id of the server
     * @param element returns the element at an index, from 0; it should already be in memory
     * @param sink attaches the sink to the stream
     */
    <T> Comparison.Cost run(
            long pid,
            int count,
            TypeInformation<T> type,
            IntFunction<T> element,
            Consumer<DataStream<T>> sink)
            throws Exception {
        elements = element;
        serverPid = pid;
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(configuration);
        env.setParallelism(1);
        sink.accept(
                env.fromSource(
                        new DataGeneratorSource<>(SinkJobs::next, count, type),
                        WatermarkStrategy.noWatermarks(),
                        "Elements"));
        JobID job = flink.submitJob(env.getStreamGraph()).get().getJobID();
        JobResult result = flink.requestJobResult(job).get();
        Comparison.Counters end = Comparison.Counters.now(pid);
        result.toJobExecutionResult(SinkJobs.class.getClassLoader());
        return end.since(start);
    }

    @SuppressWarnings("unchecked") // the type belongs to the running job
    private static <T> T next(long index) {
        if (index == 0) {
            start = Comparison.Counters.now(serverPid);
        }
        return (T) elements.apply((int) index);
    }

    @Override
    public void close() {
        flink.closeAsync().join();
    }
}
