package io.dexklines.smartmoney;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SmartMoneyRulesTest {

    @Test
    void invalidValuesAreRefusedByName() {
        assertRefused(
                "the false-positive rate must be above 0 and below 1: 0.0",
                () -> new SmartMoneyRules(0, 1, 1, 1, 1, 2, 1, 0));
        assertRefused(
                "the false-positive rate must be above 0 and below 1: NaN",
                () -> new SmartMoneyRules(Double.NaN, 1, 1, 1, 1, 2, 1, 0));
        assertRefused(
                "the expected wallets must be positive: 0",
                () -> new SmartMoneyRules(0.1, 0, 1, 1, 1, 2, 1, 0));
        assertRefused(
                "the waiting trades must be positive: 0",
                () -> new SmartMoneyRules(0.1, 1, 0, 1, 1, 2, 1, 0));
        assertRefused(
                "trades must be remembered: 0",
                () -> new SmartMoneyRules(0.1, 1, 1, 0, 1, 2, 1, 0));
        assertRefused(
                "first buys must be remembered: -1",
                () -> new SmartMoneyRules(0.1, 1, 1, 1, -1, 2, 1, 0));
        assertRefused(
                "a cluster must have two wallets or more: 1",
                () -> new SmartMoneyRules(0.1, 1, 1, 1, 1, 1, 1, 0));
        assertRefused(
                "a cluster's window must be positive: 0",
                () -> new SmartMoneyRules(0.1, 1, 1, 1, 1, 2, 0, 0));
        assertRefused(
                "a cluster's floor must not be negative: -0.5",
                () -> new SmartMoneyRules(0.1, 1, 1, 1, 1, 2, 1, -0.5));
    }

    private static void assertRefused(String message, Runnable rules) {
        assertThatIllegalArgumentException().isThrownBy(rules::run).withMessage(message);
    }
}
