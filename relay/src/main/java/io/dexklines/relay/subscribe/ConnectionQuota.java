package io.dexklines.relay.subscribe;

import java.util.HashMap;
import java.util.Map;

/** How many subscribers there may be, over all and from one address. Safe for use by any thread. */
public final class ConnectionQuota {

    /** The answer to one more connection. */
    enum Verdict {
        ADMITTED,
        TOO_MANY_FROM_ADDRESS,
        TOO_MANY
    }

    private final int max;
    private final int maxPerAddress;
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int total;

    public ConnectionQuota(int max, int maxPerAddress) {
        this.max = max;
        this.maxPerAddress = maxPerAddress;
    }

    /** Takes a place if there is one: whoever was admitted has to {@link #release} it. */
    synchronized Verdict acquire(String address) {
        if (total >= max) {
            return Verdict.TOO_MANY;
        }
        if (byAddress.getOrDefault(address, 0) >= maxPerAddress) {
            return Verdict.TOO_MANY_FROM_ADDRESS;
        }
        total++;
        byAddress.merge(address, 1, Integer::sum);
        return Verdict.ADMITTED;
    }

    synchronized void release(String address) {
        total--;
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
