package io.dexklines.operator.kline;

import io.dexklines.operator.kline.Scenario.Possible;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs thousands of random simulations of the operator and compares it with the oracle after every
 * step.
 *
 * <p>{@code -Dsimulation.seeds=N} runs more or fewer of them; {@code -Dsimulation.first=SEED
 * -Dsimulation.seeds=1} repeats the simulation that a failure names.
 */
class KlineOperatorSimulationTest {

    private static final long FIRST_SEED = Long.getLong("simulation.first", 1);
    private static final long SEEDS = Long.getLong("simulation.seeds", 2000);

    /**
     * The number of simulations on the heap for each one on RocksDB, which is as many times slower.
     */
    private static final long HEAP_PER_ROCKS = 100;

    private static final int NO_CACHE = 0;

    @Test
    void agreesWithTheOracleInAllScenarios() throws Exception {
        run(Possible.EVERYTHING, SEEDS, null, NO_CACHE);
    }

    @Test
    void countsEveryTradeOnceWhenNothingIsLate() throws Exception {
        run(Possible.NOTHING_LATE, Math.max(1, SEEDS / 2), null, NO_CACHE);
    }

    @Test
    void agreesWithTheOracleOnRocksDb(@TempDir Path rocks) throws Exception {
        run(
                Possible.EVERYTHING,
                Math.max(1, SEEDS / HEAP_PER_ROCKS),
                rocks,
                KlineOperator.MAX_HOT_PAIRS);
    }

    @Test
    void agreesWithTheOracleWhenEveryOtherPairDrivesOneOutOfTheCache(@TempDir Path rocks)
            throws Exception {
        run(Possible.EVERYTHING, Math.max(1, SEEDS / HEAP_PER_ROCKS), rocks, 1);
    }

    private static void run(Possible possible, long seeds, Path rocks, int maxHotPairs)
            throws Exception {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
            Scenario scenario = Scenario.of(seed, possible);
            try (Engine engine =
                    new HarnessEngine(
                            scenario.rules(), scenario.liveIntervalMs(), rocks, maxHotPairs)) {
                new Simulation(engine, scenario, possible, seed).run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        String.format(
                                "seed %d failed; to repeat it: -Dtest=KlineOperatorSimulationTest"
                                        + " -Dsimulation.first=%d -Dsimulation.seeds=1",
                                seed, seed),
                        e);
            }
        }
    }
}
