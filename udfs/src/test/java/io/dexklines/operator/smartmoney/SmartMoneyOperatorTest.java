package io.dexklines.operator.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.operator.smartmoney.Stage.Found;
import io.dexklines.operator.smartmoney.Stage.Progress;
import io.dexklines.operator.smartmoney.Stage.Sent;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.Side;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.TradeBuilder;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletTrade;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SmartMoneyOperatorTest {

    private static final long NOON = 1_772_193_600L;
    private static final long START_MS = NOON * 1000;
    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;

    private static final Wallet WHALE = new Wallet("56", "0xaa");

    private static final SmartMoneyRules RULES =
            new SmartMoneyRules(0.001, 1000, 1000, 1000, DAY_MS, 30 * DAY_MS, 3, 1_800_000, 0);

    private final HarnessStage stage = new HarnessStage(RULES, null);
    private final List<Sent> sent = new ArrayList<>();

    @BeforeEach
    void starts() throws Exception {
        stage.start(null, 1, 1, START_MS);
    }

    @AfterEach
    void stops() {
        stage.close();
    }

    @Test
    void aTradeWaitsUntilBothInputsReachItsArrival() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        passes(TradeBuilder.of(WHALE, NOON), 5);

        stageProgress(1, 5);
        stageProgress(2, 4);
        assertThat(found()).isEmpty();
        stageProgress(2, 5);

        assertThat(found()).containsExactly(NOON + " whale, the first buy");
    }

    @Test
    void aTradeIsDecidedByTheListsReceivedUntilThen() throws Exception {
        passes(TradeBuilder.of(WHALE, NOON).identity(1), 5);
        list(ListChange.listed(WHALE, "whale"));
        progress(5);
        assertThat(found()).containsExactly("1 whale, the first buy");

        passes(TradeBuilder.of(WHALE, NOON).identity(2), 10);
        list(ListChange.listed(WHALE, "the whale"));
        progress(10);
        assertThat(found()).containsExactly("2 the whale");

        passes(TradeBuilder.of(WHALE, NOON).identity(3), 15);
        list(ListChange.unlisted(WHALE));
        progress(15);
        assertThat(found()).isEmpty();
    }

    @Test
    void tradesDecidedTogetherAreInTheOrderOfTheChain() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        passes(TradeBuilder.of(WHALE, NOON + 2), 1);
        passes(TradeBuilder.of(WHALE, NOON), 3);
        passes(TradeBuilder.of(WHALE, NOON + 1), 2);
        passes(TradeBuilder.of(WHALE, NOON - 1), 4);

        progress(3);
        assertThat(found())
                .containsExactly(
                        NOON + " whale, the first buy",
                        (NOON + 1) + " whale",
                        (NOON + 2) + " whale");
        progress(4);
        assertThat(found()).containsExactly((NOON - 1) + " whale");
    }

    @Test
    void aFollowOfAnUnlistedWalletTakesEffectWhenTheWalletIsListed() throws Exception {
        list(ListChange.followed(Follow.ofAll(WHALE, "user")));
        passes(TradeBuilder.of(WHALE, NOON), 1);
        progress(1);
        assertThat(notified()).isEmpty();

        list(ListChange.listed(WHALE, "whale"));
        passes(TradeBuilder.of(WHALE, NOON + 1), 2);
        progress(2);
        assertThat(notified()).containsExactly("user " + (NOON + 1));

        list(ListChange.unfollowed(WHALE, "user"));
        passes(TradeBuilder.of(WHALE, NOON + 2), 3);
        progress(3);
        assertThat(notified()).isEmpty();
        assertThat(found()).hasSize(2);
    }

    @Test
    void aFollowWhoseWalletIsNotListedWithinAMinuteIsReportedOnce() throws Exception {
        Follow follow = Follow.ofAll(WHALE, "user");
        list(ListChange.followed(follow));
        list(ListChange.followed(Follow.ofAll(WHALE, "leaves at once")));
        list(ListChange.unfollowed(WHALE, "leaves at once"));
        progress(MINUTE_MS - 1);
        assertThat(stage.takeWithoutEffect(0)).isEmpty();

        progress(MINUTE_MS);
        assertThat(stage.takeWithoutEffect(0)).containsExactly(ListChange.followed(follow));

        progress(HOUR_MS);
        assertThat(stage.takeWithoutEffect(0)).isEmpty();
        assertThat(stage.timers()).isZero();
    }

    @Test
    void aFollowWhoseWalletIsListedWithinAMinuteIsNotReported() throws Exception {
        list(ListChange.followed(Follow.ofAll(WHALE, "before")));
        progress(MINUTE_MS - 1);
        list(ListChange.listed(WHALE, ""));
        list(ListChange.followed(Follow.ofAll(WHALE, "after")));
        progress(HOUR_MS);

        assertThat(stage.takeWithoutEffect(0)).isEmpty();
    }

    @Test
    void aFollowIsReportedAfterARestore() throws Exception {
        Follow follow = Follow.ofAll(WHALE, "user");
        list(ListChange.followed(follow));
        Stage.Snapshot snapshot = stage.snapshot(1);

        stage.start(snapshot, 1, 1, START_MS + 5);
        progress(MINUTE_MS);

        assertThat(stage.takeWithoutEffect(0)).containsExactly(ListChange.followed(follow));
    }

    @Test
    void anInvalidRecordIsReportedAndLeavesNoState() throws Exception {
        list(ListChange.refused("{}"));

        assertThat(stage.takeWithoutEffect(0)).containsExactly(ListChange.refused("{}"));
        assertThat(stage.stateEntries()).isZero();
        assertThat(stage.timers()).isZero();
    }

    @Test
    void aTradeIsNotFoundAgainWhenItsWalletIsListedAgain() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        passes(TradeBuilder.of(WHALE, NOON), 1);
        progress(1);
        list(ListChange.unlisted(WHALE));
        list(ListChange.listed(WHALE, "whale"));
        passes(TradeBuilder.of(WHALE, NOON), 2);
        progress(2);

        assertThat(found()).hasSize(1);
    }

    @Test
    void aFalsePositiveLeavesNoState() throws Exception {
        passes(TradeBuilder.of(WHALE, NOON), 1);
        assertThat(stage.timers()).isEqualTo(1);
        progress(1);

        assertThat(found()).isEmpty();
        assertThat(stage.timers()).isZero();
        assertThat(stage.stateEntries()).isZero();
    }

    @Test
    void stateExpiresThroughOneTimerAndTheListsStay() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        list(
                ListChange.followed(
                        new Follow(WHALE, "user", Side.ANY, 0, Double.POSITIVE_INFINITY, 60)));
        for (int i = 0; i < 50; i++) {
            passes(TradeBuilder.of(WHALE, NOON + 1000 * i), i);
        }
        progress(50);
        assertThat(found()).hasSize(50);
        // the timer of the wallet
        assertThat(stage.timers()).isEqualTo(1);

        // an expired cooldown is removed within an hour, a 24th of the day for which trades are
        // kept
        progress(HOUR_MS + 50);
        assertThat(entries("cooldowns")).isZero();
        assertThat(entries("trade-ids")).isEqualTo(1);
        progress(DAY_MS + 2 * HOUR_MS);
        assertThat(entries("trade-ids")).isZero();
        assertThat(entries("bought-pairs")).isEqualTo(1);
        assertThat(stage.timers()).isEqualTo(1);
        progress(30 * DAY_MS + 2 * HOUR_MS);
        assertThat(stage.timers()).isZero();
        assertThat(stage.stateEntries()).isEqualTo(2);

        list(ListChange.unlisted(WHALE));
        list(ListChange.unfollowed(WHALE, "user"));
        assertThat(stage.stateEntries()).isZero();
    }

    @Test
    void tradesThatArriveInOneMillisecondShareATimer() throws Exception {
        for (int i = 0; i < 10; i++) {
            passes(TradeBuilder.of(WHALE, NOON + i), 7);
        }

        assertThat(stage.timers()).isEqualTo(1);
    }

    @Test
    void waitingTradesAreDecidedAfterARestoreAtAnotherParallelism() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        passes(TradeBuilder.of(WHALE, NOON), 1);
        Stage.Snapshot snapshot = stage.snapshot(1);

        stage.start(snapshot, 1, 3, START_MS + 60_000);
        int check = stage.checkOf(ListChange.unlisted(WHALE));
        sent.addAll(stage.checkProgress(check, 1, START_MS + 60_000));
        sent.addAll(stage.checkProgress(check, 2, START_MS + 60_000));

        assertThat(found()).containsExactly(NOON + " whale, the first buy");
    }

    @Test
    void aLongBacklogIsDecidedInStepsBetweenWhichACheckpointFits() throws Exception {
        int wallets = 2 * SmartMoneyOperator.TIMERS_PER_STEP + 1;
        for (int i = 0; i < wallets; i++) {
            Wallet wallet = new Wallet("56", "0x" + i);
            list(ListChange.listed(wallet, "w"));
            passes(TradeBuilder.of(wallet, NOON).identity(i), i);
        }

        progress(wallets);
        Stage.Snapshot between = stage.snapshot(1);
        assertThat(progressSent()).as("not before the last step").isEmpty();
        List<String> firstStep = found();
        assertThat(firstStep).hasSize(SmartMoneyOperator.TIMERS_PER_STEP);
        // a trade that arrives between the steps, and a watermark that overtakes the first one
        passes(TradeBuilder.of(new Wallet("56", "0x0"), NOON + 1).identity(-1), wallets + 5);
        progress(wallets + 5);
        assertThat(found()).isEmpty();
        sent.addAll(stage.checkTime(0, START_MS + wallets));
        assertThat(progressSent()).containsExactly(wallets + 5L);
        List<String> otherSteps = found();
        assertThat(otherSteps).hasSize(wallets - firstStep.size() + 1).contains("-1 w");
        assertThat(firstStep).doesNotContainAnyElementsOf(otherSteps);

        stage.start(between, 1, 1, START_MS + wallets);
        progress(wallets);
        sent.addAll(stage.checkTime(0, START_MS + wallets));
        otherSteps.remove("-1 w");
        assertThat(found()).containsExactlyInAnyOrderElementsOf(otherSteps);
    }

    @Test
    void theEndOfBothInputsDecidesNothingAndSendsNothing() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        passes(TradeBuilder.of(WHALE, NOON), 1);
        end(1);
        end(2);

        assertThat(sent).isEmpty();
        assertThat(stage.timers()).isEqualTo(1);
    }

    @Test
    void anInputThatEndedHoldsTheOtherBack() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        passes(TradeBuilder.of(WHALE, NOON), 5);
        stageProgress(2, 4);
        end(2);
        stageProgress(1, 5);

        assertThat(found()).isEmpty();
    }

    @Test
    void aJobThatIsResumedAfterADrainGoesOnAsAfterAPlainStop() throws Exception {
        list(ListChange.listed(WHALE, "whale"));
        list(
                ListChange.followed(
                        new Follow(WHALE, "user", Side.ANY, 0, Double.POSITIVE_INFINITY, 60)));
        passes(TradeBuilder.of(WHALE, NOON).identity(1), 1);
        progress(1);
        assertThat(found()).containsExactly("1 whale, the first buy");
        assertThat(notified()).containsExactly("user 1");
        passes(TradeBuilder.of(WHALE, NOON + 1).identity(2), 2);
        end(2);
        end(1);
        assertThat(sent).isEmpty();

        stage.start(stage.snapshot(1), 1, 1, START_MS + 1000);
        passes(TradeBuilder.of(WHALE, NOON).identity(1), 1000);
        progress(1000);

        // redelivered, no first buy, and still in the cooldown
        assertThat(found()).containsExactly("2 whale");
        assertThat(notified()).isEmpty();
        // the trades are forgotten when they are a day old
        assertThat(entries("trade-ids")).isEqualTo(1);
        progress(DAY_MS + 2 * HOUR_MS);
        assertThat(entries("trade-ids")).isZero();
    }

    @Test
    void rebuildsOfTheFilterAreIgnored() throws Exception {
        list(ListChange.rebuildBegins(1));
        list(ListChange.rebuildListed(1, WHALE));
        list(ListChange.rebuildEnds(1));

        assertThat(stage.stateEntries()).isZero();
    }

    private int entries(String state) {
        return stage.stateEntries(state);
    }

    private void list(ListChange change) throws Exception {
        sent.addAll(stage.checkChange(0, change));
    }

    private void passes(TradeBuilder builder, long afterStartMs) throws Exception {
        sent.addAll(
                stage.checkPassed(
                        0,
                        new WalletTrade(
                                builder.trade(), builder.wallet(), START_MS + afterStartMs)));
    }

    private void progress(long afterStartMs) throws Exception {
        stageProgress(1, afterStartMs);
        stageProgress(2, afterStartMs);
    }

    private void stageProgress(int input, long afterStartMs) throws Exception {
        sent.addAll(stage.checkProgress(0, input, START_MS + afterStartMs));
    }

    private void end(int input) throws Exception {
        sent.addAll(stage.checkProgress(0, input, Stage.END));
        sent.addAll(stage.checkEnd(0, input));
    }

    /** Returns the watermarks among the output, in milliseconds after the start. */
    private List<Long> progressSent() {
        return sent.stream()
                .filter(Progress.class::isInstance)
                .map(one -> ((Progress) one).ms() - START_MS)
                .toList();
    }

    private List<String> found() {
        List<String> found =
                sent.stream()
                        .filter(Found.class::isInstance)
                        .map(one -> ((Found) one).trade())
                        .map(
                                one ->
                                        one.trade().identity().low()
                                                + " "
                                                + one.label()
                                                + (one.firstBuy() ? ", the first buy" : ""))
                        .collect(Collectors.toCollection(ArrayList::new));
        sent.clear();
        return found;
    }

    private List<String> notified() {
        return stage.takeNotifications(0).stream().map(SmartMoneyOperatorTest::text).toList();
    }

    private static String text(Notification one) {
        return one.userId() + " " + one.trade().trade().identity().low();
    }
}
