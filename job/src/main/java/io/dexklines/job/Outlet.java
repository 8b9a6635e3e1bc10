package io.dexklines.job;

import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Where a stream leaves the job: a sink in production, a collector in tests.
 *
 * @param <T> what leaves
 */
@FunctionalInterface
public interface Outlet<T> {

    /** Attaches the sink, with its uid and its name. */
    void attach(DataStream<T> stream);

    /** Of a destination that is not configured. */
    static <T> Outlet<T> none() {
        return stream -> {};
    }
}
