package io.dexklines.job.config;

import io.dexklines.smartmoney.SmartMoneyRules;
import java.time.Duration;

/**
 * The topics and rules of smart money.
 *
 * @param walletsTopic the compacted topic of the wallets
 * @param followsTopic the compacted topic of the users who follow a wallet
 * @param notificationsTopic the topic of notifications
 * @param clustersTopic the topic of clusters
 * @param refusedTopic the topic of list records without effect
 * @param listInterval how often the job asks for the ends of the lists
 * @param rules the rules of the decisions
 */
public record SmartMoneySettings(
        String walletsTopic,
        String followsTopic,
        String notificationsTopic,
        String clustersTopic,
        String refusedTopic,
        Duration listInterval,
        SmartMoneyRules rules) {}
