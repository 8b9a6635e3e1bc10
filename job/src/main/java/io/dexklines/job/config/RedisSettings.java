package io.dexklines.job.config;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.secret.SecretReference;
import java.io.Serializable;

/**
 * The cache of recent klines.
 *
 * @param uri {@code redis://host:port} or {@code rediss://host:port}, without credentials
 * @param username the user; null for the default user
 * @param password the reference to the password; null for none
 * @param waitingRows the most klines that wait for Redis, over all subtasks
 * @param refusedTopic the topic of every kline that Redis refused for its content
 */
public record RedisSettings(
        String uri, String username, SecretReference password, int waitingRows, String refusedTopic)
        implements Serializable {

    /** Returns the settings of the connector, which reads the password when it connects. */
    public RedisConnectionSettings connection() {
        RedisConnectionSettings.Builder connection = RedisConnectionSettings.uri(uri);
        if (username != null) {
            connection.username(username);
        }
        if (password != null) {
            connection.password(password::resolve);
        }
        return connection.build();
    }
}
