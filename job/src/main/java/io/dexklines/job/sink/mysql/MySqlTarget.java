package io.dexklines.job.sink.mysql;

import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Which database, and how the klines go there.
 *
 * @param url {@code jdbc:mysql://host:port/database}; its parameters outrank the writer's own, such
 *     as {@code sslMode=VERIFY_IDENTITY}. Without a password
 * @param username who writes
 * @param password called where the writer opens, so that the password is not part of the job
 * @param batchRows how many rows a transaction holds at most, and a batch waits for
 * @param batchInterval how long a batch waits for rows at most
 * @param liveInterval how long an open kline that was just written is not written again. A
 *     checkpoint writes it in any case
 * @param retryBudget how long to try again while the database is away or in contention, before the
 *     job fails and restarts from its last checkpoint
 */
public record MySqlTarget(
        String url,
        String username,
        SerializableSupplier<String> password,
        int batchRows,
        Duration batchInterval,
        Duration liveInterval,
        Duration retryBudget)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** 10,000 rows or 500 ms, open klines every 5 s, ten minutes of retries. */
    public static MySqlTarget of(
            String url, String username, SerializableSupplier<String> password) {
        return new MySqlTarget(
                url,
                username,
                password,
                10_000,
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Duration.ofMinutes(10));
    }
}
