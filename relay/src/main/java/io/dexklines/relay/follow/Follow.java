package io.dexklines.relay.follow;

/**
 * A user's follow of a wallet, with its conditions.
 *
 * @param side the trades to notify of: {@code buy}, {@code sell} or {@code any}
 * @param minUsd the smallest value of a trade to notify of, in US dollars; null for no limit
 * @param maxUsd the largest value of a trade to notify of, in US dollars; null for no limit
 * @param cooldownSeconds how long after a notification there is no other one for the same pair;
 *     null for no cooldown
 */
public record Follow(
        Wallet wallet, String side, Double minUsd, Double maxUsd, Long cooldownSeconds) {}
