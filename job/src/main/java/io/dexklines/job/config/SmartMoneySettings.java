package io.dexklines.job.config;

import io.dexklines.smartmoney.SmartMoneyRules;
import java.time.Duration;

/**
 * Whose trades are looked for, and who is told.
 *
 * @param walletsTopic the compacted topic of the wallets
 * @param followsTopic the compacted topic of who follows which
 * @param notificationsTopic where each follower is told
 * @param clustersTopic where clusters of wallets are told
 * @param listInterval how often the ends of the lists are asked for
 * @param rules what is decided by
 */
public record SmartMoneySettings(
        String walletsTopic,
        String followsTopic,
        String notificationsTopic,
        String clustersTopic,
        Duration listInterval,
        SmartMoneyRules rules) {}
