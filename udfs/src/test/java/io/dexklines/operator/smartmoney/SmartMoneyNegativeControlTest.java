package io.dexklines.operator.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.operator.smartmoney.Disagreement.Subject;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Checks that the simulation fails when it should. It detects the fault of every {@link
 * FaultyStage}, in scenarios that the operators pass.
 */
class SmartMoneyNegativeControlTest {

    private static final int SEEDS = 40;

    @Test
    void theOperatorsPassTheScenariosOfTheFaultyStages() throws Exception {
        assertThat(disagreements(scenario -> new HarnessStage(scenario.rules(), null))).isEmpty();
    }

    @Test
    void failsWhenTheFilterDoesNotWaitForTheLists() throws Exception {
        assertDetected(FaultyStage.FilterThatDoesNotWait::new, Subject.MISSED);
    }

    @Test
    void failsWhenTheFilterSendsWatermarksBeforeTheTrades() throws Exception {
        assertDetected(
                FaultyStage.FilterWithEarlyWatermarks::new,
                Subject.FOUND,
                // a trade that arrives after the final watermark is never decided
                Subject.LEFTOVER);
    }

    @Test
    void failsWhenTheFilterSendsATradeTwice() throws Exception {
        assertDetected(FaultyStage.FilterThatSendsTwice::new, Subject.INVENTED);
    }

    @Test
    void failsWhenTheFilterPassesAllTrades() throws Exception {
        assertDetected(FaultyStage.FilterThatPassesAll::new, Subject.UNFILTERED);
    }

    @Test
    void failsWhenTheFilterIsForgottenInACrash() throws Exception {
        assertDetected(FaultyStage.FilterThatForgets::new, Subject.MISSED);
    }

    @Test
    void failsWhenTheCheckDoesNotWaitForTheLists() throws Exception {
        assertDetected(FaultyStage.CheckThatDoesNotWait::new, Subject.FOUND);
    }

    @Test
    void failsWhenFalsePositivesAreFound() throws Exception {
        assertDetected(
                FaultyStage.CheckThatTrustsTheFilter::new,
                Subject.FOUND,
                // the stage lists the wallet, which the scenario does not
                Subject.LEFTOVER);
    }

    @Test
    void failsWhenAFollowIsForgotten() throws Exception {
        assertDetected(
                FaultyStage.CheckThatForgetsFollows::new,
                Subject.NOTIFIED,
                // if no trade of the wallet is found, only the missing entry of state shows the
                // fault
                Subject.LEFTOVER);
    }

    @Test
    void failsWithoutCooldown() throws Exception {
        assertDetected(FaultyStage.CheckWithoutCooldown::new, Subject.NOTIFIED);
    }

    @Test
    void failsWithoutDeduplication() throws Exception {
        assertDetected(FaultyStage.WithoutDeduplication::new, Subject.FOUND);
    }

    @Test
    void failsWhenSandwichesMakeClusters() throws Exception {
        assertDetected(FaultyStage.ClustersOfSandwiches::new, Subject.CLUSTERS);
    }

    @Test
    void failsWhenTheEndOfTheInputsIsTakenForATime() throws Exception {
        assertDetected(FaultyStage.StageThatEndsTime::new, Subject.INVENTED);
    }

    /**
     * Asserts that at least one scenario in twenty fails for {@code reason}, and none for a reason
     * that is not given.
     */
    private static void assertDetected(
            Function<Scenario, Stage> stages, Subject reason, Subject... or) throws Exception {
        Map<Subject, Integer> found = disagreements(stages);
        assertThat(found.getOrDefault(reason, 0))
                .as("%s", found)
                .isGreaterThanOrEqualTo(SEEDS / 20);
        assertThat(found.keySet()).isSubsetOf(EnumSet.of(reason, or));
    }

    private static Map<Subject, Integer> disagreements(Function<Scenario, Stage> stages)
            throws Exception {
        Map<Subject, Integer> found = new EnumMap<>(Subject.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            Scenario scenario = Scenario.of(seed);
            try (Stage stage = stages.apply(scenario)) {
                new Simulation(stage, scenario, seed).run();
            } catch (Disagreement disagreement) {
                found.merge(disagreement.subject(), 1, Integer::sum);
            }
        }
        return found;
    }
}
