package io.dexklines.job.sink;

import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradePosition;
import java.util.List;

/** Sample trades of a smart-money wallet. */
public final class SampleSmartMoney {

    public static final Wallet WHALE =
            new Wallet("1", "0xd8da6bf26964af9d7eed9e03e53415d37aa96045");

    private static final long NOON = 1_788_220_800L;

    private SampleSmartMoney() {}

    /**
     * A buy of 12.5 USD, in the second {@code second} after noon; its identity ends in 255 +
     * second.
     */
    public static SmartMoneyTrade buy(int second) {
        return buy(second, "0xtx" + second);
    }

    /** The same in a transaction of that name. */
    public static SmartMoneyTrade buy(int second, String txHash) {
        Trade trade =
                new Trade(
                        "1",
                        "0xpair",
                        txHash,
                        WHALE.address(),
                        true,
                        1e-7,
                        0.005,
                        12.5,
                        1.25e8,
                        2500,
                        1e9,
                        second % 2 == 1,
                        new TradeId(1, 255 + second),
                        new TradePosition(
                                NOON + second,
                                25_000_000,
                                7,
                                130,
                                0,
                                IdentityFields.of(
                                        txHash, WHALE.address(), true, 1e-7, 0.005, 1.25e8)),
                        new PairLabels("UniswapV3", "0xtoken", "T\"é", "WETH"));
        return new SmartMoneyTrade(WHALE, "whale 1", second == 0, trade);
    }

    /** That this user is to be told of it. */
    public static Notification notification(String userId) {
        return new Notification("00000000000000aa", userId, buy(0));
    }

    /** Two wallets that bought one token. */
    public static ClusterAlert cluster() {
        return new ClusterAlert(
                "00000000000000cc",
                "1",
                "0xtoken",
                "T",
                List.of(
                        new ClusterAlert.Member(WHALE, "whale 1", 100.5, NOON),
                        new ClusterAlert.Member(new Wallet("1", "0xb"), "", 200, NOON + 60)),
                300.5,
                NOON,
                NOON + 60);
    }
}
