package io.dexklines.job.sink.mysql;

import io.dexklines.job.config.MySqlSettings;
import io.dexklines.secret.SecretReference;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * A database, with the settings of the writes to it.
 *
 * @param connections opens the connection of each writer; holds no password
 * @param execution the batch size, which is also the most rows of a transaction, and the batch
 *     interval. Retries are not counted but bounded by {@code retryBudget}
 * @param liveInterval the shortest time between two writes of an open kline. A checkpoint writes it
 *     in any case
 * @param retryBudget how long a writer retries while the database is unreachable or in contention,
 *     before the job fails and restarts from its last checkpoint
 */
public record MySqlTarget(
        JdbcConnectionProvider connections,
        JdbcExecutionOptions execution,
        Duration liveInterval,
        Duration retryBudget)
        implements Serializable {

    /**
     * Returns a target with batches of 10,000 rows or 500 ms, open klines every 5 s, and ten
     * minutes of retries.
     */
    public static MySqlTarget of(
            String url, String username, SerializableSupplier<String> password) {
        return new MySqlTarget(
                MySqlConnectionProvider.of(url, username, password),
                execution(10_000, Duration.ofMillis(500)),
                Duration.ofSeconds(5),
                Duration.ofMinutes(10));
    }

    static MySqlTarget of(MySqlSettings settings) {
        return new MySqlTarget(
                connections(settings),
                execution(settings.batchRows(), settings.batchInterval()),
                settings.liveInterval(),
                settings.retryBudget());
    }

    static MySqlConnectionProvider connections(MySqlSettings settings) {
        SecretReference password = settings.password();
        return MySqlConnectionProvider.of(
                settings.url(),
                settings.username(),
                password == null ? () -> "" : password::resolve);
    }

    static JdbcExecutionOptions execution(int batchRows, Duration batchInterval) {
        return JdbcExecutionOptions.builder()
                .withBatchSize(batchRows)
                .withBatchIntervalMs(batchInterval.toMillis())
                .withMaxRetries(0)
                .build();
    }
}
