package io.dexklines.job.sink.mysql;

import io.dexklines.job.config.MySqlSettings;
import io.dexklines.secret.SecretReference;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * The servers of the tables, with the settings of the writes to them.
 *
 * @param connections opens the connections to the server of each lane; holds no password
 * @param lanes which servers a row goes to
 * @param execution the batch size, which is also the most rows of a transaction, and the batch
 *     interval. Retries are not counted but bounded by {@code retryBudget}
 * @param liveInterval the shortest time between two writes of an open kline. A checkpoint writes it
 *     in any case
 * @param retryBudget how long a writer retries while the database is unreachable or in contention,
 *     before the job fails and restarts from its last checkpoint
 */
public record MySqlTarget(
        List<JdbcConnectionProvider> connections,
        MySqlLanes lanes,
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
        return of(
                List.of(url),
                List.of(),
                username,
                password,
                execution(10_000, Duration.ofMillis(500)),
                Duration.ofSeconds(5),
                Duration.ofMinutes(10));
    }

    static MySqlTarget of(MySqlSettings settings) {
        return of(
                settings.urls(),
                settings.formerUrls(),
                settings.username(),
                password(settings),
                execution(settings.batchRows(), settings.batchInterval()),
                settings.liveInterval(),
                settings.retryBudget());
    }

    private static MySqlTarget of(
            List<String> urls,
            List<String> formerUrls,
            String username,
            SerializableSupplier<String> password,
            JdbcExecutionOptions execution,
            Duration liveInterval,
            Duration retryBudget) {
        MySqlLanes lanes = new MySqlLanes(urls, formerUrls);
        List<JdbcConnectionProvider> connections =
                lanes.urls().stream()
                        .<JdbcConnectionProvider>map(
                                url -> MySqlConnectionProvider.of(url, username, password))
                        .toList();
        return new MySqlTarget(connections, lanes, execution, liveInterval, retryBudget);
    }

    /**
     * Returns the provider of the only server.
     *
     * @throws IllegalArgumentException if there are several
     */
    JdbcConnectionProvider onlyConnections() {
        if (connections.size() > 1) {
            throw new IllegalArgumentException(
                    "mysql.url and mysql.former-url: the job cannot write to "
                            + connections.size()
                            + " servers yet");
        }
        return connections.get(0);
    }

    /** Returns a provider of connections to one of the servers. */
    static MySqlConnectionProvider connections(MySqlSettings settings, String url) {
        return MySqlConnectionProvider.of(url, settings.username(), password(settings));
    }

    private static SerializableSupplier<String> password(MySqlSettings settings) {
        SecretReference password = settings.password();
        return password == null ? () -> "" : password::resolve;
    }

    static JdbcExecutionOptions execution(int batchRows, Duration batchInterval) {
        return JdbcExecutionOptions.builder()
                .withBatchSize(batchRows)
                .withBatchIntervalMs(batchInterval.toMillis())
                .withMaxRetries(0)
                .build();
    }
}
