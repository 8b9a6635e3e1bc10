package io.dexklines.job.config;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.secret.SecretReference;
import io.dexklines.text.RedisUri;
import java.io.Serializable;

/**
 * The cache of recent klines.
 *
 * @param uri an address that {@link RedisUri} reads
 * @param keyPrefix the text in front of all keys; may be empty
 * @param username the user; null for the default user
 * @param password the reference to the password; null for none
 * @param waitingRows the most klines that wait for Redis, over all subtasks
 * @param memoryBytes the most heap that a subtask uses for klines that wait or may be sent again
 * @param refusedTopic the topic of every kline that Redis refused for its content
 * @param compatibility what is written differently for readers of the Go consumers
 */
public record RedisSettings(
        String uri,
        String keyPrefix,
        String username,
        SecretReference password,
        int waitingRows,
        int memoryBytes,
        String refusedTopic,
        RedisCompatibility compatibility)
        implements Serializable {

    /** Returns the settings of the connector, which reads the password when it connects. */
    public RedisConnectionSettings connection() {
        RedisUri address = RedisUri.parse(uri);
        String[] nodes = address.nodes().toArray(new String[0]);
        RedisConnectionSettings.Builder connection =
                switch (address.topology()) {
                    case STANDALONE ->
                            RedisConnectionSettings.standalone(nodes[0])
                                    .database(address.database());
                    case SENTINEL -> RedisConnectionSettings.sentinel(address.master(), nodes);
                    case CLUSTER -> RedisConnectionSettings.cluster(nodes);
                };
        if (address.tls()) {
            connection.tls();
        }
        if (username != null) {
            connection.username(username);
        }
        if (password != null) {
            connection.password(password::resolve);
        }
        return connection.build();
    }
}
