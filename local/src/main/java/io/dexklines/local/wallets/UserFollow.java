package io.dexklines.local.wallets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Comparator;
import java.util.Optional;

/**
 * A user's follow of a wallet, as the topic of follows has it. Follows are ordered by user, chain
 * and address.
 *
 * @param conditions empty if the value of the record is not readable, which the job refuses
 */
public record UserFollow(String userId, WalletKey wallet, Optional<FollowConditions> conditions)
        implements Comparable<UserFollow> {

    private static final Comparator<UserFollow> ORDER =
            Comparator.comparing(UserFollow::userId)
                    .thenComparing(follow -> follow.wallet().chainId())
                    .thenComparing(follow -> follow.wallet().address());

    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * Reads a record of the topic.
     *
     * @param key {@code chain_id:address:user_id}
     * @param value a JSON object with the conditions
     * @return empty if the key has another form
     */
    static Optional<UserFollow> ofRecord(String key, String value) {
        String[] parts = key.split(":", 3);
        if (parts.length < 3 || parts[2].isEmpty()) {
            return Optional.empty();
        }
        try {
            WalletKey wallet = WalletKey.of(parts[0], parts[1]);
            return Optional.of(new UserFollow(parts[2], wallet, conditions(value)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<FollowConditions> conditions(String value) {
        try {
            return Optional.ofNullable(JSON.readValue(value, FollowConditions.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Returns the conditions for people, such as {@code buys, from 10 USD}. */
    String describedConditions() {
        return conditions.map(FollowConditions::text).orElse("unreadable conditions");
    }

    @Override
    public int compareTo(UserFollow other) {
        return ORDER.compare(this, other);
    }
}
