package io.dexklines.relay.store;

import io.dexklines.kline.CacheRetention;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.text.AddressCase;
import io.dexklines.text.RedisUri;

/**
 * The address of Redis, what it holds under which keys, and the account to log in with.
 *
 * @param keyPrefix the text in front of all keys; may be empty
 * @param user null for none
 * @param password null for none; never part of {@link #toString}
 * @param retention which klines the job keeps in Redis
 * @param addressCase the case of addresses in its keys
 */
public record RedisAddress(
        RedisUri uri,
        String keyPrefix,
        String user,
        String password,
        CacheRetention retention,
        AddressCase addressCase) {

    /** Creates the address of a Redis that has what it has by default. */
    public RedisAddress(RedisUri uri, String keyPrefix, String user, String password) {
        this(uri, keyPrefix, user, password, CacheRetention.NEWEST, AddressCase.LOWER);
    }

    /** Returns the key of the sorted set of a series. */
    String key(KlineSeries series) {
        return keyPrefix
                + "kline:"
                + series.chainId()
                + ':'
                + addressCase.of(series.chainId(), series.pairAddr())
                + ':'
                + series.interval().code();
    }

    @Override
    public String toString() {
        return String.join(",", uri.nodes()) + (user == null ? "" : " as " + user);
    }
}
