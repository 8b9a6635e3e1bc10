package io.dexklines.chaos.verdict;

import io.dexklines.chaos.verdict.MySqlRows.Version;
import java.util.Collections;
import java.util.NavigableMap;

/**
 * What a MySQL server lacks of the rows that it had.
 *
 * @param klines the number of klines that are missing
 * @param smartMoney the number of smart-money trades that are missing
 * @param older the number of klines with fewer trades than before
 * @param reopened the number of klines that have all trades and were closed, but are open again
 * @param newestReopened the number of them that are the newest of their pair and interval, which a
 *     relay still has closed
 * @param trades the number of trades that the klines of one minute lack
 */
public record MySqlLoss(
        long klines, long smartMoney, long older, long reopened, long newestReopened, long trades) {

    private static final String SMALLEST = ":1m";

    /** Compares the rows of a server with those that it had. Rows that were added do not matter. */
    public static MySqlLoss of(MySqlRows had, MySqlRows has) {
        long klines = 0;
        long older = 0;
        long reopened = 0;
        long newestReopened = 0;
        long trades = 0;
        for (String series : had.klines().keySet()) {
            NavigableMap<Long, Version> before = had.klines().get(series);
            NavigableMap<Long, Version> after =
                    has.klines().getOrDefault(series, Collections.emptyNavigableMap());
            for (long open : before.keySet()) {
                Version was = before.get(open);
                Version is = after.get(open);
                if (is == null) {
                    klines++;
                } else if (is.trades() < was.trades()) {
                    older++;
                } else if (is.trades() == was.trades() && was.closed() && !is.closed()) {
                    reopened++;
                    newestReopened += open == before.lastKey() && open == after.lastKey() ? 1 : 0;
                }
                if (series.endsWith(SMALLEST)) {
                    trades += Math.max(0, was.trades() - (is == null ? 0 : is.trades()));
                }
            }
        }
        long smartMoney =
                had.smartMoney().stream().filter(key -> !has.smartMoney().contains(key)).count();
        return new MySqlLoss(klines, smartMoney, older, reopened, newestReopened, trades);
    }

    /** Returns whether the server has every row in the version that it had, or in a later one. */
    public boolean isNothing() {
        return klines + smartMoney + older + reopened == 0;
    }

    @Override
    public String toString() {
        return "%d klines and %d smart-money trades missing, %d klines with fewer trades, %d open again"
                .formatted(klines, smartMoney, older, reopened);
    }
}
