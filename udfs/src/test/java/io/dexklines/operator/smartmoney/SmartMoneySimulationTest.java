package io.dexklines.operator.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs many random simulations of the stage and compares it with the oracle after every step.
 *
 * <p>{@code -Dsimulation.seeds=N} runs more or fewer of them; {@code -Dsimulation.first=SEED
 * -Dsimulation.seeds=1} repeats the simulation that a failure names.
 */
class SmartMoneySimulationTest {

    private static final long FIRST_SEED = Long.getLong("simulation.first", 1);
    private static final long SEEDS = Long.getLong("simulation.seeds", 400);

    /**
     * The number of simulations on the heap for each one on RocksDB, which is as many times slower.
     */
    private static final long HEAP_PER_ROCKS = 100;

    @Test
    void agreesWithTheOracleInAllScenarios() throws Exception {
        run(SEEDS, null);
    }

    @Test
    void agreesWithTheOracleOnRocksDb(@TempDir Path rocks) throws Exception {
        run(Math.max(1, SEEDS / HEAP_PER_ROCKS), rocks);
    }

    private static void run(long seeds, Path rocks) throws Exception {
        long found = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
            Scenario scenario = Scenario.of(seed);
            try (Stage stage = new HarnessStage(scenario.rules(), rocks)) {
                found += new Simulation(stage, scenario, seed).run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        String.format(
                                "seed %d failed; to repeat it: -Dtest=SmartMoneySimulationTest"
                                        + " -Dsimulation.first=%d -Dsimulation.seeds=1",
                                seed, seed),
                        e);
            }
        }
        assertThat(found).as("trades found in %d simulations", seeds).isGreaterThan(seeds);
    }
}
