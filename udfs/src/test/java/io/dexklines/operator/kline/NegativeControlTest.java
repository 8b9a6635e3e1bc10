package io.dexklines.operator.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.clock.EnumeratorClocks;
import io.dexklines.clock.FaultyClocks;
import io.dexklines.clock.SimulatedSources.Conditions;
import io.dexklines.operator.kline.Disagreement.Subject;
import io.dexklines.operator.kline.Scenario.Possible;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks that the simulation fails when it should. It detects the fault of every {@link
 * FaultyEngine} and of faulty clocks, in scenarios that the operator passes.
 */
class NegativeControlTest {

    private static final int SEEDS = 40;
    private static final int SEEDS_ON_ROCKS = 20;
    private static final int SEEDS_OF_SOURCES = 100;

    private static final Conditions ORDERLY = new Conditions(true, true, 160);
    private static final Conditions DISORDERLY = new Conditions(false, true, 160);

    private static final Possible NO_CRASHES = new Possible(true, true, false);
    private static final Possible NOTHING_LATE_OR_CRASHING = new Possible(true, false, false);

    @Test
    void theOperatorPassesTheScenariosOfTheFaultyEngines() throws Exception {
        for (Possible possible :
                new Possible[] {
                    NO_CRASHES,
                    NOTHING_LATE_OR_CRASHING,
                    Possible.ONLY_DISORDER,
                    Possible.EVERYTHING
                }) {
            assertThat(
                            disagreements(
                                    possible,
                                    scenario ->
                                            new HarnessEngine(
                                                    scenario.rules(),
                                                    scenario.liveIntervalMs(),
                                                    null)))
                    .isEmpty();
        }
    }

    @Test
    void failsWithoutDeduplication() throws Exception {
        assertDetected(
                disagreements(NOTHING_LATE_OR_CRASHING, FaultyEngine.WithoutDeduplication::new),
                Subject.EXCLUSION);
    }

    @Test
    void failsWhenTradesAreSortedByArrival() throws Exception {
        assertDetected(
                disagreements(Possible.ONLY_DISORDER, FaultyEngine.SortingByArrival::new),
                Subject.VALUE);
    }

    @Test
    void failsWhenSumsAreRoundedAtEveryTrade() throws Exception {
        assertDetected(
                disagreements(Possible.ONLY_DISORDER, FaultyEngine.NaiveSums::new), Subject.VALUE);
    }

    @Test
    void failsWhenEveryIntervalHasItsOwnOperator() throws Exception {
        assertDetected(
                disagreements(NO_CRASHES, FaultyEngine.OneOperatorPerInterval::new),
                Subject.MERGE,
                Subject.EMISSION);
    }

    @Test
    void failsWhenEveryIntervalHasItsOwnLateness() throws Exception {
        // without this, a merge fails before the first late trade
        Set<Subject> ignored = EnumSet.of(Subject.MERGE);

        assertDetected(
                disagreements(NO_CRASHES, FaultyEngine.OneOperatorPerInterval::new, ignored),
                Subject.VALUE,
                // a larger kline whose only trade is in no smaller one
                Subject.EMISSION);
    }

    @Test
    void failsWhenTheWatermarkIsForgottenInACrash() throws Exception {
        // rare: it takes a trade that arrives after a crash, before the watermark has caught up
        assertThat(disagreements(Possible.EVERYTHING, FaultyEngine.ForgettingTheWatermark::new))
                .containsKey(Subject.EXCLUSION);
    }

    @Test
    void failsWhenLateTradesAreDroppedSilently() throws Exception {
        assertDetected(
                disagreements(NO_CRASHES, FaultyEngine.SilentAboutLateTrades::new),
                Subject.EXCLUSION);
    }

    @Test
    void failsWhenChangesAreEmittedTooLate() throws Exception {
        assertDetected(
                disagreements(Possible.ONLY_DISORDER, FaultyEngine.SlowToEmit::new), Subject.LIVE);
    }

    @Test
    void failsWhenTradesAreLateBeforeTheReplayOfACrashIsOver() throws Exception {
        // rare: a trade that was counted before the crash has to come after newer ones in the
        // replay
        Map<Subject, Integer> found = new EnumMap<>(Subject.class);
        for (long seed = 700; seed < 860; seed++) {
            Scenario scenario = Scenario.of(seed, Possible.EVERYTHING);
            try (Engine engine =
                    new HarnessEngine(scenario.rules(), scenario.liveIntervalMs(), null)) {
                new Simulation(engine, scenario, Possible.EVERYTHING, seed)
                        .withoutHoldingAfterCrashes()
                        .run();
            } catch (Disagreement disagreement) {
                found.merge(disagreement.subject(), 1, Integer::sum);
            }
        }
        assertThat(found).containsOnlyKeys(Subject.TABLE);
    }

