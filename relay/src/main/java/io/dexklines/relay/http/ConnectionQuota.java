package io.dexklines.relay.http;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Limits the connections of a port: how many there are in total and of each client, and how many a
 * client opens. It may open half as many a second as it may have, on average. Thread-safe.
 */
public final class ConnectionQuota {

    private final int max;
    private final int maxPerClient;
    private final Map<String, Integer> byClient = new HashMap<>();
    private final ClientRates rates;
    private int total;

    public ConnectionQuota(int max, int maxPerClient) {
        this(max, maxPerClient, System::nanoTime);
    }

    ConnectionQuota(int max, int maxPerClient, LongSupplier nanoTime) {
        this.rates = new ClientRates(Math.max(1, maxPerClient / 2), nanoTime);
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

    /** Requests a place for a connection that the client has just opened, unless it opens many. */
    boolean acquireNew(String client) {
        if (!acquire(client)) {
            return false;
        }
        if (rates.askSeconds(client) > 0) {
            release(client);
            return false;
        }
        return true;
    }

    synchronized void release(String client) {
        byClient.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }
}
