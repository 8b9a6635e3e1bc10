package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of comparing smart-money trades and notifications with the topics. Not thread-safe.
 */
final class SmartMoneyResult {

    /** The reasons why the topics do not decide a comparison. */
    enum Undecided {
        /** The lists changed, or a wallet or follow was added after the trade was written. */
        LIST_CHANGE,
        /** A cooldown may have swallowed the notification. */
        COOLDOWN,
        /** Whether a buy was the wallet's first depends on the buys before it. */
        FIRST_BUY,
        /** The trade was redelivered after the job had forgotten it. */
        REDELIVERY
    }

    /** Trades that are missing from MySQL, and notifications that are missing from their topic. */
    final List<String> lost = new ArrayList<>();

    /** Trades and notifications that differ from the trade in the topics. */
    final List<String> mismatched = new ArrayList<>();

    /** Trades and notifications that belong to no trade in the topics. */
    final List<String> surplus = new ArrayList<>();

    /** Notifications and clusters that occur more than once. */
    final List<String> doubled = new ArrayList<>();

    private final Map<Undecided, Long> undecided = new EnumMap<>(Undecided.class);

    /** The number of trades and notifications compared, including missing ones. */
    long compared;

    /** The number of notifications that the topics decide, present or missing. */
    long notificationsExpected;

    /** The number of trades missing from MySQL because it refused them. */
    long refused;

    /** The number of trades and notifications older than what the topics still hold. */
    long incomparable;

    void undecided(Undecided why) {
        undecided.merge(why, 1L, Long::sum);
    }

    long undecidedCount() {
        return undecided.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns whether nothing is wrong. */
    boolean isClean() {
        return lost.isEmpty() && mismatched.isEmpty() && surplus.isEmpty() && doubled.isEmpty();
    }

    /** Returns whether there was nothing to compare. */
    boolean isEmpty() {
        return isClean() && compared + refused + incomparable + undecidedCount() == 0;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "smart money: compared %d, lost %d, mismatched %d, surplus %d, doubled %d,"
                                + " refused %d, undecided %d",
                        compared,
                        lost.size(),
                        mismatched.size(),
                        surplus.size(),
                        doubled.size(),
                        refused,
                        undecidedCount()));
        undecided.forEach(
                (why, count) ->
                        text.append(", ")
                                .append(why.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                                .append(' ')
                                .append(count));
        return text.toString();
    }
}