    @Test
    void failsWhenDecodedPairsAreNotWrittenBeforeABarrier(@TempDir Path rocks) throws Exception {
        Map<Subject, Integer> found = new EnumMap<>(Subject.class);
        for (long seed = 1; seed <= SEEDS_ON_ROCKS; seed++) {
            Scenario scenario = Scenario.of(seed, Possible.EVERYTHING);
            try (Engine engine = new FaultyEngine.WithoutWriteBack(scenario, rocks)) {
                new Simulation(engine, scenario, Possible.EVERYTHING, seed).run();
            } catch (Disagreement disagreement) {
                found.merge(disagreement.subject(), 1, Integer::sum);
            }
        }
        assertThat(found).isNotEmpty();
    }

    @Test
    void theClocksPassTheScenariosOfTheFaultyOnes() throws Exception {
        assertThat(disagreements(ORDERLY, EnumeratorClocks::new)).isEmpty();
        assertThat(disagreements(DISORDERLY, EnumeratorClocks::new)).isEmpty();
    }

    @Test
    void failsWithOneWatermarkForAllChains() throws Exception {
        // both: trades of orderly feeds are late, and some of them are in a sink nevertheless
        assertThat(disagreements(ORDERLY, FaultyClocks.OneWatermark::new))
                .containsOnlyKeys(Subject.CLOCK, Subject.TABLE);
    }

    @Test
    void failsWhenAPartitionThatIsSilentIsTakenForIdle() throws Exception {
        assertThat(disagreements(ORDERLY, FaultyClocks.IdlePartitions::new))
                .containsOnlyKeys(Subject.CLOCK, Subject.TABLE);
    }

    @Test
    void failsWhenTheLastStableOffsetIsTakenForTheEnd() throws Exception {
        assertThat(disagreements(ORDERLY, FaultyClocks.AskingForTheLastStableOffset::new))
                .containsOnlyKeys(Subject.CLOCK);
    }

    @Test
    void failsWithoutHoldingTheClocksAfterARestart() throws Exception {
        assertThat(disagreements(DISORDERLY, FaultyClocks.NotHoldingAfterARestart::new))
                .containsOnlyKeys(Subject.TABLE);
    }

    @Test
    void failsWhenAFurtherRestartAsksForNoEnds() throws Exception {
        // rare: it takes two crashes, with a checkpoint while what the first one left is replayed
        assertThat(
                        disagreements(
                                DISORDERLY,
                                FaultyClocks.KeepingTheEndsOfTheFirstRestart::new,
                                250,
                                260))
                .containsOnlyKeys(Subject.TABLE);
    }

    private static Map<Subject, Integer> disagreements(
            Conditions conditions, EnumeratorClocks.Factory clocks) throws Exception {
        return disagreements(conditions, clocks, 1, SEEDS_OF_SOURCES);
    }

    private static Map<Subject, Integer> disagreements(
            Conditions conditions, EnumeratorClocks.Factory clocks, long firstSeed, long lastSeed)
            throws Exception {
        Map<Subject, Integer> found = new EnumMap<>(Subject.class);
        for (long seed = firstSeed; seed <= lastSeed; seed++) {
            try {
                new SourcesSimulation(seed, conditions, clocks, null)
                        .run(new SourcesSimulation.Totals());
            } catch (Disagreement disagreement) {
                found.merge(disagreement.subject(), 1, Integer::sum);
            }
        }
        return found;
    }

    /**
     * Asserts that at least one scenario in ten fails for {@code reason}, and none for a reason
     * that is not given.
     */
    private static void assertDetected(Map<Subject, Integer> found, Subject reason, Subject... or) {
        assertThat(found.getOrDefault(reason, 0)).isGreaterThanOrEqualTo(SEEDS / 10);
        assertThat(found.keySet()).isSubsetOf(EnumSet.of(reason, or));
    }

    private static Map<Subject, Integer> disagreements(
            Possible possible, Function<Scenario, Engine> engines) throws Exception {
        return disagreements(possible, engines, EnumSet.noneOf(Subject.class));
    }

    private static Map<Subject, Integer> disagreements(
            Possible possible, Function<Scenario, Engine> engines, Set<Subject> ignored)
            throws Exception {
        Map<Subject, Integer> found = new EnumMap<>(Subject.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            Scenario scenario = Scenario.of(seed, possible);
            try (Engine engine = engines.apply(scenario)) {
                new Simulation(engine, scenario, possible, seed, ignored).run();
            } catch (Disagreement disagreement) {
                found.merge(disagreement.subject(), 1, Integer::sum);
            }
        }
        return found;
    }
}
