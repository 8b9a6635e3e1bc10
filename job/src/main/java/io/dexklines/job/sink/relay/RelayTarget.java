package io.dexklines.job.sink.relay;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Which relays are fed, and how much a subtask keeps for them.
 *
 * @param urls {@code ws://host:port/publish}, at least one; each gets everything
 * @param token called where the writer opens, so that the token is not part of the job
 * @param waitingKlines how many klines wait for a relay that is away, before the oldest open ones
 *     go, and the oldest closed ones when all that wait are closed
 * @param rememberedSeries of how many pairs and intervals the newest klines are kept, to be sent
 *     again after a reconnect; each costs about a kilobyte
 */
public record RelayTarget(
        List<String> urls,
        SerializableSupplier<String> token,
        int waitingKlines,
        int rememberedSeries)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** 50,000 klines wait, 100,000 pairs and intervals are remembered. */
    public static RelayTarget of(List<String> urls, SerializableSupplier<String> token) {
        return new RelayTarget(List.copyOf(urls), token, 50_000, 100_000);
    }
}
