package io.dexklines.verifier;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The klines that the sinks of a job hold. */
interface Outputs extends AutoCloseable {

    /** Returns whether the job writes to a sink that the verification can reach. */
    boolean has(Sink sink);

    /**
     * Returns the named pairs of the scope. If there are none, returns every pair of which MySQL or
     * Redis holds a kline; for a sample, every pair of which MySQL holds one in the window.
     */
    Set<String> pairs();

    /**
     * Returns what is on a MySQL server where no reader looks for it; empty if there is one server.
     */
    List<MySqlOutputs.Misplaced> misplaced();

    /** Returns the klines of a pair in MySQL. */
    List<Row> mysql(String pair);

    /** Returns the klines of a pair in Redis. */
    List<Row> redis(String pair);

    /** Returns the newest kline of every stream, in a list for each relay. */
    List<List<Row>> relays();

    /**
     * Returns the rows of MySQL's {@code smart_money_trade} in the window, each by its columns;
     * empty if the job does not write to MySQL.
     */
    Optional<List<Map<String, Object>>> smartMoneyTrades();

    /**
     * Returns the time since which the relay has received every change, in epoch milliseconds. It
     * need not hold a kline whose trades were all written to the topics earlier.
     */
    long relaySinceMs();

    @Override
    void close();
}
