package io.dexklines.relay.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much each client may ask for: a number of units a second on average, and as many at once as
 * {@value #BURST_SECONDS} s bring. Thread-safe.
 *
 * <p>Remembers the {@value #MAX_CLIENTS} clients that asked last. Those before begin anew.
 */
public final class ClientRates {

    static final int BURST_SECONDS = 4;

    static final int MAX_CLIENTS = 50_000;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long nanosPerUnit;
    private final LongSupplier nanoTime;

    /** For each client the time at which it has paid for all that it asked for. */
    private final Map<String, Long> paidAtNanos =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                    return size() > MAX_CLIENTS;
                }
            };

    /**
     * @param unitsPerSecond positive
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public ClientRates(int unitsPerSecond, LongSupplier nanoTime) {
        this.nanosPerUnit = SECOND_NANOS / unitsPerSecond;
        this.nanoTime = nanoTime;
    }

    /**
     * Charges one unit to a client, unless it has asked for too much.
     *
     * @return 0, or after how many seconds the client may ask again
     */
    public synchronized long askSeconds(String client) {
        long now = nanoTime.getAsLong();
        long aheadNanos = paidAt(client, now) - now - BURST_SECONDS * SECOND_NANOS + nanosPerUnit;
        if (aheadNanos > 0) {
            return (aheadNanos + SECOND_NANOS - 1) / SECOND_NANOS;
        }
        charge(client, 1);
        return 0;
    }

    /** Charges further units to a client, whose next requests wait for them. */
    public synchronized void charge(String client, long units) {
        paidAtNanos.put(client, paidAt(client, nanoTime.getAsLong()) + units * nanosPerUnit);
    }

    private long paidAt(String client, long now) {
        Long paidAt = paidAtNanos.get(client);
        return paidAt == null || paidAt - now < 0 ? now : paidAt;
    }
}
