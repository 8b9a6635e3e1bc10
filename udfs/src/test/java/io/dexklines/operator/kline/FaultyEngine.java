package io.dexklines.operator.kline;

import io.dexklines.clock.ChainTime;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;

/**
 * Engines with one fault each, of a kind that is common in kline builders. The operator does
 * everything else, so a simulation can fail only because of the fault.
 */
final class FaultyEngine {

    private FaultyEngine() {}

    /** Counts every redelivery of a trade as another trade. */
    static final class WithoutDeduplication extends HarnessEngine {

        private final Map<Pair, Set<TradeId>> seen = new HashMap<>();
        private long freshIdentity = 1L << 60;

        WithoutDeduplication(Scenario scenario) {
            super(scenario.rules(), scenario.liveIntervalMs(), null);
        }

        @Override
        public void start(Snapshot from, int parallelism, long nowMs) throws Exception {
            seen.clear();
            super.start(from, parallelism, nowMs);
        }

        @Override
        public void trades(PairSwaps batch) throws Exception {
            Set<TradeId> known = seen.computeIfAbsent(batch.pair(), any -> new HashSet<>());
            List<Swap> swaps = new ArrayList<>();
            for (Swap swap : batch.swaps()) {
                boolean isFirst = known.add(swap.identity());
                swaps.add(isFirst ? swap : withIdentity(swap, freshIdentity++));
            }
            super.trades(
                    new PairSwaps(
                            batch.pair(),
                            batch.labels(),
                            batch.topic(),
                            batch.partition(),
                            batch.offset(),
                            swaps));
        }

        private static Swap withIdentity(Swap swap, long identity) {
            return new Swap(
                    new TradeId(1, identity),
                    swap.position().with(Scenario.fields(identity)),
                    swap.buy(),
                    swap.clamp(),
                    swap.priceUsd(),
                    swap.mcapUsd(),
                    swap.volumeUsd(),
                    swap.volumeToken());
        }
    }

    /**
     * Remembers the counted trades of each kline in the order of arrival, and rewrites emitted
     * klines.
     */
    private abstract static class Rewriting extends HarnessEngine {

        private record Key(Pair pair, Interval interval, long openTimeMs) {}

        private final KlineRules rules;
        private final Map<Key, List<Swap>> arrived = new HashMap<>();
        private final List<ExcludedTrade> excluded = new ArrayList<>();

        Rewriting(Scenario scenario) {
            super(scenario.rules(), scenario.liveIntervalMs(), null);
            this.rules = scenario.rules();
        }

        @Override
        public void trades(PairSwaps batch) throws Exception {
            super.trades(batch);
            List<ExcludedTrade> ofBatch = super.takeExcluded();
            excluded.addAll(ofBatch);
            Set<Integer> excludedIndexes = new HashSet<>();
            ofBatch.forEach(trade -> excludedIndexes.add(trade.index()));
            for (Swap swap : batch.swaps()) {
                if (!excludedIndexes.contains(swap.position().index())) {
                    for (Interval interval : rules.intervals()) {
                        long timeMs = swap.position().blockTimeSeconds() * 1000;
                        arrived.computeIfAbsent(
                                        new Key(
                                                batch.pair(),
                                                interval,
                                                interval.openTimeMs(timeMs)),
                                        any -> new ArrayList<>())
                                .add(swap);
                    }
                }
            }
        }

        @Override
        public List<ExcludedTrade> takeExcluded() {
            excluded.addAll(super.takeExcluded());
            List<ExcludedTrade> taken = List.copyOf(excluded);
            excluded.clear();
            return taken;
        }

        @Override
        public List<KlineUpdates> takeUpdates() {
            List<KlineUpdates> rewritten = new ArrayList<>();
            for (KlineUpdates updates : super.takeUpdates()) {
                List<Kline> klines = new ArrayList<>();
                for (Kline kline : updates.klines()) {
                    Key key = new Key(updates.pair(), kline.interval(), kline.openTimeMs());
                    klines.add(rewrite(kline, arrived.get(key)));
                }
                rewritten.add(new KlineUpdates(updates.pair(), updates.labels(), klines));
            }
            return rewritten;
        }

        abstract Kline rewrite(Kline kline, List<Swap> inOrderOfArrival);

        static Kline with(Kline kline, double open, double close, double usd, double token) {
            return new Kline(
                    kline.interval(),
                    kline.openTimeMs(),
                    open,
                    kline.high(),
                    kline.low(),
                    close,
                    kline.mcapOpen(),
                    kline.mcapHigh(),
                    kline.mcapLow(),
                    kline.mcapClose(),
                    usd,
                    token,
                    kline.buyVolumeUsd(),
                    kline.buyVolumeToken(),
                    kline.trades(),
                    kline.buys(),
                    kline.first(),
                    kline.last(),
                    kline.closed());
        }
    }

    /** Opens a kline with the first trade that arrives and closes it with the last. */
    static final class SortingByArrival extends Rewriting {

        SortingByArrival(Scenario scenario) {
            super(scenario);
        }

        @Override
        Kline rewrite(Kline kline, List<Swap> inOrderOfArrival) {
            List<Swap> clean = inOrderOfArrival.stream().filter(swap -> !swap.clamp()).toList();
            List<Swap> priced = clean.isEmpty() ? inOrderOfArrival : clean;
            return with(
                    kline,
                    priced.get(0).priceUsd(),
                    priced.get(priced.size() - 1).priceUsd(),
                    kline.volumeUsd(),
                    kline.volumeToken());
        }
    }

    /** Adds doubles to a double, and therefore rounds at every trade. */
    static final class NaiveSums extends Rewriting {

        NaiveSums(Scenario scenario) {
            super(scenario);
        }

