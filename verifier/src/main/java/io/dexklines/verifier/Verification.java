package io.dexklines.verifier;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Recomputes the klines of a job from its topics and compares the sinks with them.
 *
 * <p>New trades may arrive meanwhile. The ledger is that of one cut, which is covered by a
 * checkpoint that the job completed after the verification began. A sink's kline is right if it
 * equals the kline at this cut or at any later moment: after the sinks, the topics are read again,
 * up to the cut of another checkpoint, and every moment in between is tried. A kline that is still
 * wrong is read from the sink again, until it is right or has been wrong for the settling time. The
 * cut stays the same meanwhile, so a relay that is always some seconds behind a busy market is
 * right once it has passed the cut.
 *
 * <p>Smart money is compared as far as the topics determine it, see {@link SmartMoneyCheck}.
 *
 * <p>At the edges of a bounded {@link Scope}:
 *
 * <ul>
 *   <li>Only klines that lie wholly within the window are compared, with all of their trades.
 *   <li>The ledger covers the swaps of the window. Entries that cannot count belong to no time and
 *       no pair; a bounded run leaves them out.
 *   <li>A duplicate is recognized if another copy lies in the window or at most the job's allowed
 *       lateness and one smallest kline outside.
 *   <li>A relay holds only the newest kline of a stream. If that lies after the window, nothing of
 *       the stream is compared.
 * </ul>
 *
 * <p>The memory used depends on the swaps of the window and the selected pairs, not on the size of
 * the topics.
 */
public final class Verification {

    private static final long POLL_MS = 200;
    private static final Duration STALLED_AFTER = Duration.ofSeconds(60);

    /**
     * How long Flink may have no metrics of a job that runs: it waits for the answers of all its
     * processes, also of those that have ended, for the {@code web.timeout} of a minute.
     */
    private static final Duration METRICS_WITHIN = Duration.ofMinutes(2);

    private final Topics topics;
    private final Outputs outputs;
    private final JobShape shape;
    private final Clock clock;
    private final Timing timing;
    private final VerifyProgress progress;

    private final Journal journal;
    private final SmartMoneyJournal smartMoneyJournal;
    private final Recomputation recomputation;

    /**
     * The longest waits of a verification.
     *
     * @param settle how long a difference must last to be reported
     * @param stalledAfter the time without new committed offsets after which the job counts as
     *     stalled
     */
    record Timing(Duration settle, Duration stalledAfter) {}

    Verification(
            Topics topics,
            Outputs outputs,
            JobShape shape,
            Scope scope,
            Clock clock,
            Timing timing,
            VerifyProgress progress) {
        this.topics = topics;
        this.outputs = outputs;
        this.shape = shape;
        this.clock = clock;
        this.timing = timing;
        this.progress = progress;
        this.journal =
                new Journal(
                        topics.partitions(),
                        scope,
                        marginSeconds(shape),
                        () -> Recomputation.latestAllowed(shape, clock),
                        order(shape, scope));
        this.smartMoneyJournal = new SmartMoneyJournal(journal);
        this.recomputation = new Recomputation(journal, shape, topics.lostUntilMs(), clock);
    }

    /**
     * Verifies a cluster.
     *
     * @param settle how long a difference must last to be reported
     * @throws VerificationException if a server does not answer or the job does not progress
     */
    public static Verdict run(
            Cluster cluster, Scope scope, Duration settle, VerifyProgress progress)
            throws InterruptedException {
        Clock clock = Clock.systemUTC();
        FlinkRest flink =
                new FlinkRest(cluster.flinkRest(), cluster.flinkIdentity(), cluster.jobId());
        JobShape shape = cluster.shape().wholeFrom(wholeFrom(flink, cluster.shape(), clock));
        Duration checkpoints = flink.checkpointInterval().multipliedBy(3);
        Timing timing =
                new Timing(
                        settle,
                        checkpoints.compareTo(STALLED_AFTER) > 0 ? checkpoints : STALLED_AFTER);
        long fromSeconds =
                Math.max(shape.begin(), Math.max(0, scope.from() - marginSeconds(shape)));
        try (Topics topics =
                        KafkaTopics.of(
                                cluster.kafka().clientProperties(),
                                shape,
                                fromSeconds,
                                clock.millis());
                Outputs outputs = ClusterOutputs.of(cluster, scope, flink)) {
            return new Verification(topics, outputs, shape, scope, clock, timing, progress)
                    .verdict();
        } catch (KafkaException e) {
            throw new VerificationException("Kafka: " + e.getMessage(), e);
        } catch (JedisException e) {
            throw new VerificationException("Redis: " + e.getMessage(), e);
        }
    }

