package io.dexklines.operator.kline;

import io.dexklines.clock.ChainTime;
import io.dexklines.clock.EnumeratorClocks;
import io.dexklines.clock.Partition;
import io.dexklines.clock.SimulatedSources;
import io.dexklines.clock.SimulatedSources.Conditions;
import io.dexklines.clock.SimulatedSources.SimulatedTrade;
import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineRules;
import io.dexklines.operator.kline.Disagreement.Subject;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradePosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Feeds an engine from simulated sources, whose enumerator has the clocks, and compares all output
 * with the oracle after every step. Everything is derived from the seed.
 */
final class SourcesSimulation implements SimulatedSources.Job {

    private static final List<String> INTERVAL_SETS =
            List.of("1s", "1s 1m", "1s 5s 30s", "5s 1h", "1m 5m 1w");

    private static final int PAIRS_OF_A_CHAIN = 3;

    /** What a number of simulations had in common. */
    static final class Totals {
        private long trades;

        /** The trades that were not counted at all. */
        private long late;

        private long restarts;

        @Override
        public String toString() {
            return trades + " trades, " + late + " late, " + restarts + " restarts";
        }
    }

    private final Random random;
    private final Conditions conditions;
    private final SimulatedSources sources;
    private final Comparison comparison;
    private final Engine engine;
    private Comparison.Checkpoint checkpoint;

    /**
     * @param schedule takes the schedule; null if it is not wanted
     */
    SourcesSimulation(
            long seed,
            Conditions conditions,
            EnumeratorClocks.Factory clocks,
            StringBuilder schedule) {
        // a seed other than that of the sources
        this.random = new Random(~seed);
        this.conditions = conditions;
        KlineRules rules =
                KlineRules.of(
                        Arrays.stream(INTERVAL_SETS.get(random.nextInt(5)).split(" "))
                                .map(Interval::ofCode)
                                .toList(),
                        random.nextInt(3) > 0 ? 0 : 1000L * random.nextInt(60));
        long liveIntervalMs = random.nextBoolean() ? 500 : random.nextInt(5000);
        this.engine = new HarnessEngine(rules, liveIntervalMs, null);
        this.sources = new SimulatedSources(seed, conditions, clocks, this, schedule);
        this.comparison =
                new Comparison(engine, rules, liveIntervalMs, sources.chainIds(), Set.of());
    }

    /**
     * Runs until everything is read.
     *
     * @throws Disagreement if the engine and the oracle disagree, if a trade of an orderly feed is
     *     late, or if a clock stands
     */
    void run(Totals totals) throws Exception {
        try (engine) {
            sources.run();
            boolean closed = comparison.isClosedBefore(sources.quietSinceMs());
            comparison.finish();
            if (conditions.orderly() && comparison.countedTrades() != sources.committed().size()) {
                throw new Disagreement(
                        Subject.CLOCK,
                        "%d of %d trades are counted",
                        comparison.countedTrades(),
                        sources.committed().size());
            }
            if (!closed || !sources.haveClocksRun()) {
                throw new Disagreement(Subject.CLOCK, "a clock stands");
            }
            totals.trades += comparison.countedTrades();
            totals.late += sources.committed().size() - comparison.countedTrades();
            totals.restarts += sources.restarts();
        }
    }

    @Override
    public void start(long nowMs) throws Exception {
        comparison.start(checkpoint, 1 + random.nextInt(2), nowMs);
    }

    @Override
    public void trades(Partition partition, long offset, List<SimulatedTrade> trades)
            throws Exception {
        Map<Pair, List<Swap>> byPair = new LinkedHashMap<>();
        for (SimulatedTrade trade : trades) {
            Pair pair = new Pair(trade.chainId(), "0x" + trade.number() % PAIRS_OF_A_CHAIN);
            List<Swap> swaps = byPair.computeIfAbsent(pair, any -> new ArrayList<>());
            swaps.add(swap(trade));
        }
        for (Map.Entry<Pair, List<Swap>> batch : byPair.entrySet()) {
            comparison.trades(
                    new PairSwaps(
                            batch.getKey(),
                            Scenario.labels(batch.getKey()),
                            partition.topic(),
                            partition.number(),
                            offset,
                            batch.getValue()));
        }
    }

    private static Swap swap(SimulatedTrade trade) {
        Random random = new Random(trade.number());
        long seconds = trade.timeMs() / 1000;
        return new Swap(
                new TradeId(1, trade.number()),
                new TradePosition(
                        seconds,
                        seconds / 2,
                        random.nextInt(3),
                        random.nextInt(4),
                        (int) (trade.number() % 2),
                        Scenario.fields(trade.number())),
                random.nextBoolean(),
                random.nextInt(5) == 0,
                1 + random.nextInt(9),
                random.nextInt(9),
                random.nextInt(9),
                random.nextInt(9));
    }

    @Override
    public void time(String chainId, ChainTime time) throws Exception {
        comparison.time(chainId, time);
    }

    @Override
    public void passTime(long nowMs) throws Exception {
        comparison.passTime(nowMs);
    }

    @Override
    public void checkpoint() throws Exception {
        checkpoint = comparison.checkpoint();
    }

    @Override
    public void drain() throws Exception {
        comparison.drain();
    }
}
