package io.dexklines.job.sink.mysql;

import io.dexklines.job.config.MySqlSettings;
import io.dexklines.job.sink.store.StoreSettings;
import io.dexklines.secret.SecretReference;
import io.dexklines.text.AddressCase;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * The servers of the tables, with the settings of the writes to them.
 *
 * @param connections opens the connections to the server of each lane; holds no password
 * @param lanes which servers a row goes to
 * @param settings how rows are collected; a batch is a transaction
 * @param addressCase the case in which addresses are added to {@code pair_spelling}; nothing is
 *     added for lower case
 */
public record MySqlTarget(
        List<JdbcConnectionProvider> connections,
        MySqlLanes lanes,
        StoreSettings settings,
        AddressCase addressCase)
        implements Serializable {

    /**
     * Returns a target with batches of 10,000 rows or 500 ms, open klines every 5 s, and at most a
     * million waiting rows.
     */
    public static MySqlTarget of(
            String job, String url, String username, SerializableSupplier<String> password) {
        return of(
                List.of(url),
                List.of(),
                username,
                password,
                new StoreSettings(job, 10_000, 500, 5_000, 1_000_000, StoreSettings.MEMORY_ROWS));
    }

    static MySqlTarget of(MySqlSettings settings, String job) {
        return of(
                        settings.urls(),
                        settings.formerUrls(),
                        settings.username(),
                        password(settings),
                        new StoreSettings(
                                job,
                                settings.batchRows(),
                                settings.batchInterval().toMillis(),
                                settings.liveInterval().toMillis(),
                                settings.waitingRows(),
                                // the other quarter is for labels
                                StoreSettings.rowsIn(settings.memoryBytes() / 4 * 3)))
                .spelling(settings.addressCase());
    }

    /** Returns this target with addresses of pairs in the given case. */
    MySqlTarget spelling(AddressCase addresses) {
        return new MySqlTarget(connections, lanes, settings, addresses);
    }

    static MySqlTarget of(
            List<String> urls,
            List<String> formerUrls,
            String username,
            SerializableSupplier<String> password,
            StoreSettings settings) {
        MySqlLanes lanes = new MySqlLanes(urls, formerUrls);
        List<JdbcConnectionProvider> connections =
                lanes.urls().stream()
                        .<JdbcConnectionProvider>map(
                                url -> MySqlConnectionProvider.of(url, username, password))
                        .toList();
        return new MySqlTarget(connections, lanes, settings, AddressCase.LOWER);
    }

    /** Returns a provider of connections to one of the servers. */
    static MySqlConnectionProvider connections(MySqlSettings settings, String url) {
        return MySqlConnectionProvider.of(url, settings.username(), password(settings));
    }

    private static SerializableSupplier<String> password(MySqlSettings settings) {
        SecretReference password = settings.password();
        return password == null ? () -> "" : password::resolve;
    }

    /** Returns the options of transactions. Retries are not counted: a writer retries for ever. */
    JdbcExecutionOptions execution() {
        return execution(settings.batchRows());
    }

    static JdbcExecutionOptions execution(int transactionRows) {
        return JdbcExecutionOptions.builder()
                .withBatchSize(transactionRows)
                .withBatchIntervalMs(0)
                .withMaxRetries(0)
                .build();
    }
}
