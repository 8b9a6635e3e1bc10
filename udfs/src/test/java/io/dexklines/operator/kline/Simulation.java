package io.dexklines.operator.kline;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.operator.kline.Disagreement.Subject;
import io.dexklines.operator.kline.Scenario.FedRecord;
import io.dexklines.operator.kline.Scenario.Possible;
import io.dexklines.oracle.Oracle;
import io.dexklines.oracle.Oracle.Fate;
import io.dexklines.oracle.Oracle.Key;
import io.dexklines.oracle.OracleCalendar;
import io.dexklines.oracle.OracleKline;
import io.dexklines.oracle.OracleTrade;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradePosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Feeds a scenario to an engine in a random interleaving and compares all output with the oracle
 * after every step. Everything is derived from the seed.
 *
 * <p>Records, watermarks, processing time, snapshots, crashes and changes of parallelism alternate.
 * After a crash, the engine and the oracle return to the last snapshot. Later records are read
 * again, in another interleaving, and watermarks start anew, as in Flink.
 */
final class Simulation {

    /** A kline as last seen by a reader of all updates. */
    private record Seen(OracleKline kline, boolean closed) {}

    /** An exclusion, in the fields that the engine and the oracle have in common. */
    private record Exclusion(String reason, int partition, long offset, int index) {}

    /** The content of a checkpoint, with the state of the oracle and the reader. */
    private record Checkpoint(
            Engine.Snapshot engine,
            int[] read,
            Oracle oracle,
            Map<Key, Seen> seen,
            List<Exclusion> excluded,
            long fed) {}

    private static final int MAX_RESTARTS = 4;

    /** A watermark after all klines. The largest one is none: it says that the input has ended. */
    private static final long LATEST_WATERMARK = Long.MAX_VALUE - 1;

    private static final Map<String, Boolean> MADE_OF = new HashMap<>();

    private final Engine engine;
    private final Scenario scenario;
    private final Possible possible;
    private final Random random;
    private final List<String> intervals;

    private Oracle oracle;
    private Map<Key, Seen> seen = new HashMap<>();
    private List<Exclusion> excluded = new ArrayList<>();
    private long fed;
    private int[] read;
    private long[] newestReadMs;
    private long watermarkMs = Long.MIN_VALUE;
    private long nowMs;
    private Checkpoint lastCheckpoint;
    private long checkpoints;
    private int restarts;

    /** The subjects that are not checked. */
    private Set<Subject> ignored = Set.of();

    /** The time from which each changed kline has been waiting to be emitted, in milliseconds. */
    private final Map<Key, Long> waitingSinceMs = new HashMap<>();

    /** The content of a sink that keeps the newest version of each kline, across all crashes. */
    private final Map<Key, Kline> table = new HashMap<>();

    Simulation(Engine engine, Scenario scenario, Possible possible, long seed) {
        this.engine = engine;
        this.scenario = scenario;
        this.possible = possible;
        // a seed other than that of the scenario
        this.random = new Random(~seed);
        this.intervals = scenario.rules().intervals().stream().map(Interval::code).toList();
        this.oracle = new Oracle(intervals, scenario.rules().allowedLatenessMs());
        this.read = new int[scenario.splits().size()];
        this.newestReadMs = new long[read.length];
    }

    /** Excludes subjects from the checks. */
    Simulation ignoring(Set<Subject> subjects) {
        ignored = subjects;
        return this;
    }

    /**
     * Runs to the end of the input.
     *
     * @throws Disagreement if the engine and the oracle disagree
     */
    void run() throws Exception {
        nowMs = 1_000_000 + random.nextInt(1000);
        restart(null);
        while (unread() > 0) {
            int step = random.nextInt(100);
            if (step < 55) {
                feed();
            } else if (step < 75) {
                watermark(nextWatermark());
            } else if (step < 93) {
                passTime(random.nextInt(4) == 0 ? random.nextInt(6000) : random.nextInt(400));
            } else if (possible.crashes()) {
                disturb(step);
            }
        }
        passTime(scenario.liveIntervalMs());
        finish();
    }

