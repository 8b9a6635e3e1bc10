package io.dexklines.operator.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.operator.smartmoney.Disagreement.Subject;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * The oracle turns red when it should: each wrong stage is found out, in the way in which it is
 * wrong, by scenarios that the right one passes.
 */
class SmartMoneyNegativeControlTest {

    private static final int SEEDS = 40;

    @Test
    void theRightStageIsGreenWhereTheWrongOnesAreRed() throws Exception {
        assertThat(disagreements(scenario -> new HarnessStage(scenario.rules(), null))).isEmpty();
    }

    @Test
    void turnsRedWhenTheFilterDoesNotWaitForTheLists() throws Exception {
        assertRed(FaultyStage.FilterThatDoesNotWait::new, Subject.MISSED);
    }

    @Test
    void turnsRedWhenTheFilterLetsTimePassBeforeTheTrades() throws Exception {
        assertRed(
                FaultyStage.FilterWhoseTimeOvertakes::new,
                Subject.FOUND,
                // what comes after the end of time waits for ever
                Subject.LEFTOVER);
    }

    @Test
    void turnsRedWhenTheFilterSendsATradeTwice() throws Exception {
        assertRed(FaultyStage.FilterThatStutters::new, Subject.INVENTED);
    }

    @Test
    void turnsRedWhenTheFilterLetsAllPass() throws Exception {
        assertRed(FaultyStage.FilterThatLetsAllPass::new, Subject.UNFILTERED);
    }

    @Test
    void turnsRedWhenTheFilterIsForgottenInACrash() throws Exception {
        assertRed(FaultyStage.FilterThatForgets::new, Subject.MISSED);
    }

    @Test
    void turnsRedWhenTheCheckDoesNotWaitForTheLists() throws Exception {
        assertRed(FaultyStage.CheckThatDoesNotWait::new, Subject.FOUND);
    }

    @Test
    void turnsRedWhenFalsePositivesAreShown() throws Exception {
        assertRed(FaultyStage.CheckThatBelievesTheFilter::new, Subject.FOUND);
    }

    @Test
    void turnsRedWhenAFollowIsForgotten() throws Exception {
        assertRed(
                FaultyStage.CheckThatForgetsFollows::new,
                Subject.NOTIFIED,
                // where nothing is found of the wallet, its follow is missed in the end
                Subject.LEFTOVER);
    }

    @Test
    void turnsRedWithoutCooldown() throws Exception {
        assertRed(FaultyStage.CheckWithoutCooldown::new, Subject.NOTIFIED);
    }

    @Test
    void turnsRedWithoutDeduplication() throws Exception {
        assertRed(FaultyStage.WithoutDeduplication::new, Subject.FOUND);
    }

    @Test
    void turnsRedWhenSandwichesMakeClusters() throws Exception {
        assertRed(FaultyStage.ClustersOfSandwiches::new, Subject.CLUSTERS);
    }

    /** That at least one scenario in ten found it, for the first of these reasons, and no other. */
    private static void assertRed(Function<Scenario, Stage> stages, Subject reason, Subject... or)
            throws Exception {
        Map<Subject, Integer> found = disagreements(stages);
        assertThat(found.getOrDefault(reason, 0))
                .as("%s", found)
                .isGreaterThanOrEqualTo(SEEDS / 10);
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
