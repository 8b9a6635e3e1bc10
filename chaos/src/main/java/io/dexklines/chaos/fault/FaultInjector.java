package io.dexklines.chaos.fault;

import io.dexklines.chaos.cluster.ChaosCluster;
import io.dexklines.chaos.cluster.CheckpointFolder.Checkpoint;
import io.dexklines.chaos.cluster.Node;
import io.dexklines.chaos.cluster.Role;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.StackException;
import io.dexklines.local.stack.StackFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import redis.clients.jedis.Jedis;

/**
 * Carries out the faults of a schedule on a cluster whose job runs, mends each of them, and says
 * what proves that it took effect.
 */
public final class FaultInjector {

    private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(5);
    private static final long POLL_MS = 2;
    private static final int ATTEMPTS = 5;

    /** Deletes all keys, and returns how many there were before and after it. */
    private static final String FLUSH =
            """
            local before = redis.call('DBSIZE')
            redis.call('FLUSHALL')
            return {before, redis.call('DBSIZE')}
            """;

    private final ChaosCluster cluster;
    private final Consumer<FaultRecord> listener;
    private final Clock clock = Clock.systemUTC();

    /**
     * @param listener is told of each fault that has ended, by several threads
     */
    public FaultInjector(ChaosCluster cluster, Consumer<FaultRecord> listener) {
        this.cluster = cluster;
        this.listener = listener;
    }

    /** What is done when the time of a fault has come. It returns when all is mended. */
    private interface Action {
        Proof carryOut() throws Exception;
    }

    /**
     * Carries out a schedule. Returns when its last fault is mended and all processes run.
     *
     * @return the faults in the order in which they began, those that failed included
     */
    public List<FaultRecord> run(FaultSchedule schedule) throws InterruptedException {
        long startMs = clock.millis();
        Map<Zone, List<PlannedFault>> byZone =
                schedule.faults().stream()
                        .collect(
                                Collectors.groupingBy(
                                        fault -> fault.kind().zone(),
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        ExecutorService zones = Executors.newCachedThreadPool();
        try {
            List<Future<List<FaultRecord>>> running = new ArrayList<>();
            byZone.values()
                    .forEach(faults -> running.add(zones.submit(() -> runAll(faults, startMs))));
            List<FaultRecord> records = new ArrayList<>();
            for (Future<List<FaultRecord>> zone : running) {
                records.addAll(zone.get());
            }
            records.sort(Comparator.comparingLong(FaultRecord::fromMs));
            return records;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            zones.shutdownNow();
            mendAll();
        }
    }

    private List<FaultRecord> runAll(List<PlannedFault> faults, long startMs)
            throws InterruptedException {
        List<FaultRecord> records = new ArrayList<>();
        for (PlannedFault fault : faults) {
            Thread.sleep(Math.max(0, startMs + fault.atMs() - clock.millis()));
            FaultRecord done = run(fault);
            records.add(done);
            listener.accept(done);
        }
        return records;
    }

    private FaultRecord run(PlannedFault fault) throws InterruptedException {
        long fromMs = clock.millis();
        Proof proof;
        try {
            proof = action(fault).carryOut();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            proof = new Proof(fault.kind().name(), false, e.toString());
        }
        long toMs = clock.millis();
        long recoveredMs = 0;
        try {
            recoveredMs = cluster.awaitRunning(toMs, RECOVERY_TIMEOUT);
        } catch (StackException e) {
            proof = new Proof(proof.target(), proof.proven(), proof.text() + "; " + e.getMessage());
        }
        return new FaultRecord(
                fault, proof.target(), fromMs, toMs, recoveredMs, proof.proven(), proof.text());
    }

    private Action action(PlannedFault fault) {
        long lengthMs = fault.lengthMs();
        return switch (fault.kind()) {
            case BROKER_KILLED, MYSQL_DOWN, RELAY_DOWN ->
                    () -> kill(List.of(node(fault)), lengthMs);
            case TASK_MANAGER_KILLED -> () -> kill(List.of(taskManager(fault)), lengthMs);
            case TASK_MANAGER_SUSPENDED -> () -> suspend(taskManager(fault), lengthMs);
            case JOB_MANAGER_SUSPENDED,
                    BROKER_SUSPENDED,
                    MYSQL_SUSPENDED,
                    REDIS_SUSPENDED,
                    RELAY_SUSPENDED ->
                    () -> suspend(node(fault), lengthMs);
            case TASK_MANAGER_KILLED_IN_CHECKPOINT -> () -> killInCheckpoint(fault);
            case TASK_MANAGER_KILLED_AFTER_CHECKPOINT ->
                    () -> killAfterCheckpoint(taskManager(fault), lengthMs);
            case LEADER_KILLED -> () -> killLeader(lengthMs);
            case CHECKPOINT_FOLDER_REPLACED ->
                    () ->
                            failCheckpoints(
                                    cluster.checkpoints()::replaceByFile,
                                    cluster.checkpoints()::putBack,
                                    lengthMs);
            case CHECKPOINT_FOLDER_FULL ->
                    () ->
                            failCheckpoints(
                                    cluster.checkpoints()::fill,
                                    cluster.checkpoints()::empty,
                                    lengthMs);
            case RESCALED -> () -> rescale(fault.target());
            case ALL_BROKERS_RESTARTED -> () -> kill(cluster.nodes(Role.BROKER), lengthMs);
            case PARTITION_ADDED ->
                    () -> addPartition(FaultSchedule.TRADE_TOPICS.get(fault.target()));
            case REDIS_SERVER_KILLED -> () -> killRedisServer(node(fault), lengthMs);
            case REDIS_DOWN -> () -> kill(cluster.redisShard(fault.target()), lengthMs);
            case REDIS_BACK_IN_TIME ->
                    () -> restoreRedis(cluster.redisShard(fault.target()), lengthMs);
            case REDIS_FLUSHED -> this::flushRedis;
        };
    }

    private Node node(PlannedFault fault) {
        return cluster.nodes(fault.kind().role()).get(fault.target());
    }

    /** Returns the target if it runs tasks, otherwise a TaskManager that does. */
    private Node taskManager(PlannedFault fault) throws InterruptedException {
        Node target = node(fault);
        List<Node> busy = cluster.busyTaskManagers();
        return busy.isEmpty() || busy.contains(target) ? target : busy.get(0);
    }

    /** Kills processes at the same time, and restarts them at the same time. */
    private Proof kill(List<Node> nodes, long lengthMs) throws InterruptedException {
        Killed killed = Killed.of(nodes);
        try {
            Thread.sleep(lengthMs);
        } finally {
            restart(nodes);
        }
        return killed.proof();
    }

    /** Restarts processes, of which some may not answer without the others. */
    private static void restart(List<Node> nodes) throws InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> restarts = new ArrayList<>();
            nodes.forEach(node -> restarts.add(threads.submit(() -> restart(node))));
            for (Future<?> restart : restarts) {
                restart.get();
            }
        } catch (ExecutionException e) {
            throw new StackException("a process does not come back", e.getCause());
        } finally {
            threads.shutdown();
        }
    }

