package io.dexklines.job.sink;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import java.io.Serializable;
import java.sql.SQLException;
import java.util.List;

/**
 * All klines that a database holds, from which a cache is filled. The pairs are read in pages,
 * since they may be more than fit into memory.
 */
public interface KlineHistory extends AutoCloseable {

    /** The klines of one pair and interval. */
    record Series(Pair pair, Interval interval) {}

    /** Opens the history. */
    interface Opener extends Serializable {

        /**
         * Connects to the database.
         *
         * @throws SQLException if it does not answer
         */
        KlineHistory open() throws SQLException;
    }

    /** Returns the number of pairs that have klines. */
    long countPairs() throws SQLException;

    /**
     * Returns the next pairs that have klines, in an order that does not change.
     *
     * @param last the last pair of the page before; null for the first page
     * @param most the most pairs of the page
     * @return empty after the last page
     */
    List<Pair> pairsAfter(Pair last, int most) throws SQLException;

    /** Returns the intervals in which a pair has klines. */
    List<Series> series(Pair pair) throws SQLException;

    /** Returns the newest klines of a series, the newest first. */
    List<Kline> newest(Series series, int most) throws SQLException;

    /**
     * Returns whether the database holds the klines of the first updates that a subtask of the job
     * was given.
     *
     * @param job the name of the job
     * @param run the run of the job; its id and attempt
     */
    boolean isComplete(String job, int subtask, String run, long updates) throws SQLException;

    @Override
    void close() throws SQLException;
}
