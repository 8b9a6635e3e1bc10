package io.dexklines.local.verify;

import java.util.List;
import java.util.Set;

/** What the sinks hold. */
interface Outputs extends AutoCloseable {

    /** Every pair of which MySQL or Redis has a kline. */
    Set<String> pairs();

    /** The klines of a pair in MySQL. */
    List<Row> mysql(String pair);

    /** The klines of a pair in Redis. */
    List<Row> redis(String pair);

    /** The newest kline of every stream of the relay. */
    List<Row> relay();

    /** What came to the topics since then has been told to the relay; epoch milliseconds. */
    long relaySinceMs();

    @Override
    void close();
}
