package io.dexklines.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * The continuous check of what the stores hold.
 *
 * @param klinesPerSecond how many closed klines each subtask compares per second, on average
 * @param delay how long after its emission a kline is first compared
 * @param patience how long after its emission a kline may be missing or older; at least {@code
 *     delay}
 * @param relayUrls {@code http://host:port} of the relays whose history is compared
 * @param relayCaFile a PEM file with the authorities of the relays to trust; null for Java's own
 */
public record CheckSettings(
        int klinesPerSecond,
        Duration delay,
        Duration patience,
        List<String> relayUrls,
        String relayCaFile)
        implements Serializable {

    /** A check of relays that publicly known authorities have signed, or without TLS. */
    public CheckSettings(
            int klinesPerSecond, Duration delay, Duration patience, List<String> relayUrls) {
        this(klinesPerSecond, delay, patience, relayUrls, null);
    }
}
