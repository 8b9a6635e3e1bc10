package io.dexklines.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.FlinkCluster;
import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A benchmark of the state while a restored job reads a backlog. No trade is late before all
 * partitions are read up to where they ended at the restore, so until then, klines that ended and
 * the identities of their trades stay in state.
 *
 * <p>The job reads one minute of a simulated market and is canceled. Then the rest is published,
 * and the job is restored from its last checkpoint. A line for each checkpoint shows how much is
 * read and the size of the state. The measurement ends when all is read and the state is less than
 * half of its peak, 30 s after all is read, or after the limit.
 *
 * <p>Prints lines of {@code name value}. Arguments: state backend, {@code hashmap} or {@code
 * rocksdb}; hours of event time (6); trades per second of event time (100); number of pairs (400);
 * limit in minutes (15); further arguments of the job.
 */
public final class ReplayState {

    private static final String SOURCE = "Source: Trades";
    private static final String CHECKPOINT_INTERVAL = "2 s";
    private static final int TASK_HEAP_MB = 3072;
    private static final int MANAGED_MEMORY_MB = 512;
    private static final Duration FIRST_MINUTE = Duration.ofMinutes(1);
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final long POLL_MS = 100;
    private static final int FIXED_ARGUMENTS = 5;

    /** The share of the backlog after which the garbage collector runs again. */
    private static final double HEAP_STEP = 0.1;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MEGABYTE = 1e6;

    private final SimulatedBacklog backlog;
    private final FlinkCluster flink;
    private final RestClient rest;
    private final Path rocksDb;
    private final List<String> arguments;

    private long peakBytes;
    private long peakHeapBytes;
    private long peakRocksDbBytes;
    private double heapMeasuredAt = -1;

    private ReplayState(
            SimulatedBacklog backlog, FlinkCluster flink, Path rocksDb, List<String> arguments) {
        this.backlog = backlog;
        this.flink = flink;
        this.rest = new RestClient(flink);
        this.rocksDb = rocksDb;
        this.arguments = arguments;
    }

