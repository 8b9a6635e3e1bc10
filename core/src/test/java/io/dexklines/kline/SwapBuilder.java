package io.dexklines.kline;

import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradePosition;

/**
 * An immutable builder of swaps. By default, a swap is a buy of one token for one dollar, and its
 * identity is its time. Trades with the same place are in the order of their identities.
 */
public record SwapBuilder(
        long seconds,
        long block,
        long transaction,
        long log,
        int index,
        long identity,
        boolean isBuy,
        boolean isClamp,
        double price,
        double mcap,
        double usd,
        double token) {

    public static SwapBuilder at(long seconds) {
        return new SwapBuilder(seconds, seconds, 0, 0, 0, seconds, true, false, 1, 0, 1, 1);
    }

    public SwapBuilder place(long newBlock, long newTransaction, long newLog, int newIndex) {
        return new SwapBuilder(
                seconds,
                newBlock,
                newTransaction,
                newLog,
                newIndex,
                identity,
                isBuy,
                isClamp,
                price,
                mcap,
                usd,
                token);
    }

    public SwapBuilder identity(long newIdentity) {
        return new SwapBuilder(
                seconds,
                block,
                transaction,
                log,
                index,
                newIdentity,
                isBuy,
                isClamp,
                price,
                mcap,
                usd,
                token);
    }

    public SwapBuilder sell() {
        return new SwapBuilder(
                seconds,
                block,
                transaction,
                log,
                index,
                identity,
                false,
                isClamp,
                price,
                mcap,
                usd,
                token);
    }

    public SwapBuilder clamp() {
        return new SwapBuilder(
                seconds,
                block,
                transaction,
                log,
                index,
                identity,
                isBuy,
                true,
                price,
                mcap,
                usd,
                token);
    }

    public SwapBuilder price(double newPrice) {
        return new SwapBuilder(
                seconds,
                block,
                transaction,
                log,
                index,
                identity,
                isBuy,
                isClamp,
                newPrice,
                mcap,
                usd,
                token);
    }

    public SwapBuilder mcap(double newMcap) {
        return new SwapBuilder(
                seconds,
                block,
                transaction,
                log,
                index,
                identity,
                isBuy,
                isClamp,
                price,
                newMcap,
                usd,
                token);
    }

    public SwapBuilder volume(double newUsd, double newToken) {
        return new SwapBuilder(
                seconds,
                block,
                transaction,
                log,
                index,
                identity,
                isBuy,
                isClamp,
                price,
                mcap,
                newUsd,
                newToken);
    }

    public TradePosition position() {
        return new TradePosition(seconds, block, transaction, log, index, fields());
    }

    /** Returns the swap as it is read from the bytes of a version with 64-bit identities. */
    public Swap formerSwap() {
        return new Swap(
                TradeId.ofFormer(identity),
                position().with(IdentityFields.ofFormer(identity)),
                isBuy,
                isClamp,
                price,
                mcap,
                usd,
                token);
    }

    /** Returns fields in the order of the identities. */
    private IdentityFields fields() {
        String txHash = "%016x".formatted(identity ^ Long.MIN_VALUE);
        return IdentityFields.of(txHash, "0xmaker", isBuy, token, 0, price);
    }

    public Swap swap() {
        return new Swap(
                new TradeId(1, identity), position(), isBuy, isClamp, price, mcap, usd, token);
    }
}
