package io.dexklines.job.config;

import io.dexklines.secret.SecretReference;
import io.dexklines.text.AddressCase;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * The servers of all klines and smart-money trades.
 *
 * @param urls {@code jdbc:mysql://…} of each server, without credentials, at least one. The order
 *     decides which rows a server has; see {@link io.dexklines.trade.ServerHash}
 * @param formerUrls the servers before the list changed, which are written too; empty for none
 * @param username the user; null if the server asks for none
 * @param password the reference to the password; null for none
 * @param batchRows the number of pending rows that starts a write
 * @param batchInterval the longest time that a row waits for its batch
 * @param liveInterval the shortest time between two writes of an open kline
 * @param waitingRows the most rows that wait for the database, over all subtasks
 * @param memoryBytes the most heap that a subtask uses for rows that wait and labels
 * @param refusedTopic the topic of every row that the database refused for its content
 * @param addressCase the case of addresses in the views for readers of the Go consumers
 */
public record MySqlSettings(
        List<String> urls,
        List<String> formerUrls,
        String username,
        SecretReference password,
        int batchRows,
        Duration batchInterval,
        Duration liveInterval,
        int waitingRows,
        int memoryBytes,
        String refusedTopic,
        AddressCase addressCase)
        implements Serializable {

    /**
     * Returns the servers that have all rows: the former ones while they are still written, since
     * the new ones may lack what is not copied yet.
     */
    public List<String> completeUrls() {
        return formerUrls.isEmpty() ? urls : formerUrls;
    }
}
