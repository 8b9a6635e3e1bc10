package io.dexklines.verifier;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Reads all topics of a running stack from the first record on that its job counted, recomputes the
 * klines, and compares what the sinks hold: those that were whole for the job from the first trade
 * on.
 *
 * <p>It may run while trades come in. The ledger is that of one cut: what a checkpoint of the job
 * covers that came after the verification began. A sink's kline is right if it is that of this cut,
 * or of any later moment: after the sinks, the topics are read again, up to what another checkpoint
 * covers, and every place in between is tried. What is still wrong is read again from the sink,
 * until all is well or it has been wrong for as long as sinks may take to settle.
 */
public final class Verification {

    private static final long POLL_MS = 200;
    private static final Duration STALLED_AFTER = Duration.ofSeconds(60);

    private final Topics topics;
    private final Outputs outputs;
    private final JobShape shape;
    private final Clock clock;
    private final Duration settle;
    private final VerifyProgress progress;

    private final Journal journal;
    private final Recomputation recomputation;

    Verification(
            Topics topics,
            Outputs outputs,
            JobShape shape,
            Clock clock,
            Duration settle,
            VerifyProgress progress) {
        this.topics = topics;
        this.outputs = outputs;
        this.shape = shape;
        this.clock = clock;
        this.settle = settle;
        this.progress = progress;
        this.journal = new Journal(topics.partitions());
        this.recomputation = new Recomputation(journal, shape, clock);
    }

    /**
     * Verifies a cluster.
     *
     * @param settle how long something must be wrong to count
     * @throws VerificationException if a server does not answer or the job does not progress
     */
    public static Verdict run(Cluster cluster, Duration settle, VerifyProgress progress)
            throws InterruptedException {
        FlinkRest flink = new FlinkRest(cluster.flinkRest(), cluster.jobId());
        JobShape shape = cluster.shape().wholeFrom(wholeFrom(flink, cluster.shape()));
        try (Topics topics = KafkaTopics.of(cluster.kafka().clientProperties(), shape);
                Outputs outputs = ClusterOutputs.of(cluster, flink)) {
            return new Verification(topics, outputs, shape, Clock.systemUTC(), settle, progress)
                    .verdict();
        } catch (KafkaException e) {
            throw new VerificationException("Kafka: " + e.getMessage(), e);
        } catch (JedisException e) {
            throw new VerificationException("Redis: " + e.getMessage(), e);
        }
    }

    /** Returns the open time of the first whole kline of each interval, in epoch seconds. */
    private static Map<String, Long> wholeFrom(FlinkRest flink, JobShape shape)
            throws InterruptedException {
        long deadlineMs = System.currentTimeMillis() + STALLED_AFTER.toMillis();
        Map<String, Long> wholeFromMs = flink.wholeFromMs();
        while (!wholeFromMs.keySet().containsAll(shape.spans())) {
            if (System.currentTimeMillis() > deadlineMs) {
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
        Cut searched = readTo(topics.ends());
        awaitCommitted(searched);
        Cut required = readCommitted();
        Cut ledgerCut = required;
        Set<String> pairs = new TreeSet<>(journal.pairs());
        pairs.addAll(outputs.pairs());
        outputs.relay().forEach(row -> pairs.add(row.key().pair()));

        Map<String, PairCheck.Result> results = new TreeMap<>();
        check(pairs, required, searched, results);
        long deadlineMs = clock.millis() + settle.toMillis();
        Ledger ledger = Ledger.of(recomputation, ledgerCut);
        while (clock.millis() < deadlineMs && !(wrong(results).isEmpty() && ledger.isClean())) {
            Thread.sleep(POLL_MS);
            searched = required;
            required = readCommitted();
            check(wrong(results), required, searched, results);
            ledger = Ledger.of(recomputation, ledgerCut);
        }
        return verdict(ledger, results);
    }

    /** Looks at the sinks, then, for what is wrong there, at what has come to the topics since. */
    private void check(
            Set<String> pairs, Cut required, Cut searched, Map<String, PairCheck.Result> results)
            throws InterruptedException {
        if (pairs.isEmpty()) {
            return;
        }
        long relaySinceMs = outputs.relaySinceMs();
        Map<String, List<Row>> relay =
                outputs.relay().stream().collect(Collectors.groupingBy(row -> row.key().pair()));
        PairCheck now = new PairCheck(recomputation, required, searched, required, relaySinceMs);
        progress.begin("comparing pairs", pairs.size());
        long done = 0;
        for (String pair : pairs) {
            PairRows rows =
                    new PairRows(
                            pair,
                            outputs.mysql(pair),
                            outputs.redis(pair),
                            relay.getOrDefault(pair, List.of()));
            results.put(pair, now.check(rows));
            progress.advanced(++done);
        }
        if (wrong(results).isEmpty()) {
            return;
        }
        Cut known = readTo(topics.ends());
        awaitCommitted(known);
        readWhatTheJobPutAside();
        PairCheck later = new PairCheck(recomputation, required, searched, known, relaySinceMs);
        for (String pair : wrong(results)) {
            results.put(pair, later.recheck(pair, results.get(pair)));
        }
    }

    private Cut readTo(Cut upTo) {
        return topics.read(upTo, journal, progress);
    }

    /** Reads what the job has taken in for good, and what it has excluded of it. */
    private Cut readCommitted() {
        Cut committed = topics.committed();
        readTo(committed);
        readWhatTheJobPutAside();
        return committed;
    }

    /** The trades that were not counted, and the klines that MySQL did not take. */
    private void readWhatTheJobPutAside() {
        topics.readExclusions(journal);
        topics.readRefusals(journal);
        journal.match();
    }

    private void awaitCommitted(Cut cut) throws InterruptedException {
        Cut committed = topics.committed();
        if (committed.reaches(cut)) {
            return;
        }
        progress.begin("waiting for the job's checkpoint, records", cut.records());
        long movedMs = clock.millis();
        while (!committed.reaches(cut)) {
            progress.advanced(committed.records());
            if (clock.millis() - movedMs > STALLED_AFTER.toMillis()) {
                throw new VerificationException(
                        "the job has taken in %d of %d records and none for %d s"
                                .formatted(
                                        committed.records(),
                                        cut.records(),
                                        STALLED_AFTER.toSeconds()));
            }
            Thread.sleep(POLL_MS);
            Cut next = topics.committed();
            if (next.records() > committed.records()) {
                movedMs = clock.millis();
            }
            committed = next;
        }
    }

    private static Set<String> wrong(Map<String, PairCheck.Result> results) {
        return results.entrySet().stream()
                .filter(result -> !result.getValue().problems().isEmpty())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Verdict verdict(Ledger ledger, Map<String, PairCheck.Result> results) {
        Map<Sink, Long> compared = new EnumMap<>(Sink.class);
        List<Problem> problems = new ArrayList<>();
        long refused = 0;
        for (PairCheck.Result result : results.values()) {
            refused += result.refused();
            result.compared().forEach((sink, count) -> compared.merge(sink, count, Long::sum));
            problems.addAll(result.problems());
        }
        return new Verdict(ledger, compared, refused, problems, shape.smallest().code());
    }
}
