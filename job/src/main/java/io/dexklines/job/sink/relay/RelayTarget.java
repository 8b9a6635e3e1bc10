package io.dexklines.job.sink.relay;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * The relays, with the limits of what a subtask holds for them.
 *
 * @param urls {@code ws://host:port/publish}, at least one; each gets everything
 * @param token called when the writer opens, so that the token is not part of the job graph
 * @param waitingKlines the most klines in the queue of an unreachable relay. A full queue drops the
 *     oldest open kline, or the oldest closed one if there is no open one
 * @param rememberedSeries the most pairs and intervals whose newest klines are kept to be repeated
 *     after a reconnect; each takes about a kilobyte
 */
public record RelayTarget(
        List<String> urls,
        SerializableSupplier<String> token,
        int waitingKlines,
        int rememberedSeries)
        implements Serializable {

    /** Returns a target with 50,000 waiting klines and 100,000 pairs and intervals. */
    public static RelayTarget of(List<String> urls, SerializableSupplier<String> token) {
        return new RelayTarget(List.copyOf(urls), token, 50_000, 100_000);
    }
}