        @Override
        Kline rewrite(Kline kline, List<Swap> inOrderOfArrival) {
            double usd = 0;
            double token = 0;
            for (Swap swap : inOrderOfArrival) {
                usd += swap.volumeUsd();
                token += swap.volumeToken();
            }
            return with(kline, kline.open(), kline.close(), usd, token);
        }
    }

    /**
     * Runs one operator for each interval, each with its own lateness, as with window operators.
     */
    static final class OneOperatorPerInterval implements Engine {

        private final List<HarnessEngine> operators = new ArrayList<>();

        OneOperatorPerInterval(Scenario scenario) {
            for (Interval interval : scenario.rules().intervals()) {
                operators.add(
                        new HarnessEngine(
                                KlineRules.of(
                                        List.of(interval), scenario.rules().allowedLatenessMs()),
                                scenario.liveIntervalMs(),
                                null));
            }
        }

        @Override
        public void start(Snapshot from, int parallelism, long nowMs) throws Exception {
            for (HarnessEngine operator : operators) {
                operator.start(null, parallelism, nowMs);
            }
        }

        @Override
        public void trades(PairSwaps batch) throws Exception {
            for (HarnessEngine operator : operators) {
                operator.trades(batch);
            }
        }

        @Override
        public void watermark(long ms) throws Exception {
            for (HarnessEngine operator : operators) {
                operator.watermark(ms);
            }
        }

        @Override
        public void clock(String chainId, ChainTime time) throws Exception {
            for (HarnessEngine operator : operators) {
                operator.clock(chainId, time);
            }
        }

        @Override
        public void processingTime(long ms) throws Exception {
            for (HarnessEngine operator : operators) {
                operator.processingTime(ms);
            }
        }

        @Override
        public Snapshot snapshot(long checkpointId) {
            throw new UnsupportedOperationException("supports only scenarios without crashes");
        }

        @Override
        public void endInput() throws Exception {
            for (HarnessEngine operator : operators) {
                operator.endInput();
            }
        }

        /**
         * Returns the updates of one step, joined by pair and sorted, with the last version of each
         * kline. This comes as close as possible to the updates of one operator.
         */
        @Override
        public List<KlineUpdates> takeUpdates() {
            Map<Pair, TreeMap<Interval, TreeMap<Long, Kline>>> byPair = new HashMap<>();
            for (HarnessEngine operator : operators) {
                for (KlineUpdates updates : operator.takeUpdates()) {
                    for (Kline kline : updates.klines()) {
                        byPair.computeIfAbsent(updates.pair(), any -> new TreeMap<>())
                                .computeIfAbsent(kline.interval(), any -> new TreeMap<>())
                                .put(kline.openTimeMs(), kline);
                    }
                }
            }
            List<KlineUpdates> joined = new ArrayList<>();
            byPair.forEach(
                    (pair, byInterval) -> {
                        List<Kline> klines = new ArrayList<>();
                        byInterval.values().forEach(byOpen -> klines.addAll(byOpen.values()));
                        joined.add(new KlineUpdates(pair, Scenario.labels(pair), klines));
                    });
            return joined;
        }

        /** Returns the exclusions of the smallest interval only. */
        @Override
        public List<ExcludedTrade> takeExcluded() {
            for (HarnessEngine operator : operators.subList(1, operators.size())) {
                operator.takeExcluded();
            }
            return operators.get(0).takeExcluded();
        }

        @Override
        public int stateEntriesAndTimers() throws Exception {
            int left = 0;
            for (HarnessEngine operator : operators) {
                left += operator.stateEntriesAndTimers();
            }
            return left;
        }

        @Override
        public Set<String> pairsInState(String chainId) throws Exception {
            Set<String> pairs = new HashSet<>();
            for (HarnessEngine operator : operators) {
                pairs.addAll(operator.pairsInState(chainId));
            }
            return pairs;
        }

        @Override
        public void close() {
            operators.forEach(HarnessEngine::close);
        }
    }

    /** Does not restore the watermark after a crash. */
    static final class ForgettingTheWatermark extends HarnessEngine {

        ForgettingTheWatermark(Scenario scenario) {
            super(scenario.rules(), scenario.liveIntervalMs(), null);
        }

        @Override
        public Snapshot snapshot(long checkpointId) throws Exception {
            List<OperatorSubtaskState> forgetful = new ArrayList<>();
            for (OperatorSubtaskState state : ((Subtasks) super.snapshot(checkpointId)).states()) {
                forgetful.add(
                        state.toBuilder()
                                .setManagedOperatorState(StateObjectCollection.empty())
                                .build());
            }
            return new Subtasks(forgetful);
        }
    }

    /** Drops late trades without reporting them. */
    static final class SilentAboutLateTrades extends HarnessEngine {

        SilentAboutLateTrades(Scenario scenario) {
            super(scenario.rules(), scenario.liveIntervalMs(), null);
        }

        @Override
        public List<ExcludedTrade> takeExcluded() {
            return super.takeExcluded().stream()
                    .filter(trade -> trade.reason() != ExclusionReason.LATE)
                    .toList();
        }
    }

    /** Does not write the pairs that are in the cache before a barrier. */
    static final class WithoutWriteBack extends HarnessEngine {

        WithoutWriteBack(Scenario scenario, Path rocks) {
            super(scenario.rules(), scenario.liveIntervalMs(), rocks);
        }

        @Override
        void beforeBarrier(
                OneInputStreamOperator<PairSwaps, KlineUpdates> operator, long checkpointId)
                throws Exception {
            ((KlineOperator) operator).flush();
        }
    }

    /** Emits changes one millisecond after the live interval. */
    static final class SlowToEmit extends HarnessEngine {

        SlowToEmit(Scenario scenario) {
            super(scenario.rules(), scenario.liveIntervalMs() + 1, null);
        }
    }
}
