package io.dexklines.relay.store;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.QueryEndedException;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.trade.ServerHash;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The MySQL servers that share the rows; see {@link ServerHash}. A server that is down fails only
 * the queries that it is asked. Connects on the first query. Thread-safe.
 */
public final class MySqlServers implements AutoCloseable {

    private final List<MySqlPool> pools = new ArrayList<>();
    private final LongAdder malformed;

    /**
     * @param addresses the servers in the order of the job's list, at least one
     * @param maxConnections the most connections to each server
     * @param malformed counts the rows that cannot be shown
     */
    public MySqlServers(List<StoreAddress> addresses, int maxConnections, LongAdder malformed) {
        this.malformed = malformed;
        for (StoreAddress address : addresses) {
            String name =
                    addresses.size() == 1
                            ? "MySQL"
                            : "MySQL server " + (pools.size() + 1) + " of " + addresses.size();
            pools.add(new MySqlPool(name, address, maxConnections, malformed));
        }
    }

    /** Counts a row that a reader has skipped because it cannot be shown. */
    void countMalformed() {
        malformed.increment();
    }

    int count() {
        return pools.size();
    }

    /** Returns the index of the server that has the rows of a pair or wallet. */
    int server(String chainId, String address) {
        return ServerHash.server(chainId, address, pools.size());
    }

    /**
     * Returns the rows of a query of one server, without those that cannot be shown.
     *
     * @param parameters strings and numbers, one per question mark
     * @throws StoreUnavailableException if that server does not answer
     * @throws QueryEndedException if the query has to end
     */
    <T> List<T> query(
            int server,
            String sql,
            List<Object> parameters,
            MySqlPool.RowReader<T> reader,
            Cancellation cancellation) {
        return pools.get(server).query(sql, parameters, reader, cancellation);
    }

    @Override
    public void close() {
        pools.forEach(MySqlPool::close);
    }
}