    private void disturb(int step) throws Exception {
        if (step < 97 || restarts == MAX_RESTARTS) {
            checkpoint();
            return;
        }
        restarts++;
        if (step < 98) {
            // stopped with a savepoint and started with another parallelism
            checkpoint();
        }
        restart(lastCheckpoint);
    }

    private void feed() throws Exception {
        int split = random.nextInt(read.length);
        List<FedRecord> records = scenario.splits().get(split);
        while (read[split] == records.size()) {
            split = (split + 1) % read.length;
            records = scenario.splits().get(split);
        }
        FedRecord record = records.get(read[split]++);
        for (PairSwaps batch : record.batches()) {
            List<Exclusion> expected = new ArrayList<>();
            for (Swap swap : batch.swaps()) {
                Fate fate = oracle.trade(batch.pair().text(), oracleTrade(swap));
                if (fate == Fate.COUNTED) {
                    waits(batch.pair(), swap.position().blockTimeSeconds());
                } else {
                    expected.add(
                            new Exclusion(
                                    fate.toString(),
                                    batch.partition(),
                                    batch.offset(),
                                    swap.position().index()));
                }
                fed++;
            }
            engine.trades(batch);
            takeUpdates();
            takeExcluded(expected);
        }
        newestReadMs[split] = Math.max(newestReadMs[split], record.newestMs());
    }

    private void waits(Pair pair, long seconds) {
        for (String interval : intervals) {
            waitingSinceMs.putIfAbsent(
                    new Key(pair.text(), interval, OracleCalendar.open(interval, seconds)), nowMs);
        }
    }

    /**
     * Returns the lowest watermark of the splits that are neither idle nor ended, as a source would
     * emit it.
     */
    private long nextWatermark() {
        long least = Long.MAX_VALUE;
        for (int split = 0; split < read.length; split++) {
            boolean ended = read[split] == scenario.splits().get(split).size();
            boolean idle = possible.lateness() && random.nextInt(10) == 0;
            if (!ended && !idle) {
                least =
                        Math.min(
                                least,
                                newestReadMs[split] == Long.MIN_VALUE
                                        ? Long.MIN_VALUE
                                        : newestReadMs[split] - scenario.disorderMs() - 1);
            }
        }
        if (possible.lateness() && random.nextInt(25) == 0 && least > 0) {
            least = Math.min(least, Long.MAX_VALUE / 2) + random.nextInt(100_000);
        }
        return least >= Long.MAX_VALUE / 2 ? watermarkMs : least;
    }

    private void watermark(long ms) throws Exception {
        if (ms <= watermarkMs) {
            return;
        }
        long before = oracle.watermarkMs();
        watermarkMs = ms;
        oracle.watermark(ms);
        engine.watermark(ms);
        takeUpdates();
        takeExcluded(List.of());
        for (Key key : oracle.keys()) {
            long closesAtMs = key.close() * 1000 - 1;
            if (before < closesAtMs && closesAtMs <= ms) {
                Seen last = seen.get(key);
                if (last == null || !last.closed() || !last.kline().equals(oracle.kline(key))) {
                    throw new Disagreement(
                            Subject.CLOSE, "%s was not emitted as closed at watermark %d", key, ms);
                }
            }
        }
    }

    private void passTime(long ms) throws Exception {
        nowMs += ms;
        engine.processingTime(nowMs);
        takeUpdates();
        takeExcluded(List.of());
        waitingSinceMs.forEach(
                (key, since) -> {
                    if (since + scenario.liveIntervalMs() <= nowMs) {
                        throw new Disagreement(
                                Subject.LIVE,
                                "%s has been waiting since %d, and now is %d",
                                key,
                                since,
                                nowMs);
                    }
                });
    }