    private static AppendOrder order(JobShape shape, Scope scope) {
        long margin = marginSeconds(shape);
        return new AppendOrder(
                shape.maxDisorder(),
                shape.maxFuture(),
                scope.from() - margin,
                scope.to() > Long.MAX_VALUE - margin ? Long.MAX_VALUE : scope.to() + margin);
    }

    /** Returns how far apart in block time the copies of a redelivered trade may be. */
    private static long marginSeconds(JobShape shape) {
        return shape.lateAfter().toSeconds();
    }

    /** Returns the open time of the first whole kline of each interval, in epoch seconds. */
    private static Map<String, Long> wholeFrom(FlinkRest flink, JobShape shape, Clock clock)
            throws InterruptedException {
        long deadlineMs = clock.millis() + METRICS_WITHIN.toMillis();
        Map<String, Long> wholeFromMs = flink.wholeFromMs();
        while (!wholeFromMs.keySet().containsAll(shape.spans())) {
            if (clock.millis() > deadlineMs) {
                throw new VerificationException(
                        "the job reports the intervals %s, but is configured for %s"
                                .formatted(wholeFromMs.keySet(), shape.spans()));
            }
            Thread.sleep(POLL_MS);
            wholeFromMs = flink.wholeFromMs();
        }
        Map<String, Long> seconds = new HashMap<>();
        wholeFromMs.forEach((code, fromMs) -> seconds.put(code, fromMs / 1000));
        return seconds;
    }

    Verdict verdict() throws InterruptedException {
        Set<String> held = outputs.pairs();
        held.forEach(journal::offer);
        Cut searched = readTo(topics.ends());
        awaitCommitted(searched);
        Cut required = readCommitted();
        Set<String> pairs = new TreeSet<>(journal.pairs());
        pairs.addAll(held);
        if (journal.scope().sample().isEmpty()) {
            outputs.relays().forEach(relay -> relay.forEach(row -> pairs.add(row.key().pair())));
        }
        pairs.removeIf(pair -> !journal.selects(pair));

        Map<String, PairCheck.Result> results = new TreeMap<>();
        check(pairs, required, List.of(searched), results);
        long deadlineMs = clock.millis() + timing.settle().toMillis();
        SmartMoneyResult smartMoney = checkSmartMoney(required);
        Ledger ledger = new Ledger(recomputation, required);
        while (clock.millis() < deadlineMs
                && !(problemPairs(results).isEmpty() && ledger.isClean() && smartMoney.isClean())) {
            Thread.sleep(POLL_MS);
            Cut recent = readCommitted();
            check(problemPairs(results), required, List.of(recent, searched), results);
            smartMoney = checkSmartMoney(required);
            ledger = new Ledger(recomputation, required);
        }
        return verdict(ledger, results, smartMoney);
    }

    /**
     * Compares the sinks, then compares again what is wrong, with the trades that arrived since.
     */
    private void check(
            Set<String> pairs,
            Cut required,
            List<Cut> searched,
            Map<String, PairCheck.Result> results)
            throws InterruptedException {
        if (pairs.isEmpty()) {
            return;
        }
        long relaySinceMs = outputs.relaySinceMs();
        List<Map<String, List<Row>>> relays =
                outputs.relays().stream().map(Verification::byPair).toList();
        PairCheck now = pairCheck(required, searched, required, relaySinceMs);
        progress.begin("comparing pairs", pairs.size());
        long done = 0;
        for (String pair : pairs) {
            PairCheck.Rows rows =
                    new PairCheck.Rows(
                            pair,
                            outputs.mysql(pair),
                            outputs.redis(pair),
                            relays.stream()
                                    .map(relay -> relay.getOrDefault(pair, List.of()))
                                    .toList());
            results.put(pair, now.check(rows));
            progress.advanced(++done);
        }
        confirmOpenInRelay(results);
        if (problemPairs(results).isEmpty()) {
            return;
        }
        Cut known = readTo(topics.ends());
        awaitCommitted(known);
        readExclusionsAndRefusals();
        PairCheck later = pairCheck(required, searched, known, relaySinceMs);
        for (String pair : problemPairs(results)) {
            results.put(pair, later.recheck(pair, results.get(pair)));
        }
    }

