package io.dexklines.smartmoney;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SmartMoneyRulesTest {

    @Test
    void invalidValuesAreRefusedByName() {
        assertRefused(
                "falsePositiveRate must be above 0 and below 1: 0.0",
                () -> new SmartMoneyRules(0, 1, 1, 1, 1, 1, 2, 1, 0));
        assertRefused(
                "falsePositiveRate must be above 0 and below 1: NaN",
                () -> new SmartMoneyRules(Double.NaN, 1, 1, 1, 1, 1, 2, 1, 0));
        assertRefused(
                "expectedWallets must be positive: 0",
                () -> new SmartMoneyRules(0.1, 0, 1, 1, 1, 1, 2, 1, 0));
        assertRefused(
                "maxWaitingTrades must be positive: 0",
                () -> new SmartMoneyRules(0.1, 1, 0, 1, 1, 1, 2, 1, 0));
        assertRefused(
                "maxUndecidedTrades must be positive: 0",
                () -> new SmartMoneyRules(0.1, 1, 1, 0, 1, 1, 2, 1, 0));
        assertRefused(
                "rememberTradesMs must be positive: 0",
                () -> new SmartMoneyRules(0.1, 1, 1, 1, 0, 1, 2, 1, 0));
        assertRefused(
                "rememberFirstBuysMs must be positive: -1",
                () -> new SmartMoneyRules(0.1, 1, 1, 1, 1, -1, 2, 1, 0));
        assertRefused(
                "clusterWallets must be at least 2: 1",
                () -> new SmartMoneyRules(0.1, 1, 1, 1, 1, 1, 1, 1, 0));
        assertRefused(
                "clusterWindowMs must be positive: 0",
                () -> new SmartMoneyRules(0.1, 1, 1, 1, 1, 1, 2, 0, 0));
        assertRefused(
                "clusterMinUsd must not be negative: -0.5",
                () -> new SmartMoneyRules(0.1, 1, 1, 1, 1, 1, 2, 1, -0.5));
    }

    private static void assertRefused(String message, Runnable rules) {
        assertThatIllegalArgumentException().isThrownBy(rules::run).withMessage(message);
    }
}
