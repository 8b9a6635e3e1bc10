package io.dexklines.chaos.input;

import java.time.Duration;

/**
 * The settings of a chaos input. Equal settings give equal steps, byte for byte; see {@link
 * InputPlan}.
 *
 * @param seed determines the market and everything that is injected into it
 * @param startMs when the market opens, epoch milliseconds; steps of the past are published at once
 * @param length time after which the input ends by itself
 * @param tradesPerSecond average number of trades of the simulated market per second, over all
 *     chains
 * @param pairs number of pairs over all chains, at least 20
 * @param disturbance a factor on the rates of everything that is injected; 0 for the market alone
 */
public record InputSettings(
        long seed,
        long startMs,
        Duration length,
        double tradesPerSecond,
        int pairs,
        double disturbance) {

    private static final Duration ENDLESS = Duration.ofDays(365);
    private static final int DEFAULT_PAIRS = 200;

    public InputSettings {
        if (length.isNegative()) {
            throw new IllegalArgumentException("the length must not be negative, not " + length);
        }
        if (!(disturbance >= 0) || disturbance > 100) {
            throw new IllegalArgumentException(
                    "the disturbance must be between 0 and 100, not " + disturbance);
        }
    }

    /** Returns the settings of an input of 200 pairs with the usual disturbance, without an end. */
    public static InputSettings of(long seed, long startMs, double tradesPerSecond) {
        return new InputSettings(seed, startMs, ENDLESS, tradesPerSecond, DEFAULT_PAIRS, 1);
    }

    public InputSettings withLength(Duration other) {
        return new InputSettings(seed, startMs, other, tradesPerSecond, pairs, disturbance);
    }

    public InputSettings withPairs(int other) {
        return new InputSettings(seed, startMs, length, tradesPerSecond, other, disturbance);
    }

    public InputSettings withDisturbance(double other) {
        return new InputSettings(seed, startMs, length, tradesPerSecond, pairs, other);
    }

    /** Returns when the input ends by itself, epoch milliseconds. */
    long endMs() {
        return startMs + length.toMillis();
    }
}
