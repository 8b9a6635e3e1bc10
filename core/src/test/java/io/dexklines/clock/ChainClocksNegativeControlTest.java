package io.dexklines.clock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.clock.CountingJob.Fault;
import io.dexklines.clock.SimulatedSources.Conditions;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Checks that the simulation of the clocks fails for the fault of each of {@link FaultyClocks}. */
class ChainClocksNegativeControlTest {

    private static final int SEEDS = 300;

    private static final Conditions NO_CRASHES = new Conditions(true, false, 160);
    private static final Conditions CRASHES = new Conditions(true, true, 160);
    private static final Conditions DISORDERLY = new Conditions(false, true, 160);

    @Test
    void theClocksPassTheScenariosOfTheFaultyOnes() throws Exception {
        for (Conditions conditions : new Conditions[] {NO_CRASHES, CRASHES, DISORDERLY}) {
            assertThat(faults(conditions, EnumeratorClocks::new)).isEmpty();
        }
    }

    @Test
    void failsWithOneWatermarkForAllChains() throws Exception {
        assertThat(faults(NO_CRASHES, FaultyClocks.OneWatermark::new).get(Fault.LATE))
                .isGreaterThan(SEEDS / 4);
    }

    @Test
    void failsWhenAPartitionThatIsSilentIsTakenForIdle() throws Exception {
        assertThat(faults(NO_CRASHES, FaultyClocks.IdlePartitions::new).get(Fault.LATE))
                .isGreaterThan(SEEDS / 8);
    }

    @Test
    void failsWhenTheLastStableOffsetIsTakenForTheEnd() throws Exception {
        assertThat(faults(NO_CRASHES, FaultyClocks.AskingForTheLastStableOffset::new))
                .containsOnlyKeys(Fault.LATE);
    }

    @Test
    void failsWhenAnEndIsAskedForBeforeTheNewerTrade() throws Exception {
        assertThat(faults(NO_CRASHES, FaultyClocks.AskingBeforeTheNewerTrade::new))
                .containsOnlyKeys(Fault.LATE);
    }

    @Test
    void failsWithoutHoldingAfterARestart() throws Exception {
        assertThat(faults(CRASHES, FaultyClocks.NotHoldingAfterARestart::new))
                .containsOnlyKeys(Fault.LATE);
        assertThat(faults(DISORDERLY, FaultyClocks.NotHoldingAfterARestart::new))
                .containsOnlyKeys(Fault.NOT_COUNTED_AGAIN);
    }

    @Test
    void failsWhenAFurtherRestartAsksForNoEnds() throws Exception {
        assertThat(faults(DISORDERLY, FaultyClocks.KeepingTheEndsOfTheFirstRestart::new))
                .containsOnlyKeys(Fault.NOT_COUNTED_AGAIN);
    }

    @Test
    void failsWithoutWaitingForProducersThatRetry() throws Exception {
        assertThat(faults(NO_CRASHES, FaultyClocks.NotWaitingForRetries::new))
                .containsOnlyKeys(Fault.LATE);
    }

    private static Map<Fault, Integer> faults(
            Conditions conditions, EnumeratorClocks.Factory clocks) throws Exception {
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            Fault fault = CountingJob.run(seed, conditions, clocks, null);
            if (fault != null) {
                faults.merge(fault, 1, Integer::sum);
            }
        }
        return faults;
    }
}
