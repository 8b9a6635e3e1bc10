package io.dexklines.chaos;

import io.dexklines.chaos.cluster.ChaosCluster;
import io.dexklines.chaos.cluster.Node;
import io.dexklines.chaos.cluster.Role;
import io.dexklines.chaos.fault.FaultInjector;
import io.dexklines.chaos.fault.FaultKind;
import io.dexklines.chaos.fault.FaultRecord;
import io.dexklines.chaos.fault.FaultSchedule;
import io.dexklines.chaos.input.ChaosInput;
import io.dexklines.chaos.input.EntryPlace;
import io.dexklines.chaos.input.InputLedger;
import io.dexklines.chaos.input.InputSettings;
import io.dexklines.chaos.input.SmartMoneyLists;
import io.dexklines.chaos.soak.SoakRecorder;
import io.dexklines.chaos.verdict.Evidence;
import io.dexklines.chaos.verdict.Verdict;
import io.dexklines.chaos.watch.JobObservations;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The steps of a run: starts everything, lets faults happen while trades arrive, heals everything,
 * waits until every trade is read and every row is written, and judges what was recorded.
 */
final class ChaosRun {

    /** How long the job may take to run again when everything is healed. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** How long a difference must last to count. Backlogs are written meanwhile. */
    private static final Duration SETTLE = Duration.ofMinutes(2);

    /** How soon a client must see klines while only a store is down. */
    private static final long LIVE_WITHIN_MS = 5_000;

    /** How often everything is sampled in a soak, if it is long enough. */
    private static final long SAMPLES = 40;

    private static final long LEAST_PERIOD_SECONDS = 5;
    private static final long MINUTE_SECONDS = 60;

    /** How the input calls a transaction whose producer disappears. */
    private static final String HUNG = "ABANDON";

    private final Settings settings;
    private final PrintStream log;
    private final long startedNs = System.nanoTime();
    private InputSettings inputSettings;

    /**
     * What a run does.
     *
     * @param folder an empty folder for data, logs and evidence
     * @param length how long trades are sent
     * @param kinds the faults that may happen; none for a soak
     */
    record Settings(
            Path folder,
            long seed,
            Duration length,
            ChaosCluster.Layout layout,
            Set<FaultKind> kinds,
            double tradesPerSecond) {

        /** Adds an option of the job. */
        Settings withJob(String key, String value) {
            return new Settings(
                    folder, seed, length, layout.withJob(key, value), kinds, tradesPerSecond);
        }
    }

    /**
     * @param log receives a line for each step
     */
    ChaosRun(Settings settings, PrintStream log) {
        this.settings = settings;
        this.log = log;
    }

    /**
     * Carries out the faults of a seed, and returns the report; its last line is that of the
     * verdict.
     *
     * @param log receives a line for each step
     */
    static List<String> run(Settings settings, PrintStream log) throws Exception {
        return new ChaosRun(settings, log).run();
    }

    /**
     * Samples what all processes use while trades arrive and nothing fails, and returns the report.
     *
     * @param log receives a line for each step
     */
    static List<String> soak(Settings settings, PrintStream log) throws Exception {
        return new ChaosRun(settings, log).soak();
    }

    private List<String> run() throws Exception {
        FaultSchedule schedule =
                FaultSchedule.of(
                        settings.seed(), settings.length(), settings.kinds(), settings.layout());
        try (ChaosCluster cluster = start();
                ChaosInput input = ChaosInput.start(cluster.brokers(), input());
                Watchers watchers = Watchers.start(cluster, input(), settings.folder())) {
            log("trades arrive; %d faults are planned", schedule.faults().size());
            List<FaultRecord> faults =
                    new FaultInjector(cluster, fault -> log("%s", text(fault))).run(schedule);
            log("everything is healed");
            awaitSinceStart(settings.length());
            awaitEnd(cluster, input);
            return Verdict.of(evidence(cluster, sent(input.ledger()), faults, watchers)).lines();
        }
    }

