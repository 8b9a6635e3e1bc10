package io.dexklines.job.sink.check;

import io.dexklines.job.config.CheckSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.kline.KlineUpdates;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Compares samples of the closed klines, as they were emitted, with what MySQL, Redis and the
 * relays hold, and counts what is wrong or missing. It only reads, has no state, and delays neither
 * klines nor checkpoints. What it does not sample it does not see: the command {@code verify}
 * compares everything.
 */
public final class KlineCheckSink implements JobSink {

    /** Part of the savepoint: never rename. */
    private static final String UID = "check";

    private final CheckSettings settings;
    private final List<CheckedStore> servers;

    /**
     * @param servers the servers to compare with
     */
    public KlineCheckSink(CheckSettings settings, List<CheckedStore> servers) {
        this.settings = settings;
        this.servers = List.copyOf(servers);
    }

    @Override
    public void attach(Results results) {
        results.klines()
                .sinkTo(new WriterSink(settings, servers))
                .uid(UID)
                .name("Check of stored klines")
                // corrections come to the subtask of their kline. Chained to the klines: a task of
                // its own would cost the serialization of every update
                .setParallelism(results.klines().getParallelism());
    }

    private record WriterSink(CheckSettings settings, List<CheckedStore> servers)
            implements Sink<KlineUpdates> {

        @Override
        public SinkWriter<KlineUpdates> createWriter(WriterInitContext context) {
            return new KlineCheckWriter(
                    settings,
                    servers,
                    context.metricGroup(),
                    context.getProcessingTimeService(),
                    new SplittableRandom());
        }
    }
}
