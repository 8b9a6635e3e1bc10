package io.dexklines.local.replay;

import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.trade.Trade;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The times of the first trades of a file, which in an orderly file are the oldest. */
final class FirstTrades {

    /** Number of records that are read. A record is about a block. */
    private static final int RECORDS = 100;

    /** Trades of any time are valid here. */
    private static final Duration ANY_FUTURE = Duration.ofDays(36_500);

    /** The earliest block time of each chain. */
    private final Map<String, Instant> byChain = new TreeMap<>();

    /**
     * A chain whose trades are late.
     *
     * @param clock the clock of the chain
     * @param firstTrade the time of the first trade of the file
     */
    record Late(String chainId, Instant clock, Instant firstTrade) {}

    /**
     * Reads the first records of a file.
     *
     * @param source at its beginning
     * @param chains the chains that the topic may carry
     */
    FirstTrades(ReplaySource source, String topic, Set<String> chains) throws IOException {
        JsonTradeDecoder decoder =
                new JsonTradeDecoder(Map.of(topic, chains), ANY_FUTURE, Clock.systemUTC());
        byte[] line = source.nextLine();
        for (int record = 0; record < RECORDS && line != null; record++) {
            for (Trade trade : decoder.decode(line, topic, 0, record).trades()) {
                byChain.merge(
                        trade.chainId(),
                        Instant.ofEpochSecond(trade.position().blockTimeSeconds()),
                        (a, b) -> a.isBefore(b) ? a : b);
            }
            line = source.nextLine();
        }
    }

    /**
     * Returns a chain whose first trade a job would exclude as late; empty if there is none.
     *
     * @param clocks the job's clocks by chain id; a chain without a clock has no late trades
     * @param lateAfter by how much the clock has to be ahead of the trade
     */
    Optional<Late> late(Map<String, Instant> clocks, Duration lateAfter) {
        return byChain.entrySet().stream()
                .filter(first -> clocks.containsKey(first.getKey()))
                .filter(
                        first ->
                                !clocks.get(first.getKey())
                                        .isBefore(first.getValue().plus(lateAfter)))
                .findFirst()
                .map(
                        first ->
                                new Late(
                                        first.getKey(),
                                        clocks.get(first.getKey()),
                                        first.getValue()));
    }
}
