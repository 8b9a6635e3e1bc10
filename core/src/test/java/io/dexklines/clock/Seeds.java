package io.dexklines.clock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The seeds of simulations.
 *
 * <p>{@code -Dsimulation.seeds=N} runs more or fewer of them; {@code -Dsimulation.first=SEED
 * -Dsimulation.seeds=1} repeats the simulation that a failure names.
 */
public final class Seeds {

    private static final long FIRST = Long.getLong("simulation.first", 1);
    private static final long COUNT = Long.getLong("simulation.seeds", 2000);

    private Seeds() {}

    /** A simulation of one seed. */
    public interface Simulation {

        /**
         * Runs it.
         *
         * @param schedule takes what happens, a line for each event; null if it is not wanted
         */
        void run(long seed, StringBuilder schedule) throws Exception;
    }

    /**
     * Runs a simulation with every seed.
     *
     * @return the seeds, for the log
     * @throws AssertionError if one fails; the message names the seed and the file that has the
     *     schedule
     */
    public static String run(Class<?> test, Simulation simulation) {
        for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
            try {
                simulation.run(seed, null);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        String.format(
                                "seed %d failed, schedule in %s; to repeat it: -Dtest=%s"
                                        + " -Dsimulation.first=%d -Dsimulation.seeds=1",
                                seed, schedule(test, simulation, seed), test.getSimpleName(), seed),
                        e);
            }
        }
        return String.format("seeds %d to %d", FIRST, FIRST + COUNT - 1);
    }

    private static Path schedule(Class<?> test, Simulation simulation, long seed) {
        StringBuilder schedule = new StringBuilder();
        try {
            simulation.run(seed, schedule);
        } catch (Exception | AssertionError e) {
            schedule.append(e);
        }
        try {
            return Files.writeString(
                    Path.of("target", test.getSimpleName() + "-" + seed + ".txt"), schedule);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
