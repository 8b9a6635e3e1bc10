package io.dexklines.kline;

import io.dexklines.trade.Swap;
import io.dexklines.trade.TradePosition;

/**
 * A swap as a test tells it: what is not told is plain. A buy of one token for one dollar, its
 * identity that of its place.
 */
public record ToldSwap(
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

    public static ToldSwap at(long seconds) {
        return new ToldSwap(seconds, seconds, 0, 0, 0, seconds, true, false, 1, 0, 1, 1);
    }

    public ToldSwap place(long newBlock, long newTransaction, long newLog, int newIndex) {
        return new ToldSwap(
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

    public ToldSwap identity(long newIdentity) {
        return new ToldSwap(
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

    public ToldSwap sell() {
        return new ToldSwap(
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

    public ToldSwap clamp() {
        return new ToldSwap(
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

    public ToldSwap price(double newPrice) {
        return new ToldSwap(
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

    public ToldSwap mcap(double newMcap) {
        return new ToldSwap(
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

    public ToldSwap volume(double newUsd, double newToken) {
        return new ToldSwap(
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
        return new TradePosition(seconds, block, transaction, log, index, identity);
    }

    public Swap swap() {
        return new Swap(position(), isBuy, isClamp, price, mcap, usd, token);
    }
}
