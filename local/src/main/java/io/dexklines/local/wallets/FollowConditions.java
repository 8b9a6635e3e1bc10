package io.dexklines.local.wallets;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The conditions under which a follower is notified of a trade, as fields of the topic's JSON.
 *
 * @param side {@code buy}, {@code sell} or {@code any}
 * @param minUsd smallest value of a trade, in USD; null for no limit
 * @param maxUsd largest value of a trade, in USD; null for no limit
 * @param cooldownSeconds time after a notification without another one for the same pair; null for
 *     0
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FollowConditions(
        @JsonProperty("side") String side,
        @JsonProperty("min_usd") Double minUsd,
        @JsonProperty("max_usd") Double maxUsd,
        @JsonProperty("cooldown_s") Long cooldownSeconds) {

    /** Conditions that every trade fulfils. */
    public static final FollowConditions ALL = new FollowConditions("any", null, null, null);
}
