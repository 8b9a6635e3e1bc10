package io.dexklines.smartmoney;

import com.google.common.math.LongMath;
import io.dexklines.trade.Trade;

/**
 * That a user wants to be told of a wallet's trades, and of which.
 *
 * @param wallet whose trades
 * @param userId who is told
 * @param side buys, sells or both
 * @param minUsd the least value of a trade in USD
 * @param maxUsd the greatest value of a trade in USD; infinite for none
 * @param cooldownSeconds for how long after a notification further ones of the same pair are
 *     swallowed, by the time of their blocks; 0 for none
 */
public record Follow(
        Wallet wallet,
        String userId,
        Side side,
        double minUsd,
        double maxUsd,
        long cooldownSeconds) {

    /** A follow without conditions. */
    public static Follow ofAll(Wallet wallet, String userId) {
        return new Follow(wallet, userId, Side.ANY, 0, Double.POSITIVE_INFINITY, 0);
    }

    /** Whether the trade is one to tell of, cooldown aside. */
    public boolean wants(Trade trade) {
        return side.includes(trade.buy())
                && trade.totalUsd() >= minUsd
                && trade.totalUsd() <= maxUsd;
    }

    boolean hasCooldown() {
        return cooldownSeconds > 0;
    }

    /** Whether a block comes too soon after the one that was told of. */
    boolean isTooSoon(long blockTimeSeconds, long toldSeconds) {
        return blockTimeSeconds < LongMath.saturatedAdd(toldSeconds, cooldownSeconds);
    }

    /** When a cooldown that begins now is forgotten, epoch milliseconds. */
    long cooldownEndMs(long nowMs) {
        return LongMath.saturatedAdd(nowMs, LongMath.saturatedMultiply(cooldownSeconds, 1000));
    }
}
