package io.dexklines.verifier.compare;

import java.util.List;
import java.util.Map;

/**
 * What the topics and the Go writer's stores hold of one pair.
 *
 * @param pair {@code chain_id:pair_addr}
 * @param batches all batches of the pair, in any order
 * @param comparableFrom the time from which the topics hold every trade, in epoch seconds
 * @param redis the members of each interval by their scores; a score may have several
 * @param mysql the rows of each interval by their candle times
 */
public record PairKlines(
        String pair,
        List<Batch> batches,
        long comparableFrom,
        Map<Interval, Map<Long, List<Candle>>> redis,
        Map<Interval, Map<Long, List<Row>>> mysql) {

    /**
     * A row of a table {@code trade_kline_{interval}_{month}}.
     *
     * @param month the month in the name of its table, from 1
     */
    public record Row(int month, long id, Candle candle) {}
}
