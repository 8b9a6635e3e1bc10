package io.dexklines.operator.kline;

import io.dexklines.clock.ChainTime;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.operator.kline.Disagreement.Subject;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The comparison of an engine with the oracle. It feeds both with the same trades and times, and
 * compares all output after every step.
 *
 * <p>A sink is simulated that keeps the newest version of each kline across all crashes. In the end
 * it must hold what the oracle holds.
 */
final class Comparison {

    /** A kline as last seen by a reader of all updates. */
    private record Seen(OracleKline kline, boolean closed) {}

    /** An exclusion, in the fields that the engine and the oracle have in common. */
    private record Exclusion(String reason, String topic, int partition, long offset, int index) {}

    /** The content of a checkpoint, with the state of the oracle and the reader. */
    record Checkpoint(
            Engine.Snapshot engine,
            Oracle oracle,
            Map<Key, Seen> seen,
            List<Exclusion> excluded,
            long fed) {}

    /** A time after all klines. The largest watermark is none: it says that the input has ended. */
    private static final long LATEST_MS = Long.MAX_VALUE - 1;

    private static final Map<String, Boolean> MADE_OF = new HashMap<>();

    private final Engine engine;
    private final KlineRules rules;
    private final long liveIntervalMs;
    private final List<String> chains;
    private final List<String> intervals;

    private Oracle oracle;
    private Map<Key, Seen> seen = new HashMap<>();
    private List<Exclusion> excluded = new ArrayList<>();
    private long fed;
    private long nowMs;
    private long checkpoints;

    /** The subjects that are not checked. */
    private final Set<Subject> ignored;

    /** The time from which each changed kline has been waiting to be emitted, in milliseconds. */
    private final Map<Key, Long> waitingSinceMs = new HashMap<>();

    /** The content of a sink that keeps the newest version of each kline, across all crashes. */
    private final Map<Key, Kline> table = new HashMap<>();

    Comparison(
            Engine engine,
            KlineRules rules,
            long liveIntervalMs,
            Collection<String> chains,
            Set<Subject> ignored) {
        this.engine = engine;
        this.rules = rules;
        this.liveIntervalMs = liveIntervalMs;
        this.chains = List.copyOf(chains);
        this.intervals = rules.intervals().stream().map(Interval::code).toList();
        this.ignored = ignored;
    }

    /** Starts the engine from a checkpoint, or empty if it is null. */
    void start(Checkpoint from, int parallelism, long atMs) throws Exception {
        nowMs = atMs;
        oracle =
                from == null
                        ? new Oracle(intervals, rules.allowedLatenessMs())
                        : from.oracle.copy();
        seen = from == null ? new HashMap<>() : new HashMap<>(from.seen);
        excluded = from == null ? new ArrayList<>() : new ArrayList<>(from.excluded);
        fed = from == null ? 0 : from.fed;
        waitingSinceMs.clear();
        engine.start(from == null ? null : from.engine, parallelism, nowMs);
        takeUpdates();
        takeExcluded(List.of());
    }

