package io.dexklines.local.wallets;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.dexklines.text.DecimalText;
import java.util.Locale;

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

    /** Returns the conditions for people, such as {@code buys, from 10 USD}. */
    String text() {
        StringBuilder text =
                new StringBuilder(
                        switch (side == null ? "" : side.toLowerCase(Locale.ROOT)) {
                            case "buy" -> "buys";
                            case "sell" -> "sells";
                            case "any" -> "all trades";
                            default -> "no valid side";
                        });
        if (minUsd != null) {
            text.append(", from ").append(usd(minUsd));
        }
        if (maxUsd != null) {
            text.append(", up to ").append(usd(maxUsd));
        }
        if (cooldownSeconds != null && cooldownSeconds != 0) {
            text.append(", one of a pair in ").append(cooldownSeconds).append(" s");
        }
        return text.toString();
    }

    private static String usd(double amount) {
        return (Double.isFinite(amount) ? DecimalText.of(amount) : amount) + " USD";
    }
}
