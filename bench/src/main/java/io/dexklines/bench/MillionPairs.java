package io.dexklines.bench;

import com.sun.management.OperatingSystemMXBean;
import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.operator.kline.KlineWindows;
import io.dexklines.trade.PairSwaps;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
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
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * A benchmark of the kline operator with many pairs. It measures the state of a pair, and the cost
 * of a trade, of a checkpoint and of a close. Simulated trades enter the operator directly, on one
 * subtask and without a sink. RocksDB has the options of {@code flink-conf/config.yaml}.
 *
 * <p>A job with fewer pairs runs first, to warm up. Prints lines of {@code name value}. Arguments:
 * state backend, {@code rocksdb} or {@code hashmap}; seconds of event time of the trades (3600);
 * number of pairs (1000000); options of Flink as {@code key=value}.
 */
public final class MillionPairs {

    private static final int ROUNDS = 5;
    private static final int TRADES_PER_ROUND = 10_000;
    private static final int WARM_UP_PAIRS = 50_000;
    private static final Duration LIVE_INTERVAL = Duration.ofMillis(500);
    private static final Duration ALLOWED_LATENESS = Duration.ofSeconds(60);
    private static final MemorySize MANAGED_MEMORY = MemorySize.ofMebiBytes(512);
    private static final String INTERVALS = "1m 5m 15m 30m 1h 4h 12h 1d 1w";

    /** Shared with the tasks, because the Flink cluster runs in this JVM. */
    private static volatile SimulatedTrades simulatedTrades;

    private static volatile Gate gate;

    private static final Semaphore PHASES_ENDED = new Semaphore(0);
    private static final Semaphore TIME_PASSED = new Semaphore(0);

    /** The watermark that the sink waits for, epoch milliseconds. */
    private static volatile long awaitedMs = Long.MAX_VALUE;

    private static final AtomicLong CLOSED_KLINES = new AtomicLong();
    private static final AtomicLong CLOSING_UPDATES = new AtomicLong();

    private final String backend;
    private final int pairs;
    private final Map<String, String> options;
    private final Path folder;

    private MillionPairs(String backend, int pairs, Map<String, String> options, Path folder) {
        this.backend = backend;
        this.pairs = pairs;
        this.options = options;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        String backend = Bench.argument(args, 0, "rocksdb");
        int seconds = Bench.argument(args, 1, 3600);
        int pairs = Bench.argument(args, 2, 1_000_000);
        Bench.print("backend", backend);
        Bench.print("pairs", pairs);
        Bench.print("seconds of event time", seconds);
        Map<String, String> options = new HashMap<>();
        for (String option : List.of(args).subList(Math.min(3, args.length), args.length)) {
            String[] keyAndValue = option.split("=", 2);
            options.put(keyAndValue[0], keyAndValue[1]);
            Bench.print(keyAndValue[0], keyAndValue[1]);
        }
        int warmUpPairs = Math.min(pairs, WARM_UP_PAIRS);
        simulatedTrades = SimulatedTrades.of(warmUpPairs, seconds, 0, 0);
        Bench.inTemporaryFolder(
                folder -> new MillionPairs(backend, warmUpPairs, options, folder).warmUp());
        simulatedTrades = SimulatedTrades.of(pairs, seconds, ROUNDS, TRADES_PER_ROUND);
        Bench.inTemporaryFolder(
                folder -> new MillionPairs(backend, pairs, options, folder).measure());
    }

    /** Lets the JIT compiler see trades and closings. */
    private void warmUp() throws Exception {
        run(
                (flink, job) -> {
                    gate.open(simulatedTrades.tradesUntil(0));
                    PHASES_ENDED.acquire();
                    letTimePass();
                });
    }

    private void measure() throws Exception {
        run(this::measure);
    }

    /** What a job is used for. */
    private interface Phases {
        void run(MiniCluster flink, JobID job) throws Exception;
    }

    private void run(Phases phases) throws Exception {
        gate = new Gate();
        PHASES_ENDED.drainPermits();
        Configuration configuration = configuration();
        MiniClusterConfiguration cluster =
                new MiniClusterConfiguration.Builder().setConfiguration(configuration).build();
        MiniCluster flink = new MiniCluster(cluster);
        flink.start();
        try {
            JobID job = flink.submitJob(graph(configuration)).get().getJobID();
            phases.run(flink, job);
            flink.cancelJob(job).get();
        } finally {
            flink.close();
        }
    }

    private void measure(MiniCluster flink, JobID job) throws Exception {
        long usedBefore = usedHeap();
        int trades = simulatedTrades.tradesUntil(0);
        Usage before = Usage.now();
        gate.open(trades);
        PHASES_ENDED.acquire();
        Usage usage = Usage.now().since(before);
        Bench.print("trades", trades);
        Bench.print("wall clock, s", usage.wallNanos / 1e9);
        Bench.print("CPU of the operator's thread, us per trade", usage.taskNanos / 1e3 / trades);
        Bench.print("CPU of the whole process, us per trade", usage.processNanos / 1e3 / trades);
        Bench.print("pauses of the garbage collector, s", usage.collectorMs / 1e3);

        Bench.print("heap, bytes per pair", (usedHeap() - usedBefore) / pairs);
        Checkpoint first = checkpoint(flink, job);
        Bench.print("first checkpoint, bytes per pair", first.stateBytes() / pairs);
        Bench.print("first checkpoint", first);
        if (backend.equals("rocksdb")) {
            Bench.print(
                    "RocksDB's files, bytes per pair",
                    Bench.size(folder.resolve("rocksdb")) / pairs);
        }
        for (int round = 1; round <= ROUNDS; round++) {
            gate.open(simulatedTrades.tradesUntil(round));
            PHASES_ENDED.acquire();
            Bench.print("checkpoint after " + TRADES_PER_ROUND + " trades", checkpoint(flink, job));
        }
        measureClosings();
    }