    private void checkpoint() throws Exception {
        Engine.Snapshot snapshot = engine.snapshot(++checkpoints);
        takeUpdates();
        takeExcluded(List.of());
        if (!waitingSinceMs.isEmpty()) {
            throw new Disagreement(
                    Subject.LIVE, "not emitted before the barrier: %s", waitingSinceMs.keySet());
        }
        lastCheckpoint =
                new Checkpoint(
                        snapshot,
                        read.clone(),
                        oracle.copy(),
                        new HashMap<>(seen),
                        new ArrayList<>(excluded),
                        fed);
    }

    private void restart(Checkpoint from) throws Exception {
        oracle =
                from == null
                        ? new Oracle(intervals, scenario.rules().allowedLatenessMs())
                        : from.oracle().copy();
        seen = from == null ? new HashMap<>() : new HashMap<>(from.seen());
        excluded = from == null ? new ArrayList<>() : new ArrayList<>(from.excluded());
        fed = from == null ? 0 : from.fed();
        read = from == null ? new int[read.length] : from.read().clone();
        Arrays.fill(newestReadMs, Long.MIN_VALUE);
        watermarkMs = Long.MIN_VALUE;
        waitingSinceMs.clear();
        nowMs += random.nextInt(10_000);
        // low parallelism more often: subtasks without a pair show little and cost as much
        int parallelism = 1 + Math.min(random.nextInt(4), random.nextInt(4));
        engine.start(from == null ? null : from.engine(), parallelism, nowMs);
        takeUpdates();
        takeExcluded(List.of());
    }

    private void finish() throws Exception {
        watermark(LATEST_WATERMARK);
        engine.watermark(Long.MAX_VALUE);
        engine.endInput();
        takeUpdates();
        takeExcluded(List.of());
        if (!waitingSinceMs.isEmpty()) {
            throw new Disagreement(Subject.LIVE, "never emitted: %s", waitingSinceMs.keySet());
        }
        if (!seen.keySet().equals(new HashSet<>(oracle.keys()))) {
            throw new Disagreement(
                    Subject.EMISSION,
                    "klines were emitted for %s and should be for %s",
                    seen.keySet(),
                    oracle.keys());
        }
        seen.forEach(
                (key, last) -> {
                    if (!last.closed() || !last.kline().equals(oracle.kline(key))) {
                        throw new Disagreement(Subject.CLOSE, "%s ends as %s", key, last);
                    }
                });
        int left = engine.stateEntriesAndTimers();
        if (left != 0) {
            throw new Disagreement(Subject.LEFTOVER, "%d state entries and timers are left", left);
        }
        balance();
    }

    private void balance() {
        long inSmallest = 0;
        for (Map.Entry<Key, Seen> entry : seen.entrySet()) {
            if (entry.getKey().interval().equals(intervals.get(0))) {
                inSmallest += entry.getValue().kline().count();
            }
        }
        if (fed != scenario.fedTrades() || inSmallest + excluded.size() != fed) {
            throw new Disagreement(
                    Subject.LEDGER,
                    "%d trades to read, %d read, %d counted, %d excluded",
                    scenario.fedTrades(),
                    fed,
                    inSmallest,
                    excluded.size());
        }
        if (!possible.lateness()) {
            if (inSmallest != scenario.uniqueTrades()) {
                throw new Disagreement(
                        Subject.LEDGER,
                        "%d of %d trades are counted, and none was late",
                        inSmallest,
                        scenario.uniqueTrades());
            }
            // without late trades, neither the interleaving nor a crash shows in a sink
            for (Map.Entry<Key, Kline> row : table.entrySet()) {
                OracleKline expected = oracle.kline(row.getKey());
                if (expected == null) {
                    throw new Disagreement(Subject.TABLE, "%s has no trade", row.getKey());
                }
                compare(Subject.TABLE, row.getKey(), row.getValue(), expected, true);
            }
            if (table.size() != oracle.keys().size()) {
                throw new Disagreement(
                        Subject.TABLE, "%d rows for %d klines", table.size(), oracle.keys().size());
            }
        }
    }

