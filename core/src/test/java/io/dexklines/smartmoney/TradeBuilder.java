package io.dexklines.smartmoney;

import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradePosition;

/**
 * An immutable builder of trades. By default, a trade is a buy of 100 dollars in the pair 0xp of
 * the token 0xt, and its identity is its time.
 */
public record TradeBuilder(
        Wallet wallet,
        long seconds,
        int index,
        long identity,
        String pair,
        String token,
        boolean isBuy,
        boolean isClamp,
        double usd) {

    public static TradeBuilder of(Wallet wallet, long seconds) {
        return new TradeBuilder(wallet, seconds, 0, seconds, "0xp", "0xt", true, false, 100);
    }

    public TradeBuilder at(long newSeconds) {
        return new TradeBuilder(
                wallet, newSeconds, index, newSeconds, pair, token, isBuy, isClamp, usd);
    }

    public TradeBuilder identity(long newIdentity) {
        return new TradeBuilder(
                wallet, seconds, index, newIdentity, pair, token, isBuy, isClamp, usd);
    }

    public TradeBuilder in(String newPair, String newToken) {
        return new TradeBuilder(
                wallet, seconds, index, identity, newPair, newToken, isBuy, isClamp, usd);
    }

    public TradeBuilder sell() {
        return new TradeBuilder(wallet, seconds, index, identity, pair, token, false, isClamp, usd);
    }

    public TradeBuilder clamp() {
        return new TradeBuilder(wallet, seconds, index, identity, pair, token, isBuy, true, usd);
    }

    public TradeBuilder usd(double newUsd) {
        return new TradeBuilder(
                wallet, seconds, index, identity, pair, token, isBuy, isClamp, newUsd);
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
                new TradeId(1, identity),
                new TradePosition(
                        seconds,
                        seconds / 2,
                        3,
                        4,
                        index,
                        IdentityFields.of(
                                "0xh" + identity, wallet.address(), isBuy, usd / 2, usd / 4, 2)),
                new PairLabels("Swap", token, "T" + token, "USD"));
    }
}
