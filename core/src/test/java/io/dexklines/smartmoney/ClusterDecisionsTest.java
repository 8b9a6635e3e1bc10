package io.dexklines.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.smartmoney.ClusterAlert.Member;
import io.dexklines.smartmoney.ClusterDecisions.Decision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterDecisionsTest {

    private static final long NOON = 1_772_193_600L;
    private static final long MINUTE = 60;
    private static final long HALF_AN_HOUR = 30 * MINUTE;

    private static final Wallet A = new Wallet("56", "0xaa");
    private static final Wallet B = new Wallet("56", "0xbb");
    private static final Wallet C = new Wallet("56", "0xcc");
    private static final Wallet D = new Wallet("56", "0xdd");

    private final ClusterDecisions decisions = new ClusterDecisions(3, HALF_AN_HOUR * 1000, 100);

    private TokenBuys token;

    @Test
    void threeWalletsWithinHalfAnHourAreACluster() {
        assertThat(buys(TradeBuilder.of(A, NOON).usd(100))).isNull();
        assertThat(buys(TradeBuilder.of(B, NOON + 60).usd(200).in("0xq", "0xT"))).isNull();
        assertThat(buys(TradeBuilder.of(A, NOON + 90).usd(300))).isNull();

        ClusterAlert alert = buys(TradeBuilder.of(C, NOON + HALF_AN_HOUR).usd(400));

        assertThat(alert)
                .isEqualTo(
                        new ClusterAlert(
                                alert.id(),
                                "56",
                                "0xt",
                                "T0xt",
                                List.of(
                                        new Member(A, "label of 0xaa", 400, NOON),
                                        new Member(B, "label of 0xbb", 200, NOON + 60),
                                        new Member(C, "label of 0xcc", 400, NOON + HALF_AN_HOUR)),
                                1000,
                                NOON,
                                NOON + HALF_AN_HOUR));
    }

    @Test
    void theIdOfAnAlertNeverChanges() {
        buys(TradeBuilder.of(A, NOON));
        buys(TradeBuilder.of(B, NOON + 1));

        assertThat(buys(TradeBuilder.of(C, NOON + 2)).id()).isEqualTo("586e12460e6d2bde");
    }

    @Test
    void walletsMoreThanHalfAnHourApartAreNotACluster() {
        buys(TradeBuilder.of(A, NOON));
        buys(TradeBuilder.of(B, NOON + 60));

        assertThat(buys(TradeBuilder.of(C, NOON + HALF_AN_HOUR + 1))).isNull();
        // the next wallet completes a cluster without A
        assertThat(wallets(buys(TradeBuilder.of(D, NOON + HALF_AN_HOUR + 2))))
                .containsExactly(B, C, D);
    }

    @Test
    void oneWalletIsNotAClusterHoweverOftenItBuys() {
        for (int i = 0; i < 10; i++) {
            assertThat(buys(TradeBuilder.of(A, NOON + i))).isNull();
        }
    }

    @Test
    void laterBuysExtendTheClusterWithoutAnotherAlert() {
        buys(TradeBuilder.of(A, NOON));
        buys(TradeBuilder.of(B, NOON));
        assertThat(buys(TradeBuilder.of(C, NOON))).isNotNull();

        for (int i = 1; i < 20; i++) {
            assertThat(buys(TradeBuilder.of(D, NOON + i * HALF_AN_HOUR))).isNull();
            assertThat(buys(TradeBuilder.of(A, NOON + i * HALF_AN_HOUR).identity(-i))).isNull();
            assertThat(buys(TradeBuilder.of(B, NOON + i * HALF_AN_HOUR).identity(i))).isNull();
        }
        assertThat(token.buys()).isEmpty();
        assertThat(token.clusters()).hasSize(1);
    }

    @Test
    void buysAfterTheWindowFormAnotherCluster() {
        buys(TradeBuilder.of(A, NOON));
        buys(TradeBuilder.of(B, NOON));
        ClusterAlert first = buys(TradeBuilder.of(C, NOON));
        long later = NOON + HALF_AN_HOUR + 1;

        buys(TradeBuilder.of(A, later));
        buys(TradeBuilder.of(B, later));
        ClusterAlert second = buys(TradeBuilder.of(C, later));

        assertThat(wallets(second)).containsExactly(A, B, C);
        assertThat(second.id()).isNotEqualTo(first.id());
    }

    @Test
    void theOrderOfArrivalDoesNotMatterWithinAWindow() {
        assertThat(buys(TradeBuilder.of(C, NOON + HALF_AN_HOUR))).isNull();
        assertThat(buys(TradeBuilder.of(A, NOON))).isNull();
        assertThat(buys(TradeBuilder.of(D, NOON + HALF_AN_HOUR + MINUTE))).isNull();

        assertThat(wallets(buys(TradeBuilder.of(B, NOON + MINUTE)))).containsExactly(A, B, C);
    }

    @Test
    void buysOlderThanTheNewestByMoreThanAWindowAreIgnored() {
        buys(TradeBuilder.of(A, NOON));
        buys(TradeBuilder.of(B, NOON));
        buys(TradeBuilder.of(D, NOON + HALF_AN_HOUR + MINUTE));

        assertThat(buys(TradeBuilder.of(C, NOON + MINUTE - 1))).isNull();
        assertThat(wallets(buys(TradeBuilder.of(C, NOON + MINUTE)))).hasSize(3);
    }

    @Test
    void sellsSandwichesAndSmallBuysDoNotCount() {
        assertThat(decisions.counts(TradeBuilder.of(A, NOON).usd(100).trade())).isTrue();
        assertThat(decisions.counts(TradeBuilder.of(A, NOON).usd(99.99).trade())).isFalse();
        assertThat(decisions.counts(TradeBuilder.of(A, NOON).sell().trade())).isFalse();
        assertThat(decisions.counts(TradeBuilder.of(A, NOON).clamp().trade())).isFalse();
    }

    @Test
    void theTokenIsInLowerCaseExceptOnSolanaAndDefaultsToThePair() {
        assertThat(ClusterDecisions.tokenOf(TradeBuilder.of(A, NOON).in("0xp", "0xAb").trade()))
                .isEqualTo("56:0xab");
        assertThat(ClusterDecisions.tokenOf(TradeBuilder.of(A, NOON).in("0xp", "").trade()))
                .isEqualTo("56:0xp");
        assertThat(
                        ClusterDecisions.tokenOf(
                                TradeBuilder.of(new Wallet("100000", "W"), NOON)
                                        .in("P", "So1")
                                        .trade()))
                .isEqualTo("100000:So1");
    }

    @Test
    void buysAreForgottenWhenNothingArrivesForTwoWindows() {
        buys(TradeBuilder.of(A, NOON), 0);
        buys(TradeBuilder.of(B, NOON), 0);
        long forgotten = 2 * HALF_AN_HOUR * 1000;
        assertThat(token.untilMs()).isEqualTo(forgotten);

        assertThat(buys(TradeBuilder.of(C, NOON), forgotten)).isNull();
        assertThat(token.buys()).hasSize(1);
    }

    private ClusterAlert buys(TradeBuilder builder) {
        return buys(builder, builder.seconds());
    }

    private ClusterAlert buys(TradeBuilder builder, long arrivalMs) {
        Decision decision =
                decisions.decide(
                        token,
                        new SmartMoneyTrade(
                                builder.wallet(),
                                "label of " + builder.wallet().address(),
                                false,
                                builder.trade()),
                        arrivalMs);
        token = decision.token();
        return decision.alert();
    }

    private static List<Wallet> wallets(ClusterAlert alert) {
        List<Wallet> wallets = new ArrayList<>();
        alert.wallets().forEach(member -> wallets.add(member.wallet()));
        return wallets;
    }
}