    /** Lets time pass until all klines are closed, minute by minute at first. */
    private static void measureClosings() throws InterruptedException {
        CLOSED_KLINES.set(0);
        CLOSING_UPDATES.set(0);
        Usage before = Usage.now();
        letTimePass();
        Usage usage = Usage.now().since(before);
        long updates = CLOSING_UPDATES.get();
        Bench.print("closed klines", CLOSED_KLINES.get());
        Bench.print("closings, each of the klines of a pair at one time", updates);
        Bench.print("closings: wall clock, s", usage.wallNanos / 1e9);
        Bench.print(
                "CPU of the operator's thread, us per closing", usage.taskNanos / 1e3 / updates);
        Bench.print("CPU of the whole process, us per closing", usage.processNanos / 1e3 / updates);
    }

    private static void letTimePass() throws InterruptedException {
        for (int left = simulatedTrades.passingTrades() - 1; left >= 0; left--) {
            PairSwaps trade = simulatedTrades.trade(simulatedTrades.trades() - left - 1);
            // Flink's watermark for timestamps that ascend
            awaitedMs = SimulatedTrades.timeMs(trade) - 1;
            gate.open(simulatedTrades.trades() - left);
            TIME_PASSED.acquire();
        }
    }

    private Configuration configuration() {
        Configuration configuration = new Configuration();
        Configuration shipped =
                GlobalConfiguration.loadConfiguration(
                        Path.of(System.getProperty("klines.home"), "flink-conf").toString());
        for (String key : shipped.keySet()) {
            if (key.startsWith("state.backend.rocksdb.")) {
                configuration.setString(key, shipped.getString(key, null));
            }
        }
        configuration.set(StateBackendOptions.STATE_BACKEND, backend);
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        // no periodic checkpoints
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofDays(1));
        configuration.setString(
                "state.backend.rocksdb.localdir", folder.resolve("rocksdb").toString());
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED_MEMORY);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        options.forEach(configuration::setString);
        return configuration;
    }

    private static StreamGraph graph(Configuration configuration) {
        StreamExecutionEnvironment env = new StreamExecutionEnvironment(configuration);
        env.setParallelism(1);
        env.setMaxParallelism(1024);
        List<Interval> intervals = Stream.of(INTERVALS.split(" ")).map(Interval::ofCode).toList();
        DataStream<PairSwaps> trades =
                env.fromSource(
                                new DataGeneratorSource<>(
                                        index -> simulatedTrades.trade(index.intValue()),
                                        // the source does not end
                                        simulatedTrades.trades() + 1L,
                                        subtasks -> gate,
                                        CodecTypeInfo.PAIR_SWAPS),
                                WatermarkStrategy.<PairSwaps>forMonotonousTimestamps()
                                        .withTimestampAssigner(
                                                (swaps, timestamp) ->
                                                        SimulatedTrades.timeMs(swaps)),
                                "Trades")
                        // the operator's thread, which is measured, must not simulate the trades
                        .disableChaining();
        KlineWindows.attach(
                        trades,
                        KlineRules.of(intervals, ALLOWED_LATENESS.toMillis()),
                        LIVE_INTERVAL.toMillis(),
                        0,
                        1)
                .updates()
                .sinkTo(new MarkerSink());
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

    /** Returns the bytes of the heap that are in use after a garbage collection. */
    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /**
     * The cost of a checkpoint.
     *
     * @param stateBytes size of the whole state
     * @param writtenBytes size of what was written for this checkpoint
     * @param durationMs time from the trigger to the last acknowledgement
     * @param blockedMs time for which the operator was blocked
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

    /** Elapsed time, CPU time and garbage collection time until now. */
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

    /** A sink that discards everything, and signals the end of a phase and that time has passed. */
    private static final class MarkerSink implements Sink<KlineUpdates>, SinkWriter<KlineUpdates> {

        private static final long serialVersionUID = 1L;

        @Override
        public SinkWriter<KlineUpdates> createWriter(WriterInitContext context) {
            return this;
        }

        @Override
        public void write(KlineUpdates updates, Context context) {
            if (updates.pair().address().equals(SimulatedTrades.MARKER)) {
                PHASES_ENDED.release();
                return;
            }
            long closed = updates.klines().stream().filter(Kline::closed).count();
            if (closed > 0) {
                CLOSED_KLINES.addAndGet(closed);
                CLOSING_UPDATES.incrementAndGet();
            }
        }

        /** Called after the klines that the watermark closes. */
        @Override
        public void writeWatermark(Watermark watermark) {
            if (watermark.getTimestamp() >= awaitedMs) {
                awaitedMs = Long.MAX_VALUE;
                TIME_PASSED.release();
            }
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
    }
}
