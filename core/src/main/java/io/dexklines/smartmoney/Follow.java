package io.dexklines.smartmoney;

import com.google.common.math.LongMath;
import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.Trade;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * A user's subscription to the trades of a wallet, with its conditions.
 *
 * <p>Format in state and between operators, version 1: the version; wallet; user; the ordinal of
 * the side; two doubles; the cooldown.
 *
 * @param wallet the followed wallet
 * @param userId the follower
 * @param side the trades to notify of: buys, sells or both
 * @param minUsd the smallest value of a trade to notify of, USD
 * @param maxUsd the largest value of a trade to notify of, USD; infinite if there is no limit
 * @param cooldownSeconds how long after a notification there is no other one for the same pair,
 *     seconds of block time; 0 for no cooldown
 */
public record Follow(
        Wallet wallet,
        String userId,
        Side side,
        double minUsd,
        double maxUsd,
        long cooldownSeconds) {

    private static final int VERSION = 1;

    /** The byte format contains ordinals: append constants to {@link Side}, never reorder them. */
    private static final List<Side> SIDES = List.of(Side.values());

    /** Returns a follow without conditions. */
    public static Follow ofAll(Wallet wallet, String userId) {
        return new Follow(wallet, userId, Side.ANY, 0, Double.POSITIVE_INFINITY, 0);
    }

    /** Returns whether the trade meets the conditions, apart from the cooldown. */
    public boolean wants(Trade trade) {
        return side.includes(trade.buy())
                && trade.totalUsd() >= minUsd
                && trade.totalUsd() <= maxUsd;
    }

    boolean hasCooldown() {
        return cooldownSeconds > 0;
    }

    /** Returns whether a block is within the cooldown that began with a notified trade. */
    boolean isTooSoon(long blockTimeSeconds, long notifiedTimeSeconds) {
        return blockTimeSeconds < LongMath.saturatedAdd(notifiedTimeSeconds, cooldownSeconds);
    }

    /** Returns until when a cooldown that begins at {@code nowMs} is kept, epoch milliseconds. */
    long cooldownEndMs(long nowMs) {
        return LongMath.saturatedAdd(nowMs, LongMath.saturatedMultiply(cooldownSeconds, 1000));
    }

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        wallet.write(out);
        out.writeUTF(userId);
        out.writeByte(side.ordinal());
        out.writeDouble(minUsd);
        out.writeDouble(maxUsd);
        out.writeLong(cooldownSeconds);
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static Follow read(DataInput in) throws IOException {
        FormatVersion.read(in, "follows", VERSION);
        return new Follow(
                Wallet.read(in),
                in.readUTF(),
                SIDES.get(in.readByte()),
                in.readDouble(),
                in.readDouble(),
                in.readLong());
    }
}