    public static void main(String[] args) throws Exception {
        String backend = Bench.argument(args, 0, "hashmap");
        double hours = Double.parseDouble(Bench.argument(args, 1, "6"));
        double rate = Double.parseDouble(Bench.argument(args, 2, "100"));
        int pairs = Bench.argument(args, 3, 400);
        Duration limit = Duration.ofMinutes(Bench.argument(args, 4, 15));
        Bench.print("backend", backend);
        Bench.print("hours of event time", hours);
        Bench.print("trades per second of event time", rate);
        Bench.print("pairs", pairs);
        long seconds = Math.round(Duration.ofHours(1).toSeconds() * hours);
        long startMs = System.currentTimeMillis() - (seconds + FIRST_MINUTE.toSeconds()) * 1000;
        MarketSettings market = new MarketSettings(1, startMs, rate, pairs, Long.MAX_VALUE);
        Bench.inTemporaryFolder(
                folder -> {
                    Path rocksDb = folder.resolve("rocksdb");
                    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                            SimulatedBacklog backlog = new SimulatedBacklog(kafka, market);
                            FlinkCluster flink =
                                    FlinkCluster.start(
                                            folder.resolve("flink"), settings(backend, rocksDb))) {
                        List<String> arguments =
                                new ArrayList<>(
                                        List.of(
                                                "--kafka.bootstrap-servers",
                                                kafka.bootstrapServers(),
                                                "--kafka.start-offset",
                                                "first"));
                        arguments.addAll(
                                Arrays.asList(args)
                                        .subList(
                                                Math.min(args.length, FIXED_ARGUMENTS),
                                                args.length));
                        new ReplayState(backlog, flink, rocksDb, arguments)
                                .measure(rate, seconds, limit);
                    }
                });
    }

    private static FlinkCluster.Settings settings(String backend, Path rocksDb) {
        return new FlinkCluster.Settings(
                0,
                1,
                1,
                TASK_HEAP_MB,
                MANAGED_MEMORY_MB,
                Map.of(
                        "state.backend.type",
                        backend,
                        "state.backend.rocksdb.localdir",
                        rocksDb.toString(),
                        "execution.checkpointing.incremental",
                        "true",
                        "execution.checkpointing.interval",
                        CHECKPOINT_INTERVAL));
    }

    private void measure(double rate, long seconds, Duration limit) throws Exception {
        backlog.publish(Math.round(rate * FIRST_MINUTE.toSeconds()));
        String first = submit(Optional.empty());
        backlog.awaitRead(backlog.records(), TIMEOUT);
        flink.cancel(first);
        long readBefore = backlog.records();
        backlog.publish(Math.round(rate * (FIRST_MINUTE.toSeconds() + seconds)));
        Bench.print("trades", backlog.trades());
        String job = submit(flink.latestCheckpoint());
        flink.awaitState(job, "RUNNING", TIMEOUT);
        watch(job, backlog.records() - readBefore, limit);
    }

    private String submit(Optional<Path> checkpoint) {
        return flink.submit(
                ProjectHome.find().jobJar(), checkpoint, arguments.toArray(String[]::new));
    }

    /** Prints a line for each checkpoint until the state has shrunk or the limit is reached. */
    private void watch(String job, long toRead, Duration limit) throws Exception {
        long taskManager = flink.pids().get(1);
        long started = System.nanoTime();
        Duration cpuBefore = JavaProcess.cpu(taskManager);
        double trades = 0;
        double seconds = 0;
        double cpuSeconds = 0;
        boolean allRead = false;
        boolean shrunk = false;
        double endsAfter = limit.toSeconds();
        long bytes = 0;
        long last = 0;
        while (!shrunk && secondsSince(started) < endsAfter) {
            JsonNode checkpoint =
                    rest.get("/jobs/" + job + "/checkpoints").path("latest").path("completed");
            if (checkpoint.path("id").asLong() == last) {
                Thread.sleep(POLL_MS);
                continue;
            }
            last = checkpoint.path("id").asLong();
            bytes = checkpoint.path("state_size").asLong();
            peakBytes = Math.max(peakBytes, bytes);
            double after = secondsSince(started);
            double share = (double) recordsRead(job) / toRead;
            shrunk = allRead && bytes < peakBytes / 2;
            if (!allRead) {
                trades = share * toRead * backlog.tradesPerRecord();
                seconds = after;
                cpuSeconds =
                        JavaProcess.cpu(taskManager).minus(cpuBefore).toNanos() / NANOS_PER_SECOND;
            }
            if (!allRead && share >= 1) {
                allRead = true;
                endsAfter = Math.min(endsAfter, after + GRACE.toSeconds());
            }
            Bench.print(
                    String.format(Locale.ROOT, "checkpoint after %.1f s", after),
                    String.format(
                            Locale.ROOT,
                            "%.1f %% read, %.1f MB, %d ms, %s",
                            100 * share,
                            bytes / MEGABYTE,
                            checkpoint.path("end_to_end_duration").asLong(),
                            memory(share, shrunk)));
        }
        Bench.print("all read", allRead);
        Bench.print("reading, s", seconds);
        Bench.print("trades per second", trades / seconds);
        Bench.print("CPU of the TaskManager, us per trade", cpuSeconds * 1e6 / trades);
        Bench.print("state below half of its peak", shrunk);
        Bench.print("until then, s", secondsSince(started) - seconds);
        Bench.print("largest checkpoint, MB", peakBytes / MEGABYTE);
        Bench.print("last checkpoint, MB", bytes / MEGABYTE);
        Bench.print("largest heap after a garbage collection, MB", peakHeapBytes / MEGABYTE);
        Bench.print("largest size of RocksDB's files, MB", peakRocksDbBytes / MEGABYTE);
    }

    /** Returns the number of records that the source has emitted since the restore. */
    private long recordsRead(String job) throws Exception {
        for (JsonNode vertex : rest.get("/jobs/" + job).path("vertices")) {
            if (vertex.path("name").asText().startsWith(SOURCE)) {
                return vertex.path("metrics").path("read-records").asLong();
            }
        }
        throw new IllegalStateException("the job has no vertex " + SOURCE);
    }

    /**
     * Returns the memory in use, with the heap only at each tenth of the backlog and at the end.
     */
    private String memory(double share, boolean end) throws Exception {
        long files = Bench.size(rocksDb);
        peakRocksDbBytes = Math.max(peakRocksDbBytes, files);
        String text = String.format(Locale.ROOT, "RocksDB's files %.1f MB", files / MEGABYTE);
        if (!end && share < heapMeasuredAt + HEAP_STEP) {
            return text;
        }
        heapMeasuredAt = share;
        long heap = JavaProcess.usedHeap(flink.pids().get(1));
        peakHeapBytes = Math.max(peakHeapBytes, heap);
        return text + String.format(Locale.ROOT, ", heap %.1f MB", heap / MEGABYTE);
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / NANOS_PER_SECOND;
    }
}
