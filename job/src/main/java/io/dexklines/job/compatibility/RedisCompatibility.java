package io.dexklines.job.compatibility;

import io.dexklines.kline.CacheRetention;
import io.dexklines.text.AddressCase;
import io.dexklines.trade.Pair;
import java.io.Serializable;

/**
 * How Redis is written, for readers that expect what the Go consumers write.
 *
 * @param retention which klines a set keeps
 * @param addressCase the case of addresses in keys, members and updates
 * @param updatesChannel the Pub/Sub channel on which each change is published; null for none
 */
public record RedisCompatibility(
        CacheRetention retention, AddressCase addressCase, String updatesChannel)
        implements Serializable {

    /** The default, in which every option is off. */
    public static final RedisCompatibility OFF =
            new RedisCompatibility(CacheRetention.NEWEST, AddressCase.LOWER, null);

    /** Returns the address of a pair as readers of Redis expect it. */
    public String address(Pair pair) {
        return addressCase.of(pair.chainId(), pair.address());
    }
}
