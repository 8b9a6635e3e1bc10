package io.dexklines.job.config;

import io.dexklines.secret.SecretReference;
import java.io.Serializable;
import java.time.Duration;

/**
 * The database that keeps the klines.
 *
 * @param url {@code jdbc:mysql://…}, without credentials
 * @param username the user; null where the server asks for none
 * @param password where its password is found; null for none
 * @param batchRows rows are written when so many wait
 * @param batchInterval or when the first of them has waited so long
 * @param liveInterval an open kline that was just written is not written again within this
 * @param retryBudget how long to try again before the job fails
 * @param refusedTopic where every kline goes that the database refused for its content
 */
public record MySqlSettings(
        String url,
        String username,
        SecretReference password,
        int batchRows,
        Duration batchInterval,
        Duration liveInterval,
        Duration retryBudget,
        String refusedTopic)
        implements Serializable {

    private static final long serialVersionUID = 1L;
}