    private void takeExcluded(List<Exclusion> expected) {
        List<Exclusion> taken = new ArrayList<>();
        for (ExcludedTrade trade : engine.takeExcluded()) {
            taken.add(
                    new Exclusion(
                            trade.reason().name(),
                            trade.partition(),
                            trade.offset(),
                            trade.index()));
        }
        if (!taken.equals(expected)) {
            throw new Disagreement(
                    Subject.EXCLUSION, "excluded are %s and should be %s", taken, expected);
        }
        excluded.addAll(taken);
    }

    private void takeUpdates() {
        for (KlineUpdates updates : engine.takeUpdates()) {
            String pair = updates.pair().text();
            if (updates.klines().isEmpty()) {
                throw new Disagreement(Subject.EMISSION, "an empty update for %s", pair);
            }
            if (!updates.labels().equals(Scenario.labels(updates.pair()))) {
                throw new Disagreement(
                        Subject.VALUE, "the labels of another pair: %s", updates.labels());
            }
            Kline before = null;
            for (Kline kline : updates.klines()) {
                if (before != null && !isAfter(kline, before)) {
                    throw new Disagreement(Subject.EMISSION, "%s follows %s", kline, before);
                }
                before = kline;
                take(new Key(pair, kline.interval().code(), kline.openTimeMs() / 1000), kline);
            }
            if (!ignored.contains(Subject.MERGE)) {
                checkMerges(pair, updates.klines());
            }
        }
    }

    private static boolean isAfter(Kline kline, Kline before) {
        int byInterval = kline.interval().compareTo(before.interval());
        return byInterval > 0 || (byInterval == 0 && kline.openTimeMs() > before.openTimeMs());
    }

    private void take(Key key, Kline kline) {
        OracleKline expected = oracle.kline(key);
        if (expected == null) {
            throw new Disagreement(Subject.EMISSION, "%s has no trade", key);
        }
        Seen last = seen.get(key);
        if (last != null && last.kline().count() > kline.trades()) {
            throw new Disagreement(
                    Subject.VERSION,
                    "%s had %d trades and now %s",
                    key,
                    last.kline().count(),
                    kline);
        }
        if (last != null && last.closed() && !kline.closed()) {
            throw new Disagreement(Subject.VERSION, "%s was closed and now is open", key);
        }
        compare(Subject.VALUE, key, kline, expected, oracle.isClosed(key));
        if (last != null && last.closed() == kline.closed() && last.kline().equals(expected)) {
            throw new Disagreement(Subject.EMISSION, "%s was emitted unchanged", key);
        }
        seen.put(key, new Seen(expected, kline.closed()));
        waitingSinceMs.remove(key);
        table.merge(key, kline, (held, next) -> next.supersedes(held) ? next : held);
    }