    void trades(PairSwaps batch) throws Exception {
        List<Exclusion> expected = new ArrayList<>();
        for (Swap swap : batch.swaps()) {
            Fate fate = oracle.trade(batch.pair().text(), oracleTrade(swap));
            if (fate == Fate.COUNTED) {
                waits(batch.pair(), swap.position().blockTimeSeconds());
            } else {
                expected.add(
                        new Exclusion(
                                fate.toString(),
                                batch.topic(),
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

    private void waits(Pair pair, long seconds) {
        for (String interval : intervals) {
            waitingSinceMs.putIfAbsent(
                    new Key(pair.text(), interval, OracleCalendar.open(interval, seconds)), nowMs);
        }
    }

    /** Advances the times of all chains by Flink's watermark, in epoch milliseconds. */
    void watermark(long ms) throws Exception {
        Map<String, Long> before = new HashMap<>();
        for (String chain : chains) {
            before.put(chain, oracle.closingMs(chain));
            oracle.time(chain, ms, ms);
        }
        engine.watermark(ms);
        takeUpdates();
        takeExcluded(List.of());
        for (String chain : chains) {
            checkClosed(chain, before.get(chain));
        }
    }

    /** Tells the time of a chain. A lower time than before has no effect. */
    void time(String chain, ChainTime time) throws Exception {
        // one after the other, as the source emits them
        advance(chain, new ChainTime(time.lateMs(), time.lateMs()));
        advance(chain, time);
    }

    private void advance(String chain, ChainTime time) throws Exception {
        long before = oracle.closingMs(chain);
        oracle.time(chain, time.lateMs(), time.closingMs());
        engine.clock(chain, time);
        takeUpdates();
        takeExcluded(List.of());
        checkClosed(chain, before);
    }

    /** Checks that the klines whose close has just been passed were emitted as closed. */
    private void checkClosed(String chain, long beforeMs) {
        long closingMs = oracle.closingMs(chain);
        if (closingMs == beforeMs) {
            return;
        }
        for (Key key : oracle.closing(chain, beforeMs, closingMs)) {
            Seen last = seen.get(key);
            if (last == null || !last.closed() || !last.kline().equals(oracle.kline(key))) {
                throw new Disagreement(
                        Subject.CLOSE, "%s was not emitted as closed at %d", key, closingMs);
            }
        }
    }

    void passTime(long atMs) throws Exception {
        nowMs = atMs;
        engine.processingTime(nowMs);
        takeUpdates();
        takeExcluded(List.of());
        waitingSinceMs.forEach(
                (key, since) -> {
                    if (since + liveIntervalMs <= nowMs) {
                        throw new Disagreement(
                                Subject.LIVE,
                                "%s has been waiting since %d, and now is %d",
                                key,
                                since,
                                nowMs);
                    }
                });
    }

    Checkpoint checkpoint() throws Exception {
        Engine.Snapshot snapshot = engine.snapshot(++checkpoints);
        takeUpdates();
        takeExcluded(List.of());
        if (!waitingSinceMs.isEmpty()) {
            throw new Disagreement(
                    Subject.LIVE, "not emitted before the barrier: %s", waitingSinceMs.keySet());
        }
        checkState();
        return new Checkpoint(
                snapshot, oracle.copy(), new HashMap<>(seen), new ArrayList<>(excluded), fed);
    }

    /** Checks that each chain holds the pairs that may change by its own clock, and no others. */
    private void checkState() throws Exception {
        for (String chain : chains) {
            Set<String> held = engine.pairsInState(chain);
            if (!held.equals(oracle.unendedPairs(chain))) {
                throw new Disagreement(
                        Subject.LEFTOVER,
                        "the state of chain %s holds %s and should hold %s",
                        chain,
                        held,
                        oracle.unendedPairs(chain));
            }
        }
    }

    /** Ends the input, before the last checkpoint of a drained job. */
    void drain() throws Exception {
        engine.watermark(Long.MAX_VALUE);
        engine.endInput();
        takeUpdates();
        takeExcluded(List.of());
    }

    /** Returns how many trades were counted. */
    long countedTrades() {
        return oracle.countedTrades();
    }

    /** Returns how many trades were fed, including repetitions. */
    long fedTrades() {
        return fed;
    }

    /** Returns whether every kline that ended by the given time was emitted as closed. */
    boolean isClosedBefore(long ms) {
        boolean closed = true;
        for (String chain : chains) {
            for (Key key : oracle.closing(chain, Long.MIN_VALUE, ms)) {
                closed &= seen.get(key).closed();
            }
        }
        return closed;
    }

    /** Ends every chain, one after the other, and checks what is left. */
    void finish() throws Exception {
        for (String chain : chains) {
            time(chain, new ChainTime(LATEST_MS, LATEST_MS));
            checkState();
        }
        drain();
        if (!waitingSinceMs.isEmpty()) {
            throw new Disagreement(Subject.LIVE, "never emitted: %s", waitingSinceMs.keySet());
        }
        if (!seen.keySet().equals(oracle.keys())) {
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
        checkTable();
    }

    private void balance() {
        long inSmallest = 0;
        for (Map.Entry<Key, Seen> entry : seen.entrySet()) {
            if (entry.getKey().interval().equals(intervals.get(0))) {
                inSmallest += entry.getValue().kline().count();
            }
        }
        if (inSmallest + excluded.size() != fed) {
            throw new Disagreement(
                    Subject.LEDGER,
                    "%d read, %d counted, %d excluded",
                    fed,
                    inSmallest,
                    excluded.size());
        }
    }

    /** Checks that neither the interleaving nor a crash shows in a sink. */
    private void checkTable() {
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

    private void takeExcluded(List<Exclusion> expected) {
        List<Exclusion> taken = new ArrayList<>();
        for (ExcludedTrade trade : engine.takeExcluded()) {
            taken.add(
                    new Exclusion(
                            trade.reason().name(),
                            trade.topic(),
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
        Map<Key, Seen> ofPair = new HashMap<>();
        seen.forEach(
                (key, last) -> {
                    if (key.pair().equals(pair)) {
                        ofPair.put(key, last);
                    }
                });
        for (Key parent : touched) {
            for (String smaller : intervals) {
                if (MADE_OF.computeIfAbsent(
                        parent.interval() + " " + smaller,
                        any -> OracleCalendar.isMadeOf(parent.interval(), smaller))) {
                    checkMerge(parent, smaller, ofPair);
                }
            }
        }
    }

    private static void checkMerge(Key parent, String smaller, Map<Key, Seen> ofPair) {
        long close = parent.close();
        List<OracleKline> children = new ArrayList<>();
        ofPair.forEach(
                (key, last) -> {
                    if (key.open() >= parent.open()
                            && key.open() < close
                            && key.interval().equals(smaller)) {
                        children.add(last.kline());
                    }
                });
        Seen whole = ofPair.get(parent);
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

    /** Converts a swap into a trade of the oracle. */
    static OracleTrade oracleTrade(Swap swap) {
        TradePosition position = swap.position();
        return new OracleTrade(
                position.blockTimeSeconds(),
                position.block(),
                position.transactionIndex(),
                position.logIndex(),
                position.index(),
                swap.identity().low(),
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
                (long) position.index());
    }

    private static List<Long> place(OracleTrade trade) {
        return List.of(
                trade.time(), trade.block(), trade.transaction(), trade.log(), trade.index());
    }
}
