package io.dexklines.relay.api;

/**
 * What the history API may take.
 *
 * @param requestsPerSecond how many requests one client may send on average
 * @param maxPairListBytes the most memory for the list of pairs, in bytes
 */
public record HistoryLimits(int requestsPerSecond, long maxPairListBytes) {}
