package io.dexklines.smartmoney;

import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradePosition;

/**
 * A trade as a test tells it: what is not told is plain. A buy of 100 dollars in the pair 0xp of
 * the token 0xt, its identity that of its time.
 */
public record ToldTrade(
        Wallet wallet,
        long seconds,
        int index,
        long identity,
        String pair,
        String token,
        boolean isBuy,
        boolean isClamp,
        double usd) {

    public static ToldTrade of(Wallet wallet, long seconds) {
        return new ToldTrade(wallet, seconds, 0, seconds, "0xp", "0xt", true, false, 100);
    }

    public ToldTrade at(long newSeconds) {
        return new ToldTrade(
                wallet, newSeconds, index, newSeconds, pair, token, isBuy, isClamp, usd);
    }

    public ToldTrade identity(long newIdentity) {
        return new ToldTrade(wallet, seconds, index, newIdentity, pair, token, isBuy, isClamp, usd);
    }

    public ToldTrade in(String newPair, String newToken) {
        return new ToldTrade(
                wallet, seconds, index, identity, newPair, newToken, isBuy, isClamp, usd);
    }

    public ToldTrade sell() {
        return new ToldTrade(wallet, seconds, index, identity, pair, token, false, isClamp, usd);
    }

    public ToldTrade clamp() {
        return new ToldTrade(wallet, seconds, index, identity, pair, token, isBuy, true, usd);
    }

    public ToldTrade usd(double newUsd) {
        return new ToldTrade(wallet, seconds, index, identity, pair, token, isBuy, isClamp, newUsd);
    }

    public Trade trade() {
        return new Trade(
                wallet.chainId(),
                pair,
                "0xh" + identity,
                wallet.address(),
                isBuy,
                usd / 2,
                usd / 4,
                usd,
                2,
                4,
                1e6,
                isClamp,
                new TradePosition(seconds, seconds / 2, 3, 4, index, identity),
                new PairLabels("Swap", token, "T" + token, "USD"));
    }
}
