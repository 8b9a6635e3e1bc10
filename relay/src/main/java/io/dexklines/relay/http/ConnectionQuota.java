package io.dexklines.relay.http;

import java.util.HashMap;
import java.util.Map;

/** Limits the number of connections of a port, in total and for each client. Thread-safe. */
public final class ConnectionQuota {

    private final int max;
    private final int maxPerClient;
    private final Map<String, Integer> byClient = new HashMap<>();
    private int total;

    public ConnectionQuota(int max, int maxPerClient) {
        this.max = max;
        this.maxPerClient = maxPerClient;
    }

    /** Requests a connection. Each one that is admitted must be {@linkplain #close closed}. */
    synchronized boolean open() {
        if (total >= max) {
            return false;
        }
        total++;
        return true;
    }

    synchronized void close() {
        total--;
    }

    /**
     * Requests a place among the connections of one client. Each place must be {@linkplain #release
     * released}.
     *
     * @param client as {@link ClientAddress#key} returns it
     */
    synchronized boolean acquire(String client) {
        if (byClient.getOrDefault(client, 0) >= maxPerClient) {
            return false;
        }
        byClient.merge(client, 1, Integer::sum);
        return true;
    }

    synchronized void release(String client) {
        byClient.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }
}