    private List<String> soak() throws Exception {
        try (ChaosCluster cluster = start();
                ChaosInput input = ChaosInput.start(cluster.brokers(), input().withDisturbance(0));
                Watchers watchers = Watchers.start(cluster, input(), settings.folder());
                JobLag lag = new JobLag(cluster.brokers());
                SoakRecorder recorder =
                        new SoakRecorder(
                                settings.folder().resolve("soak"),
                                () -> watched(cluster),
                                settings.folder().resolve("cluster/flink/checkpoints"),
                                lag::uncommitted,
                                input::acknowledgedRecords,
                                input::acknowledgedTrades)) {
            long beginNs = System.nanoTime();
            long seconds = settings.length().toSeconds();
            long period =
                    Math.max(LEAST_PERIOD_SECONDS, Math.min(MINUTE_SECONDS, seconds / SAMPLES));
            for (long second = 0; second <= seconds; second = nextSample(beginNs, period)) {
                long waitNs = beginNs + TimeUnit.SECONDS.toNanos(second) - System.nanoTime();
                TimeUnit.NANOSECONDS.sleep(waitNs);
                recorder.sample(second);
                log(
                        "%d of %d s: %d trades sent, %d records wait",
                        second, seconds, input.acknowledgedTrades(), lag.uncommitted());
            }
            long tradesSent = input.acknowledgedTrades();
            double tookSeconds = (System.nanoTime() - beginNs) / 1e9;
            List<String> leaks = recorder.write();
            awaitEnd(cluster, input);
            List<String> lines =
                    new ArrayList<>(
                            Verdict.of(evidence(cluster, sent(input.ledger()), List.of(), watchers))
                                    .lines());
            lines.addAll(recorder.growth());
            leaks.forEach(leak -> lines.add("LEAK " + leak));
            boolean good = leaks.isEmpty() && lines.stream().anyMatch(ChaosRun::isGood);
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "SOAK seconds=%d trades=%d trades_per_s=%.0f leaks=%d verdict=%s",
                            seconds,
                            tradesSent,
                            tradesSent / tookSeconds,
                            leaks.size(),
                            good ? "passed" : "failed"));
            return lines;
        }
    }

    /** Returns the next multiple of the period since the beginning, seconds. */
    private static long nextSample(long beginNs, long periodSeconds) {
        long elapsed = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beginNs);
        return (elapsed / periodSeconds + 1) * periodSeconds;
    }

    static boolean isGood(String line) {
        return line.startsWith("CHAOS ") && line.endsWith(" verdict=passed");
    }

    /** Starts the cluster and, without state, the job. Returns when the job runs. */
    ChaosCluster start() throws InterruptedException {
        ChaosCluster cluster = startCluster();
        try {
            submit(cluster);
            return cluster;
        } catch (RuntimeException | InterruptedException e) {
            cluster.close();
            throw e;
        }
    }

    /** Starts the cluster, and lists wallets. */
    ChaosCluster startCluster() {
        ChaosCluster cluster =
                ChaosCluster.start(settings.folder().resolve("cluster"), settings.layout());
        try {
            log("the cluster is up: %d processes", cluster.nodes().size());
            SmartMoneyLists.publish(cluster.brokers());
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Submits the job without state, and waits until it runs. */
    void submit(ChaosCluster cluster) throws InterruptedException {
        long submittedMs = System.currentTimeMillis();
        cluster.submit();
        cluster.awaitRunning(submittedMs, PATIENCE);
        log("the job is running");
    }

    /** Waits until some time after the start of the input. */
    void awaitSinceStart(Duration since) throws InterruptedException {
        long endMs = inputSettings.startMs() + since.toMillis();
        TimeUnit.MILLISECONDS.sleep(endMs - System.currentTimeMillis());
    }

    /** Returns the time since the start of the input, milliseconds. */
    long sinceStartMs() {
        return System.currentTimeMillis() - inputSettings.startMs();
    }

    /** Returns the settings of the input, which begins now at the first call. */
    InputSettings input() {
        if (inputSettings == null) {
            inputSettings =
                    InputSettings.of(
                            settings.seed(),
                            System.currentTimeMillis(),
                            settings.tradesPerSecond());
        }
        return inputSettings;
    }

    /** Stops the input, and waits until the job runs and all that was sent is committed. */
    void awaitEnd(ChaosCluster cluster, ChaosInput input) throws InterruptedException {
        input.stop();
        log("the input has ended: %d entries", input.ledger().totalEntries());
        cluster.awaitRunning(System.currentTimeMillis(), PATIENCE);
    }

    private static List<SoakRecorder.Watched> watched(ChaosCluster cluster) {
        return cluster.nodes().stream()
                .filter(Node::isAlive)
                .map(
                        node ->
                                new SoakRecorder.Watched(
                                        node.name(),
                                        node.pid(),
                                        node.role() != Role.MYSQL && node.role() != Role.REDIS))
                .toList();
    }

    static String text(FaultRecord fault) {
        return "%s of %s: %s"
                .formatted(
                        ChaosCommand.text(fault.planned().kind()), fault.target(), fault.proof());
    }

    /**
     * Verifies all stores and relays.
     *
     * @param settle how long a difference must last to count
     */
    io.dexklines.verifier.Verdict verify(ChaosCluster cluster, Duration settle)
            throws InterruptedException {
        io.dexklines.verifier.Verdict verified =
                Verification.run(cluster.verified(), Scope.ALL, settle, VerifyProgress.silent());
        log("%s", verified);
        return verified;
    }

    /** Verifies all sinks, and returns what was recorded. */
    Evidence evidence(
            ChaosCluster cluster, Evidence.Input sent, List<FaultRecord> faults, Watchers watchers)
            throws Exception {
        io.dexklines.verifier.Verdict verified = verify(cluster, SETTLE);
        Watchers.Topics topics = watchers.topics(verified.notificationsExpected());
        JobObservations observations = watchers.observations();
        return new Evidence(
                settings.seed(),
                sent,
                verified(verified),
                topics.excluded(),
                faults.stream().map(fault -> fault(fault, faults, watchers, observations)).toList(),
                cluster.deaths().stream()
                        .map(
                                death ->
                                        "%s (process %d) after %d s"
                                                .formatted(
                                                        death.node(),
                                                        death.pid(),
                                                        secondsOfRun(death.atMs())))
                        .toList(),
                watchers.job(),
                watchers.clients(),
                topics.notifications(),
                topics.hangingTransactions());
    }

    private Evidence.Fault fault(
            FaultRecord fault,
            List<FaultRecord> all,
            Watchers watchers,
            JobObservations observations) {
        long beginMs = inputSettings.startMs();
        return new Evidence.Fault(
                ChaosCommand.text(fault.planned().kind()),
                fault.target(),
                fault.fromMs() - beginMs,
                fault.toMs() - beginMs,
                fault.proven() && fault.recoveredMs() > 0,
                fault.proof(),
                // an outage during a store's fault has another cause
                fault.planned().kind().hitsStoreOnly()
                        ? 0
                        : observations.recoveryMs(fault.fromMs(), fault.toMs()),
                watchers.frames(fault.fromMs(), fault.toMs()),
                fault.planned().kind().hitsStoreOnly()
                        && fault.toMs() - fault.fromMs() >= LIVE_WITHIN_MS
                        && all.stream().noneMatch(other -> disturbs(other, fault)));
    }

    private long secondsOfRun(long atMs) {
        return TimeUnit.MILLISECONDS.toSeconds(atMs - inputSettings.startMs());
    }

    /** Returns whether another fault may stop live klines during a fault of a store. */
    private static boolean disturbs(FaultRecord other, FaultRecord fault) {
        long healedMs = Math.max(other.toMs(), other.recoveredMs()) + LIVE_WITHIN_MS;
        return !other.planned().kind().hitsStoreOnly()
                && other.fromMs() < fault.toMs()
                && healedMs > fault.fromMs();
    }

    static Evidence.Input sent(InputLedger ledger) {
        Set<String> latePlaces = new HashSet<>();
        for (InputLedger.LateTrade late : ledger.late()) {
            EntryPlace place = late.place();
            latePlaces.add(
                    Evidence.place(
                            place.topic(), place.partition(), place.offset(), place.index()));
        }
        List<InputLedger.Transaction> transactions = ledger.transactions();
        return new Evidence.Input(
                ledger.totalEntries(),
                ledger.entries().swaps(),
                ledger.distinctTrades(),
                ledger.lateTrades(),
                latePlaces,
                ledger.certainlyExcluded(),
                transactions.stream().filter(one -> one.planned().equals(HUNG)).count(),
                transactions.stream().filter(InputLedger.Transaction::isTorn).count(),
                ledger.delivery().lost());
    }

    static Evidence.Verified verified(io.dexklines.verifier.Verdict verdict) {
        return new Evidence.Verified(
                verdict.entries(),
                verdict.compared(),
                verdict.lost(),
                verdict.duplicated(),
                verdict.mismatched(),
                verdict.ledgerOffBy(),
                verdict.isGood(),
                verdict.lines());
    }

    void log(String format, Object... arguments) {
        log.printf(
                Locale.ROOT,
                "%6.1f s  %s%n",
                (System.nanoTime() - startedNs) / 1e9,
                String.format(Locale.ROOT, format, arguments));
    }
}
