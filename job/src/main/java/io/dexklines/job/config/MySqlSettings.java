package io.dexklines.job.config;

import io.dexklines.secret.SecretReference;
import java.io.Serializable;
import java.time.Duration;

/**
 * The database of all klines.
 *
 * @param url {@code jdbc:mysql://…}, without credentials
 * @param username the user; null if the server asks for none
 * @param password the reference to the password; null for none
 * @param batchRows the number of pending rows that starts a write
 * @param batchInterval the longest time that a row waits for its batch
 * @param liveInterval the shortest time between two writes of an open kline
 * @param retryBudget how long a writer retries before the job fails
 * @param refusedTopic the topic of every row that the database refused for its content
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
        implements Serializable {}
