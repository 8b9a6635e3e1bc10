package io.dexklines.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.dexklines.smartmoney.ClusterAlert.Member;
import io.dexklines.smartmoney.ClusterDecisions.Decision;
import io.dexklines.smartmoney.TokenBuys.Buy;
import io.dexklines.trade.TradeId;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
    void theValueOfAClusterIsTheLargestDoubleIfTheSumIsLarger() {
        buys(TradeBuilder.of(A, NOON).usd(Double.MAX_VALUE));
        buys(TradeBuilder.of(A, NOON + 1).usd(Double.MAX_VALUE));
        buys(TradeBuilder.of(B, NOON + 2).usd(Double.MAX_VALUE));

        ClusterAlert alert = buys(TradeBuilder.of(C, NOON + 3).usd(100));

        assertThat(alert.usd()).isEqualTo(Double.MAX_VALUE);
        assertThat(alert.wallets())
                .extracting(Member::usd)
                .containsExactly(Double.MAX_VALUE, Double.MAX_VALUE, 100.0);
    }

    @Test
    void theIdOfAnAlertNeverChanges() {
        buys(TradeBuilder.of(A, NOON));
        buys(TradeBuilder.of(B, NOON + 1));

        assertThat(buys(TradeBuilder.of(C, NOON + 2)).id())
                .isEqualTo("b8592041afb09137438128c2222c9952");
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

    @Test
    void everyDecisionIsThatOfASearchOfAllWindows() {
        int alerts = 0;
        for (long seed = 1; seed <= 5_000; seed++) {
            alerts += assertDecidesAsExhaustively(seed);
        }
        assertThat(alerts).isGreaterThan(10_000);
    }

    /** Decides random buys of one token and returns the number of alerts. */
    private static int assertDecidesAsExhaustively(long seed) {
        Random random = new Random(seed);
        int enough = 2 + random.nextInt(4);
        // windows of whole and of broken seconds
        long windowMs = 1 + random.nextInt(100_000);
        ClusterDecisions decisions = new ClusterDecisions(enough, windowMs, 0);
        ExhaustiveClusterDecisions exhaustive = new ExhaustiveClusterDecisions(enough, windowMs);
        long windowSeconds = windowMs / 1000;
        int maxStepSeconds = 1 + random.nextInt((int) windowSeconds / enough + 2);
        TokenBuys token = null;
        long seconds = NOON;
        long arrivalMs = NOON * 1000;
        int alerts = 0;
        for (int i = 0; i < 150; i++) {
            seconds += random.nextInt(maxStepSeconds);
            arrivalMs += random.nextInt(100) == 0 ? 2 * windowMs : random.nextInt(1_000);
            long disorderSeconds = random.nextInt(4) == 0 ? random.nextLong(windowSeconds + 2) : 0;
            // a bot buys every other time; some wallets never suffice for a cluster
            int wallet = random.nextBoolean() ? 0 : random.nextInt(enough + 1);
            SmartMoneyTrade hit =
                    hit(
                            TradeBuilder.of(
                                            new Wallet("56", "0x" + wallet),
                                            seconds - disorderSeconds)
                                    .usd(random.nextDouble())
                                    .identity(random.nextInt(5) == 0 ? 7 : random.nextLong()));

            Decision decision = decisions.decide(token, hit, arrivalMs);

            assertThat(decision)
                    .as("seed %d, buy %d", seed, i)
                    .isEqualTo(exhaustive.decide(token, hit, arrivalMs));
            token = decision.token();
            alerts += decision.alert() == null ? 0 : 1;
        }
        return alerts;
    }

    @Test
    void aDecisionAllocatesInProportionToTheBuysOfABot() {
        allocatedByADecision(100); // links the lambdas

        assertThat(allocatedByADecision(8_000)).isLessThan(6 * allocatedByADecision(2_000));
    }

    /** Returns how many bytes a decision allocates if so many buys of one wallet are held. */
    private long allocatedByADecision(int held) {
        List<Buy> buys = new ArrayList<>();
        for (int i = 0; i < held; i++) {
            buys.add(new Buy(A, "", 100, NOON, new TradeId(1, i)));
        }
        TokenBuys before = new TokenBuys(Long.MAX_VALUE, NOON, buys, List.of());
        SmartMoneyTrade hit = hit(TradeBuilder.of(A, NOON).identity(held));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = threads.getCurrentThreadAllocatedBytes();

        Decision decision = decisions.decide(before, hit, 0);

        long bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
        assertThat(decision.token().buys()).hasSize(held + 1);
        return bytes;
    }

    private ClusterAlert buys(TradeBuilder builder) {
        return buys(builder, builder.seconds());
    }

    private ClusterAlert buys(TradeBuilder builder, long arrivalMs) {
        Decision decision = decisions.decide(token, hit(builder), arrivalMs);
        token = decision.token();
        return decision.alert();
    }

    private static SmartMoneyTrade hit(TradeBuilder builder) {
        return new SmartMoneyTrade(
                builder.wallet(), "label of " + builder.wallet().address(), false, builder.trade());
    }

    private static List<Wallet> wallets(ClusterAlert alert) {
        List<Wallet> wallets = new ArrayList<>();
        alert.wallets().forEach(member -> wallets.add(member.wallet()));
        return wallets;
    }
}
