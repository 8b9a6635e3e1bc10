package io.dexklines.job.config;

import io.dexklines.secret.SecretReference;
import java.io.Serializable;
import java.util.List;

/**
 * The relays to which browsers subscribe.
 *
 * @param urls the publishing address of each, {@code ws://host:port/publish} or {@code wss}; at
 *     least one
 * @param token the reference to the publisher's token
 * @param caFile a PEM file with the authorities to trust; null for Java's own
 * @param memoryBytes the most heap that a subtask uses for klines that wait or may be sent again
 * @param tapeTrades the most trades of a pair that are published per live interval; 0 if none are
 */
public record RelaySettings(
        List<String> urls, SecretReference token, String caFile, int memoryBytes, int tapeTrades)
        implements Serializable {}