    private static void restart(Node node) {
        for (int attempt = 1; ; attempt++) {
            try {
                node.restart();
                return;
            } catch (StackException e) {
                // such as a TaskManager whose leader was killed meanwhile
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Proof suspend(Node node, long lengthMs) throws InterruptedException {
        long pid = node.pid();
        long fromMs = clock.millis();
        node.suspend();
        boolean stopped;
        boolean untilTheEnd;
        try {
            stopped = awaitSuspended(node);
            Thread.sleep(lengthMs);
            untilTheEnd = node.isSuspended() && node.pid() == pid;
        } finally {
            node.resume();
        }
        return new Proof(
                node.name(),
                stopped && untilTheEnd,
                "pid %d %s for %d ms"
                        .formatted(
                                pid,
                                !stopped
                                        ? "was to stand still, but ran"
                                        : untilTheEnd
                                                ? "stood still"
                                                : "stood still, but not at the end,",
                                clock.millis() - fromMs));
    }

    /** The kernel stops each thread when it next runs, which may be a moment later. */
    private static boolean awaitSuspended(Node node) throws InterruptedException {
        for (int polls = 0; polls < 1_000; polls++) {
            if (node.isSuspended()) {
                return true;
            }
            Thread.sleep(POLL_MS);
        }
        return false;
    }

    private Proof killLeader(long lengthMs) throws InterruptedException {
        Node former = awaitLeader();
        Killed killed = Killed.of(List.of(former));
        try {
            Thread.sleep(lengthMs);
        } finally {
            restart(List.of(former));
        }
        Node next = awaitLeader();
        boolean changed = next != former || cluster.nodes(Role.JOB_MANAGER).size() == 1;
        return killed.proof(changed, "led by " + next);
    }

    /** Returns the leader, also of a cluster that is about to agree on one. */
    private Node awaitLeader() throws InterruptedException {
        long deadlineMs = clock.millis() + RECOVERY_TIMEOUT.toMillis();
        while (true) {
            try {
                return cluster.leader();
            } catch (StackException e) {
                if (clock.millis() > deadlineMs) {
                    throw e;
                }
                Thread.sleep(POLL_MS);
            }
        }
    }

    /**
     * Kills a TaskManager when the folder of a checkpoint appears. Its metadata must not appear any
     * more; where it was faster, the next checkpoint is tried.
     */
    private Proof killInCheckpoint(PlannedFault fault) throws InterruptedException {
        Proof proof = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Node node = taskManager(fault);
            Checkpoint begun = awaitNextCheckpoint(false);
            Killed killed = Killed.of(List.of(node));
            boolean open;
            try {
                Thread.sleep(fault.lengthMs());
                open = !cluster.checkpoints().isComplete(cluster.jobId(), begun.id());
            } finally {
                restart(List.of(node));
            }
            proof =
                    killed.proof(
                            open,
                            "checkpoint %d had %s"
                                    .formatted(begun.id(), open ? "begun" : "completed"));
            if (open) {
                break;
            }
            cluster.awaitRunning(clock.millis(), RECOVERY_TIMEOUT);
        }
        return proof;
    }

    /** Kills a TaskManager as soon as the metadata of a checkpoint appears. */
    private Proof killAfterCheckpoint(Node node, long lengthMs) throws InterruptedException {
        Checkpoint complete = awaitNextCheckpoint(true);
        long completeMs = clock.millis();
        Killed killed = Killed.of(List.of(node));
        long tookMs = clock.millis() - completeMs;
        try {
            Thread.sleep(lengthMs);
        } finally {
            restart(List.of(node));
        }
        return killed.proof(
                true, "gone within %d ms after checkpoint %d".formatted(tookMs, complete.id()));
    }

    private Checkpoint awaitNextCheckpoint(boolean complete) throws InterruptedException {
        String job = cluster.jobId();
        long lastId = checkpoint(job, complete).map(Checkpoint::id).orElse(0L);
        long deadlineMs = clock.millis() + RECOVERY_TIMEOUT.toMillis();
        while (clock.millis() < deadlineMs) {
            Optional<Checkpoint> next = checkpoint(job, complete);
            if (next.isPresent() && next.get().id() > lastId) {
                return next.get();
            }
            Thread.sleep(POLL_MS);
        }
        throw new StackException("no checkpoint after " + lastId);
    }

    private Optional<Checkpoint> checkpoint(String job, boolean complete) {
        return complete
                ? cluster.checkpoints().latestComplete(job)
                : cluster.checkpoints().latest(job);
    }

    /** A step of a fault of the folder of the checkpoints. */
    private interface FolderStep {
        void run() throws IOException;
    }

    /** Makes checkpoints fail, which the cluster counts, or which make the job restart. */
    private Proof failCheckpoints(FolderStep begin, FolderStep end, long lengthMs)
            throws IOException, InterruptedException {
        String job = cluster.jobId();
        long failedBefore = cluster.rest().failedCheckpoints(job);
        long restartsBefore = cluster.rest().job(job).restarts();
        begin.run();
        try {
            Thread.sleep(lengthMs);
        } finally {
            end.run();
        }
        long failed = cluster.rest().failedCheckpoints(job) - failedBefore;
        long restarts = cluster.rest().job(job).restarts() - restartsBefore;
        return new Proof(
                "checkpoints",
                failed > 0 || restarts > 0,
                "%d checkpoints failed, %d restarts".formatted(failed, restarts));
    }

    /**
     * Stops the job with a savepoint and starts it again. While something else has a fault, a
     * savepoint or a start may fail, and is tried again.
     */
    private Proof rescale(int parallelism) throws IOException, InterruptedException {
        String former = cluster.jobId();
        int before = cluster.rest().parallelism(former);
        Path savepoint = stopped();
        long deadlineMs = clock.millis() + RECOVERY_TIMEOUT.toMillis();
        while (true) {
            try {
                cluster.resubmit(savepoint, parallelism);
                break;
            } catch (StackException e) {
                if (clock.millis() > deadlineMs) {
                    throw e;
                }
            }
        }
        cluster.awaitRunning(0, RECOVERY_TIMEOUT);
        int after = cluster.rest().parallelism(cluster.jobId());
        return new Proof(
                "job",
                after == parallelism && !cluster.jobId().equals(former),
                "parallelism %d -> %d from %s".formatted(before, after, savepoint.getFileName()));
    }

    private Path stopped() throws InterruptedException {
        StackException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                cluster.awaitRunning(0, RECOVERY_TIMEOUT);
                return cluster.stopWithSavepoint();
            } catch (StackException e) {
                last = e;
                Optional<Path> taken = cluster.savepointOfStopped();
                if (taken.isPresent()) {
                    return taken.get();
                }
            }
        }
        throw last;
    }

