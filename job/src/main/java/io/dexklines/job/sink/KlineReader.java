package io.dexklines.job.sink;

import io.dexklines.trade.Pair;
import java.io.IOException;
import java.io.Serializable;

/**
 * Reads single klines from a store, to compare them with what the job emitted. One thread reads.
 * Any thread may close the reader.
 */
public interface KlineReader extends AutoCloseable {

    /** Opens a reader of a store. It is part of the job graph, so it contains no secrets. */
    @FunctionalInterface
    interface Opener extends Serializable {

        /** Returns whether the server has to hold the klines of a pair. */
        default boolean holds(Pair pair) {
            return true;
        }

        /**
         * Returns a reader, which connects when it reads first.
         *
         * @throws IOException if a secret cannot be read
         */
        KlineReader open() throws IOException;
    }

    /**
     * Returns what the store holds. Blocks until the store answers, for some seconds at most.
     *
     * @throws IOException if the store cannot be read now. The next call connects again
     */
    StoredKline read(PairKline.Key kline) throws IOException;

    /** Closes the connection, even if it is in use. Never throws. */
    @Override
    void close();
}
