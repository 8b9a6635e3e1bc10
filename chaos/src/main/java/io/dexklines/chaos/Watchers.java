package io.dexklines.chaos;

import io.dexklines.chaos.cluster.ChaosCluster;
import io.dexklines.chaos.input.ChaosInput;
import io.dexklines.chaos.input.InputSettings;
import io.dexklines.chaos.verdict.Evidence;
import io.dexklines.chaos.watch.CommittedWatcher;
import io.dexklines.chaos.watch.JobObservations;
import io.dexklines.chaos.watch.JobSampler;
import io.dexklines.chaos.watch.KlineWatcher;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything that looks on during a run: a WebSocket client of each relay, readers, samplers. */
final class Watchers implements AutoCloseable {

    private static final int PAIRS_OF_EACH_CHAIN = 3;
    private static final List<String> INTERVALS = List.of("1m", "5m", "1h");
    private static final String NOTIFICATIONS = "smart-money-notifications";

    /** How long transactions may stay open after the end. */
    private static final Duration TRANSACTIONS_END_WITHIN = Duration.ofMinutes(1);

    private final List<KlineWatcher> clients;
    private final CommittedWatcher topics;
    private final JobSampler job;

    private Watchers(List<KlineWatcher> clients, CommittedWatcher topics, JobSampler job) {
        this.clients = clients;
        this.topics = topics;
        this.job = job;
    }

    /**
     * Starts to watch a cluster whose job runs.
     *
     * @param folder where each client records what it receives
     */
    static Watchers start(ChaosCluster cluster, InputSettings input, Path folder) {
        List<String> pairs = ChaosInput.popularPairs(input, PAIRS_OF_EACH_CHAIN);
        List<URI> relays =
                cluster.relays().stream()
                        .map(relay -> URI.create(relay.toString().replaceFirst("^http", "ws")))
                        .toList();
        List<KlineWatcher> clients = new ArrayList<>();
        for (int first = 0; first < relays.size(); first++) {
            List<URI> inTurn = new ArrayList<>(relays);
            Collections.rotate(inTurn, -first);
            clients.add(
                    KlineWatcher.recording(
                            inTurn, pairs, INTERVALS, folder.resolve("client-" + first + ".txt")));
        }
        return new Watchers(
                clients,
                CommittedWatcher.start(cluster.brokers()),
                JobSampler.start(cluster::rest, cluster::jobId));
    }

    /** What the topics hold that the job writes in transactions, after the end of the input. */
    record Topics(
            Evidence.Excluded excluded,
            Evidence.Notifications notifications,
            List<String> hangingTransactions) {}

    /**
     * Reads the topics to their ends.
     *
     * @param notificationsExpected the number of notifications that there should be
     */
    Topics topics(long notificationsExpected) throws InterruptedException {
        CommittedWatcher.Result result = topics.result(TRANSACTIONS_END_WITHIN);
        Map<String, String> reasons = new HashMap<>();
        result.reasons()
                .forEach(
                        (place, reason) ->
                                reasons.put(
                                        Evidence.place(
                                                place.topic(),
                                                place.partition(),
                                                place.offset(),
                                                place.index()),
                                        reason));
        CommittedWatcher.Topic notifications = result.topics().get(NOTIFICATIONS);
        return new Topics(
                new Evidence.Excluded(reasons),
                new Evidence.Notifications(
                        notificationsExpected, notifications.records(), notifications.duplicates()),
                result.hanging());
    }

    Evidence.Clients clients() {
        long klines = 0;
        long acrossConnections = 0;
        List<String> backwards = new ArrayList<>();
        for (KlineWatcher client : clients) {
            KlineWatcher.Result result = client.result();
            klines += result.klines().klines();
            acrossConnections += result.klines().stepsBackAcrossConnections();
            backwards.addAll(result.klines().backwards());
        }
        return new Evidence.Clients(klines, backwards, acrossConnections);
    }

    /** Returns the number of klines that all clients received within a time. */
    long frames(long fromMs, long toMs) {
        return clients.stream()
                .mapToLong(client -> client.result().frames().between(fromMs, toMs))
                .sum();
    }

    JobObservations observations() {
        return job.result();
    }

    Evidence.Job job() {
        JobObservations seen = job.result();
        return new Evidence.Job(
                seen.restarts(),
                seen.checkpointsCompleted(),
                seen.checkpointsFailed(),
                seen.longestStallMs());
    }

    @Override
    public void close() {
        clients.forEach(KlineWatcher::close);
        topics.close();
        job.close();
    }
}
