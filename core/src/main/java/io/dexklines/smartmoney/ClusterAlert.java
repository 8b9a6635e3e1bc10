package io.dexklines.smartmoney;

import java.util.List;

/**
 * That several listed wallets bought the same token within a short time.
 *
 * @param id 16 hexadecimal digits in lower case, the same however often it is computed
 * @param chainId the chain
 * @param tokenAddress the token; empty where the trades do not name it, and the pair stands for it
 * @param tokenSymbol the token's symbol; empty when unknown
 * @param wallets who bought, in the order of their first buys; each once
 * @param usd the value of all their buys, USD
 * @param firstTimeSeconds the block time of the first of the buys, epoch seconds
 * @param lastTimeSeconds the block time of the last of them, epoch seconds
 */
public record ClusterAlert(
        String id,
        String chainId,
        String tokenAddress,
        String tokenSymbol,
        List<Member> wallets,
        double usd,
        long firstTimeSeconds,
        long lastTimeSeconds) {

    /**
     * One of the wallets.
     *
     * @param wallet which
     * @param label its label; text to show, never a key
     * @param usd the value of its buys in the cluster, USD
     * @param blockTimeSeconds the block time of its first buy in the cluster, epoch seconds
     */
    public record Member(Wallet wallet, String label, double usd, long blockTimeSeconds) {}
}