    private static Map<String, List<Row>> byPair(List<Row> relay) {
        return relay.stream().collect(Collectors.groupingBy(row -> row.key().pair()));
    }

    /** A kline may have closed after a relay was read and before MySQL was. */
    private void confirmOpenInRelay(Map<String, PairCheck.Result> results) {
        if (results.values().stream().anyMatch(result -> !result.openInRelay().isEmpty())) {
            Set<Row> relays = new HashSet<>();
            outputs.relays().forEach(relays::addAll);
            results.replaceAll((pair, result) -> result.confirmed(relays));
        }
    }

    /**
     * Compares the smart-money sinks with all trades that were written before the sinks were read.
     */
    private SmartMoneyResult checkSmartMoney(Cut decided) {
        if (shape.smartMoney().isEmpty()) {
            return new SmartMoneyResult();
        }
        Optional<List<Map<String, Object>>> rows = outputs.smartMoneyTrades();
        topics.readSmartMoney(smartMoneyJournal, journal);
        readTo(topics.ends());
        readExclusionsAndRefusals();
        return SmartMoneyCheck.of(recomputation, smartMoneyJournal, rows, decided);
    }

    private PairCheck pairCheck(Cut required, List<Cut> searched, Cut known, long relaySinceMs) {
        return new PairCheck(
                recomputation, outputs, required, searched, known, relaySinceMs, clock.millis());
    }

    private Cut readTo(Cut upTo) {
        return topics.read(upTo, journal, progress);
    }

    /** Reads the records that the job's newest checkpoint covers, with their exclusions. */
    private Cut readCommitted() {
        Cut committed = topics.committed();
        readTo(committed);
        readExclusionsAndRefusals();
        return committed;
    }

    private void readExclusionsAndRefusals() {
        topics.readExclusions(journal);
        topics.readRefusals(journal);
        journal.match();
    }

    private void awaitCommitted(Cut cut) throws InterruptedException {
        Cut committed = topics.committed();
        if (committed.reaches(cut)) {
            return;
        }
        long records = cut.recordsSince(topics.begin());
        progress.begin("waiting for the job's checkpoint, records", records);
        long movedMs = clock.millis();
        while (!committed.reaches(cut)) {
            long done = committed.recordsSince(topics.begin());
            progress.advanced(done);
            if (clock.millis() - movedMs > timing.stalledAfter().toMillis()) {
                throw new VerificationException(
                        "the job has committed %d of %d records and none for %d s"
                                .formatted(done, records, timing.stalledAfter().toSeconds()));
            }
            Thread.sleep(POLL_MS);
            Cut next = topics.committed();
            if (next.recordsSince(topics.begin()) > done) {
                movedMs = clock.millis();
            }
            committed = next;
        }
    }

    private static Set<String> problemPairs(Map<String, PairCheck.Result> results) {
        return results.entrySet().stream()
                .filter(result -> !result.getValue().problems().isEmpty())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Verdict verdict(
            Ledger ledger, Map<String, PairCheck.Result> results, SmartMoneyResult smartMoney) {
        Map<Sink, Long> compared = new EnumMap<>(Sink.class);
        List<Problem> problems = new ArrayList<>();
        Map<Sink, Long> refused = new EnumMap<>(Sink.class);
        long incomparable = 0;
        for (PairCheck.Result result : results.values()) {
            result.refused().forEach((sink, count) -> refused.merge(sink, count, Long::sum));
            incomparable += result.incomparable();
            result.compared().forEach((sink, count) -> compared.merge(sink, count, Long::sum));
            problems.addAll(result.problems());
        }
        return new Verdict(
                journal.scope(),
                ledger,
                compared,
                refused,
                incomparable,
                problems,
                outputs.misplaced(),
                smartMoney,
                shape.smallest().code());
    }
}
