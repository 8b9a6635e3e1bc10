package io.dexklines.bench;

import com.sun.management.OperatingSystemMXBean;
import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.operator.kline.KlineWindows;
import io.dexklines.trade.PairSwaps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.TaskStateStats;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * How much state a pair takes, and what a trade and a checkpoint cost when there are many pairs:
 * made-up trades straight into the kline operator, on one subtask, with nothing behind it.
 *
 * <p>Prints lines of {@code name value}. Its arguments: the backend, {@code rocksdb} or {@code
 * hashmap}; the seconds over which the pairs' trades are spread (3600); the pairs (1000000).
 */
public final class MillionPairs {

    private static final int ROUNDS = 5;
    private static final int TRADES_PER_ROUND = 10_000;
    private static final Duration LIVE_INTERVAL = Duration.ofMillis(500);
    private static final Duration ALLOWED_LATENESS = Duration.ofSeconds(60);
    private static final MemorySize MANAGED_MEMORY = MemorySize.ofMebiBytes(512);
    private static final String INTERVALS = "1m 5m 15m 30m 1h 4h 12h 1d 1w";

    /** The cluster is in this JVM: what its tasks share with it stands here. */
    private static volatile Market market;

    private static final Gate GATE = new Gate();
    private static final Semaphore STRETCHES_OVER = new Semaphore(0);

    private final String backend;
    private final int pairs;
    private final Path folder;

    private MillionPairs(String backend, int pairs, Path folder) {
        this.backend = backend;
        this.pairs = pairs;
        this.folder = folder;
    }

    /** See the class. */
    public static void main(String[] args) throws Exception {
        String backend = args.length > 0 ? args[0] : "rocksdb";
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 3600;
        int pairs = args.length > 2 ? Integer.parseInt(args[2]) : 1_000_000;
        Path folder = Files.createTempDirectory("klines-bench");
        try {
            market = Market.of(pairs, seconds, ROUNDS, TRADES_PER_ROUND);
            print("backend", backend);
            print("pairs", pairs);
            print("seconds of event time", seconds);
            new MillionPairs(backend, pairs, folder).measure();
        } finally {
            delete(folder);
        }
    }

    private void measure() throws Exception {
        Configuration configuration = configuration();
        MiniClusterConfiguration cluster =
                new MiniClusterConfiguration.Builder().setConfiguration(configuration).build();
        MiniCluster flink = new MiniCluster(cluster);
        flink.start();
        try {
            long usedBefore = usedHeap();
            JobID job = flink.submitJob(graph(configuration)).get().getJobID();

            int trades = market.tradesUntil(0);
            Usage before = Usage.now();
            GATE.open(trades);
            STRETCHES_OVER.acquire();
            Usage took = Usage.now().since(before);
            print("trades", trades);
            print("wall clock, s", took.wallNanos / 1e9);
            print("CPU of the operator's thread, us per trade", took.taskNanos / 1e3 / trades);
            print("CPU of the whole process, us per trade", took.processNanos / 1e3 / trades);
            print("pauses of the garbage collector, s", took.collectorMs / 1e3);

            print("heap, bytes per pair", (usedHeap() - usedBefore) / pairs);
            Checkpoint first = checkpoint(flink, job);
            print("first checkpoint, bytes per pair", first.stateBytes() / pairs);
            print("first checkpoint", first);
            if (backend.equals("rocksdb")) {
                print("RocksDB's files, bytes per pair", size(folder.resolve("rocksdb")) / pairs);
            }
            for (int round = 1; round <= ROUNDS; round++) {
                GATE.open(market.tradesUntil(round));
                STRETCHES_OVER.acquire();
                print("checkpoint after " + TRADES_PER_ROUND + " trades", checkpoint(flink, job));
            }
            flink.cancelJob(job).get();
        } finally {
            flink.close();
        }
    }

