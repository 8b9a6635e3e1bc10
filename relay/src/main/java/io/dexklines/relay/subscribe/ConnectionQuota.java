package io.dexklines.relay.subscribe;

import java.util.HashMap;
import java.util.Map;

/** Limits the number of subscribers in total and per IP address. Thread-safe. */
public final class ConnectionQuota {

    /** The result of {@link #acquire}. */
    enum Admission {
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

    /** Requests a connection. Each one that is admitted must be {@linkplain #release released}. */
    synchronized Admission acquire(String address) {
        if (total >= max) {
            return Admission.TOO_MANY;
        }
        if (byAddress.getOrDefault(address, 0) >= maxPerAddress) {
            return Admission.TOO_MANY_FROM_ADDRESS;
        }
        total++;
        byAddress.merge(address, 1, Integer::sum);
        return Admission.ADMITTED;
    }

    synchronized void release(String address) {
        total--;
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