    private Proof addPartition(String topic) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(cluster.brokers().client(Map.of()))) {
            int before = partitions(admin, topic);
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(before + 1))).all().get();
            int after = partitions(admin, topic);
            return new Proof(
                    topic, after == before + 1, "%d -> %d partitions".formatted(before, after));
        }
    }

    private static int partitions(Admin admin, String topic)
            throws InterruptedException, ExecutionException {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .size();
    }

    /** Kills a server of Redis, and tells who leads its shard meanwhile. */
    private Proof killRedisServer(Node node, long lengthMs) throws InterruptedException {
        String before = leadersOfRedis();
        Killed killed = Killed.of(List.of(node));
        String meanwhile;
        try {
            Thread.sleep(lengthMs);
            meanwhile = leadersOfRedis();
        } finally {
            restart(List.of(node));
        }
        return killed.proof(true, "masters %s -> %s".formatted(before, meanwhile));
    }

    private String leadersOfRedis() {
        List<Node> running = cluster.nodes(Role.REDIS).stream().filter(Node::isAlive).toList();
        List<String> names = new ArrayList<>();
        for (Node node : running) {
            try (Jedis client = cluster.redis(node).connect()) {
                if (isMaster(client)) {
                    names.add(node.name());
                }
            }
        }
        return names.isEmpty() ? "none" : String.join(" ", names);
    }

    private static boolean isMaster(Jedis client) {
        return client.role().get(0).equals("master");
    }

    /** Keeps copies of the files of servers, and gives each server its copy some time later. */
    private Proof restoreRedis(List<Node> shard, long lengthMs)
            throws IOException, InterruptedException {
        for (Node node : shard) {
            Path data = cluster.redis(node).data();
            StackFiles.copyFolder(data, former(data));
        }
        Thread.sleep(lengthMs);
        awaitLaterCommands(shard);
        Killed killed = Killed.of(shard);
        long bytesBefore = 0;
        long bytesAfter = 0;
        try {
            for (Node node : shard) {
                Path data = cluster.redis(node).data();
                bytesBefore += size(data);
                bytesAfter += size(former(data));
                StackFiles.deleteFolder(data);
                Files.move(former(data), data);
            }
        } finally {
            restart(shard);
        }
        return killed.proof(
                bytesAfter < bytesBefore,
                "%d -> %d bytes of commands".formatted(bytesBefore, bytesAfter));
    }

    /**
     * Waits until there is something to lose. Nothing is written while other faults stop the job.
     */
    private void awaitLaterCommands(List<Node> shard) throws IOException, InterruptedException {
        long deadlineMs = clock.millis() + RECOVERY_TIMEOUT.toMillis();
        while (clock.millis() < deadlineMs) {
            for (Node node : shard) {
                Path data = cluster.redis(node).data();
                if (size(data) > size(former(data))) {
                    return;
                }
            }
            Thread.sleep(POLL_MS);
        }
    }

    private static Path former(Path data) {
        return data.resolveSibling("former-data");
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private Proof flushRedis() {
        List<String> changes = new ArrayList<>();
        List<String> names = new ArrayList<>();
        boolean flushed = true;
        for (Node node : cluster.nodes(Role.REDIS)) {
            EmbeddedRedis server = cluster.redis(node);
            try (Jedis client = server.connect()) {
                if (isMaster(client)) {
                    List<?> sizes = (List<?>) client.eval(FLUSH);
                    long before = (Long) sizes.get(0);
                    long after = (Long) sizes.get(1);
                    flushed &= before > 0 && after == 0;
                    changes.add("%d -> %d".formatted(before, after));
                    names.add(node.name());
                }
            }
        }
        return new Proof(
                String.join(" ", names),
                flushed && !changes.isEmpty(),
                String.join(", ", changes) + " keys");
    }

    /** Mends what an interrupted run has left. */
    private void mendAll() {
        try {
            cluster.checkpoints().putBack();
            cluster.checkpoints().empty();
        } catch (IOException e) {
            throw new StackException("the folder of the checkpoints is not mended", e);
        }
        for (Node node : cluster.nodes()) {
            if (node.isSuspended()) {
                node.resume();
            }
            if (!node.isAlive()) {
                restart(node);
            }
        }
    }
}
