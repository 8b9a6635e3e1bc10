package io.dexklines.relay.store;

import io.dexklines.text.RedisUri;

/**
 * The address of Redis, the prefix of its keys and the account to log in with.
 *
 * @param keyPrefix the text in front of all keys; may be empty
 * @param user null for none
 * @param password null for none; never part of {@link #toString}
 */
public record RedisAddress(RedisUri uri, String keyPrefix, String user, String password) {

    @Override
    public String toString() {
        return String.join(",", uri.nodes()) + (user == null ? "" : " as " + user);
    }
}
