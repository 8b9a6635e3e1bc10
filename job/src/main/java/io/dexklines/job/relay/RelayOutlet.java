package io.dexklines.job.relay;

import io.dexklines.kline.KlineUpdates;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;

/**
 * Klines to WebSocket relays.
 *
 * <p>Guarantees: the newest state of every kline, as soon as the relay takes it; states in between
 * may be skipped. The job never waits for a relay and never fails for one. After a reconnect the
 * open and the last two closed klines of every pair and interval are sent again. What a relay
 * missed beyond that is in the database.
 */
public final class RelayOutlet {

    /** In savepoints: never rename. */
    private static final String UID = "relay";

    private RelayOutlet() {}

    /** Publishes {@code updates}; those of one pair must come to one subtask. */
    public static DataStreamSink<KlineUpdates> attach(
            DataStream<KlineUpdates> updates, RelayTarget target) {
        return updates.sinkTo(new RelaySink(target))
                .uid(UID)
                .name("Relay")
                // the updates of a pair stay on one subtask, and in their order
                .setParallelism(updates.getParallelism());
    }
}
