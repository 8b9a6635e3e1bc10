package io.dexklines.operator.kline;

import io.dexklines.clock.EnumeratorClocks;
import io.dexklines.clock.Seeds;
import io.dexklines.clock.SimulatedSources.Conditions;
import io.dexklines.operator.kline.SourcesSimulation.Totals;
import org.junit.jupiter.api.Test;

/**
 * Runs the operator behind thousands of simulated sources, and compares it with the oracle after
 * every step. See {@link Seeds} for how many, and how to repeat one.
 */
class SourcesSimulationTest {

    @Test
    void countsEveryTradeOfAnOrderlyFeed() {
        run(new Conditions(true, true, 120));
    }

    @Test
    void agreesWithTheOracleInADisorderlyFeed() {
        run(new Conditions(false, true, 120));
    }

    private void run(Conditions conditions) {
        Totals totals = new Totals();
        String seeds =
                Seeds.run(
                        getClass(),
                        (seed, schedule) ->
                                new SourcesSimulation(
                                                seed, conditions, EnumeratorClocks::new, schedule)
                                        .run(totals));
        System.out.printf("%s, %s: %s%n", conditions, seeds, totals);
    }
}
