package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.trade.IdentityFields;
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
        for (int ordinal = 0; ordinal < 3; ordinal++) {
            Swap repeated = swap.withOrdinal(ordinal);
            SmartMoneyTrade found = found(ordinal);

            assertThat(SmartMoneyIds.trade(repeated)).isEqualTo(found.id());
            assertThat(SmartMoneyIds.formerTrade(repeated)).isEqualTo(found.formerId());
            assertThat(SmartMoneyIds.notification(repeated, "\u00e4nn"))
                    .isEqualTo(Notification.of("\u00e4nn", found).id());
        }
        assertThat(SmartMoneyIds.isFormer(SmartMoneyIds.trade(swap))).isFalse();
        assertThat(SmartMoneyIds.isFormer(SmartMoneyIds.formerTrade(swap))).isTrue();
    }

    private static SmartMoneyTrade found(int ordinal) {
        IdentityFields fields =
                IdentityFields.of("h\u00e4sh", "Maker", true, 1.5, -0.25, 2).withOrdinal(ordinal);
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
                        new TradeIdentity().of("100000", "Pair", 3, 5, fields),
                        new TradePosition(1_767_571_200, 7, 3, 5, 2, fields),
                        PairLabels.UNKNOWN);
        return new SmartMoneyTrade(Wallet.ofMaker(trade), "", false, trade);
    }
}
