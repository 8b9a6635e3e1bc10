package io.dexklines.chaos.verdict;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/**
 * The rows of a MySQL server.
 *
 * @param klines the klines of each pair and interval, {@code chain_id:pair_addr:interval_code}, by
 *     their open times in epoch seconds
 * @param smartMoney the keys of the smart-money trades
 */
public record MySqlRows(Map<String, NavigableMap<Long, Version>> klines, Set<String> smartMoney) {

    /** The version of a kline. A later one has more trades, or is closed. */
    public record Version(long trades, boolean closed) {}

    /** Returns the number of all rows. */
    public long count() {
        return klines.values().stream().mapToLong(Map::size).sum() + smartMoney.size();
    }
}
