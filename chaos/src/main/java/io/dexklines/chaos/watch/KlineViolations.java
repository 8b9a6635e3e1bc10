package io.dexklines.chaos.watch;

import java.util.List;

/**
 * What a WebSocket client found in the kline messages that it received.
 *
 * @param klines the number of messages with a kline
 * @param stepsBack how often a kline returned to an older version within a connection, which must
 *     not happen
 * @param backwards the first of these steps, one text each
 * @param stepsBackAcrossConnections how often the first version of a kline in a new connection was
 *     older than one of an earlier connection, as after a relay has lost its memory
 * @param timesBack how often the time of a stream went back within a connection
 * @param folds how often a kline was compared with the smallest ones in it
 * @param wrongFolds how often it had another number of trades than they. The relay waits for at
 *     most 30 s for the klines of a job that has restarted to fit; then they may differ
 * @param otherViolations the first of all but {@code stepsBack}, one text each
 */
public record KlineViolations(
        long klines,
        long stepsBack,
        List<String> backwards,
        long stepsBackAcrossConnections,
        long timesBack,
        long folds,
        long wrongFolds,
        List<String> otherViolations) {}