    private Configuration configuration() {
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, backend);
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        // none by itself
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofDays(1));
        configuration.setString(
                "state.backend.rocksdb.localdir", folder.resolve("rocksdb").toString());
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED_MEMORY);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        return configuration;
    }

    private static StreamGraph graph(Configuration configuration) {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(configuration);
        env.setParallelism(1);
        env.setMaxParallelism(1024);
        List<Interval> intervals = Stream.of(INTERVALS.split(" ")).map(Interval::ofCode).toList();
        KlineWindows.attach(
                        env.fromSource(
                                new DataGeneratorSource<>(
                                        place -> market.trade(place.intValue()),
                                        market.trades() + 1L,
                                        subtasks -> GATE,
                                        CodecTypeInfo.PAIR_SWAPS),
                                WatermarkStrategy.<PairSwaps>forMonotonousTimestamps()
                                        .withTimestampAssigner(
                                                (swaps, none) -> Market.timeMs(swaps)),
                                "Market"),
                        KlineRules.of(intervals, ALLOWED_LATENESS.toMillis()),
                        LIVE_INTERVAL.toMillis(),
                        1)
                .updates()
                .sinkTo(new Ends());
        return env.getStreamGraph();
    }

    private static Checkpoint checkpoint(MiniCluster flink, JobID job) throws Exception {
        flink.triggerCheckpoint(job).get();
        AbstractCheckpointStats stats =
                flink.getExecutionGraph(job)
                        .get()
                        .getCheckpointStatsSnapshot()
                        .getHistory()
                        .getLatestCompletedCheckpoint();
        long blockedMs = 0;
        for (TaskStateStats task : stats.getAllTaskStateStats()) {
            blockedMs =
                    Math.max(
                            blockedMs,
                            task.getSummaryStats().getSyncCheckpointDurationStats().getMaximum());
        }
        return new Checkpoint(
                stats.getStateSize(),
                stats.getCheckpointedSize(),
                stats.getEndToEndDuration(),
                blockedMs);
    }

    /** The bytes of the heap that are in use after a collection. */
    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long size(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile).mapToLong(MillionPairs::bytes).sum();
        }
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // compacted away meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void print(String name, Object value) {
        String text =
                value instanceof Double number
                        ? String.format(Locale.ROOT, "%.2f", number)
                        : value.toString();
        System.out.printf("%-45s %s%n", name, text);
    }

    /**
     * What a checkpoint cost.
     *
     * @param stateBytes all of it
     * @param writtenBytes what was new in it
     * @param durationMs from its trigger to the last acknowledgement
     * @param blockedMs for how long the operator stood still
     */
    private record Checkpoint(long stateBytes, long writtenBytes, long durationMs, long blockedMs) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.1f MB, written %.1f MB, %d ms, operator blocked for %d ms",
                    stateBytes / 1e6,
                    writtenBytes / 1e6,
                    durationMs,
                    blockedMs);
        }
    }

    /** What has been used up so far. */
    private record Usage(long wallNanos, long taskNanos, long processNanos, long collectorMs) {

        static Usage now() {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long task = 0;
            for (long id : threads.getAllThreadIds()) {
                ThreadInfo thread = threads.getThreadInfo(id);
                if (thread != null && thread.getThreadName().startsWith("Klines of all")) {
                    task += Math.max(0, threads.getThreadCpuTime(id));
                }
            }
            return new Usage(
                    System.nanoTime(),
                    task,
                    ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getProcessCpuTime(),
                    ManagementFactory.getGarbageCollectorMXBeans().stream()
                            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                            .sum());
        }

        Usage since(Usage before) {
            return new Usage(
                    wallNanos - before.wallNanos,
                    taskNanos - before.taskNanos,
                    processNanos - before.processNanos,
                    collectorMs - before.collectorMs);
        }
    }

    /** Takes everything, and tells when a stretch is over. */
    private static final class Ends implements Sink<KlineUpdates>, SinkWriter<KlineUpdates> {

        private static final long serialVersionUID = 1L;

        @Override
        public SinkWriter<KlineUpdates> createWriter(WriterInitContext context) {
            return this;
        }

        @Override
        public void write(KlineUpdates updates, Context context) {
            if (updates.pair().address().equals(Market.LAST)) {
                STRETCHES_OVER.release();
            }
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }
}