    private static void compare(
            Subject subject, Key key, Kline kline, OracleKline expected, boolean closed) {
        same(subject, key, "trades", kline.trades(), expected.count());
        same(subject, key, "buys", kline.buys(), expected.buys());
        same(subject, key, "sells", kline.sells(), expected.count() - expected.buys());
        same(subject, key, "closed", kline.closed(), closed);
        same(subject, key, "close time", kline.closeTimeMs(), key.close() * 1000);
        same(subject, key, "open", kline.open(), expected.open());
        same(subject, key, "high", kline.high(), expected.high());
        same(subject, key, "low", kline.low(), expected.low());
        same(subject, key, "close", kline.close(), expected.close());
        same(subject, key, "mcap open", kline.mcapOpen(), expected.mcapOpen());
        same(subject, key, "mcap high", kline.mcapHigh(), expected.mcapHigh());
        same(subject, key, "mcap low", kline.mcapLow(), expected.mcapLow());
        same(subject, key, "mcap close", kline.mcapClose(), expected.mcapClose());
        same(subject, key, "volume usd", kline.volumeUsd(), expected.volumeUsd());
        same(subject, key, "volume token", kline.volumeToken(), expected.volumeToken());
        same(subject, key, "buy volume usd", kline.buyVolumeUsd(), expected.buyVolumeUsd());
        same(subject, key, "buy volume token", kline.buyVolumeToken(), expected.buyVolumeToken());
        same(subject, key, "first", place(kline.first()), place(expected.first()));
        same(subject, key, "last", place(kline.last()), place(expected.last()));
        double vwap =
                expected.volumeToken() == 0 ? 0 : expected.volumeUsd() / expected.volumeToken();
        same(subject, key, "vwap", kline.vwap(), vwap);
    }

    private static void same(
            Subject subject, Key key, String field, Object actual, Object expected) {
        if (!actual.equals(expected)) {
            throw new Disagreement(
                    subject, "%s of %s is %s and should be %s", field, key, actual, expected);
        }
    }

    /**
     * Checks that every larger kline that an update touches is the merge of the smaller ones seen.
     */
    private void checkMerges(String pair, List<Kline> klines) {
        Set<Key> touched = new LinkedHashSet<>();
        for (Kline kline : klines) {
            for (String larger : intervals) {
                touched.add(
                        new Key(
                                pair,
                                larger,
                                OracleCalendar.open(larger, kline.openTimeMs() / 1000)));
            }
        }
        for (Key parent : touched) {
            for (String smaller : intervals) {
                if (MADE_OF.computeIfAbsent(
                        parent.interval() + " " + smaller,
                        any -> OracleCalendar.isMadeOf(parent.interval(), smaller))) {
                    checkMerge(parent, smaller);
                }
            }
        }
    }

    private void checkMerge(Key parent, String smaller) {
        long close = parent.close();
        List<OracleKline> children = new ArrayList<>();
        seen.forEach(
                (key, last) -> {
                    if (key.open() >= parent.open()
                            && key.open() < close
                            && key.interval().equals(smaller)
                            && key.pair().equals(parent.pair())) {
                        children.add(last.kline());
                    }
                });
        Seen whole = seen.get(parent);
        List<OracleTrade> ofParent = whole == null ? List.of() : whole.kline().trades();
        List<OracleTrade> ofChildren = OracleKline.merge(children).trades();
        if (!ofParent.equals(ofChildren)) {
            throw new Disagreement(
                    Subject.MERGE,
                    "%s has %d trades, its klines of %s have %d",
                    parent,
                    ofParent.size(),
                    smaller,
                    ofChildren.size());
        }
    }

    private int unread() {
        int unread = 0;
        for (int split = 0; split < read.length; split++) {
            unread += scenario.splits().get(split).size() - read[split];
        }
        return unread;
    }

    /** Converts a swap into a trade of the oracle. */
    static OracleTrade oracleTrade(Swap swap) {
        TradePosition position = swap.position();
        return new OracleTrade(
                position.blockTimeSeconds(),
                position.block(),
                position.transactionIndex(),
                position.logIndex(),
                position.index(),
                position.identity(),
                swap.buy(),
                swap.clamp(),
                swap.priceUsd(),
                swap.mcapUsd(),
                swap.volumeUsd(),
                swap.volumeToken());
    }

    private static List<Long> place(TradePosition position) {
        return List.of(
                position.blockTimeSeconds(),
                position.block(),
                position.transactionIndex(),
                position.logIndex(),
                (long) position.index(),
                position.identity());
    }

    private static List<Long> place(OracleTrade trade) {
        return List.of(
                trade.time(),
                trade.block(),
                trade.transaction(),
                trade.log(),
                trade.index(),
                trade.identity());
    }
}
