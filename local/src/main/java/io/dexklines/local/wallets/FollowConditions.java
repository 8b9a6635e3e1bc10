package io.dexklines.local.wallets;

/**
 * Of which trades a follower wants to be told.
 *
 * @param side {@code buy}, {@code sell} or {@code any}
 * @param minUsd the least value in USD; null for any
 * @param maxUsd the greatest value in USD; null for any
 * @param cooldownSeconds for how long repeats in one pair are swallowed; null for none
 */
public record FollowConditions(String side, Double minUsd, Double maxUsd, Long cooldownSeconds) {

    /** Of all of them. */
    public static final FollowConditions ALL = new FollowConditions("any", null, null, null);
}
