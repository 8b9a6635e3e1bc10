package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeIdentity;
import io.dexklines.trade.TradePosition;
import org.junit.jupiter.api.Test;

/** Two computations of the ids that share no code. */
class SmartMoneyIdsTest {

    @Test
    void theIdsAreThoseOfTheJob() {
        Swap swap =
                new Swap(
                        "100000:Pair",
                        1_767_571_200,
                        7,
                        3,
                        5,
                        2,
                        "h\u00e4sh",
                        "Maker",
                        true,
                        false,
                        1.5,
                        -0.25,
                        3,
                        2,
                        1000,
                        new Swap.Labels("", "", "", ""),
                        0);
        long identity =
                new TradeIdentity()
                        .of("100000", "Pair", "h\u00e4sh", 3, 5, "Maker", true, 1.5, -0.25, 2);

        assertThat(SmartMoneyIds.trade(swap)).isEqualTo(found(identity).id());
        assertThat(SmartMoneyIds.notification(swap, "ann"))
                .isEqualTo(Notification.of("ann", found(identity)).id());
        assertThat(SmartMoneyIds.trade(swap.withOrdinal(2)))
                .isEqualTo(found(TradeIdentity.ofRepeated(identity, 2)).id());
    }

    private static SmartMoneyTrade found(long identity) {
        Trade trade =
                new Trade(
                        "100000",
                        "Pair",
                        "h\u00e4sh",
                        "Maker",
                        true,
                        1.5,
                        -0.25,
                        3,
                        2,
                        0,
                        1000,
                        false,
                        new TradePosition(1_767_571_200, 7, 3, 5, 2, identity),
                        PairLabels.UNKNOWN);
        return new SmartMoneyTrade(Wallet.ofMaker(trade), "", false, trade);
    }
}
