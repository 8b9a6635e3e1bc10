package io.dexklines.operator.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.operator.smartmoney.Stage.Found;
import io.dexklines.operator.smartmoney.Stage.Passed;
import io.dexklines.operator.smartmoney.Stage.Progress;
import io.dexklines.operator.smartmoney.Stage.Sent;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.TradeBuilder;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The lists cannot be read for an hour, in which trades go on. The filter and the exact check are
 * one subtask each, with a checkpoint and a crash in the middle.
 */
class UnreadableListsTest {

    private static final long NOON = 1_772_193_600L;
    private static final long START_MS = NOON * 1000;
    private static final long HOUR_MS = 3_600_000;
    private static final long TRADE_EVERY_MS = 1000;

    private static final Wallet WHALE = new Wallet("56", "0xaa");
    private static final Wallet NEWCOMER = new Wallet("56", "0xbb");
    private static final Wallet NOBODY = new Wallet("56", "0xcc");
    private static final List<Wallet> TRADERS = List.of(WHALE, NOBODY, NEWCOMER, NOBODY);

    private static final int TRADES = (int) (HOUR_MS / TRADE_EVERY_MS);

    private final List<String> found = new ArrayList<>();
    private HarnessStage stage;
    private long passed;

    @AfterEach
    void stops() {
        stage.close();
    }

    @Test
    void everyHitIsFoundOnceWhenTheListsAreReadableAgain() throws Exception {
        anHourWithoutLists(2 * TRADES);

        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, TRADES)
                                .filter(i -> i % 2 == 0)
                                .boxed()
                                .map(String::valueOf)
                                .toList());
    }

    @Test
    void beyondTheBoundTheTradesOfKnownWalletsAndTheOldestAndNewestOnesAreKept() throws Exception {
        anHourWithoutLists(2000);

        // of 3,600: the first thousand, and then those of the whale
        assertThat(passed).isGreaterThan(1000).isLessThan(2000);
        List<Long> ofTheWhale =
                LongStream.range(0, TRADES).filter(i -> i % 4 == 0).boxed().toList();
        assertThat(found.stream().map(Long::valueOf).filter(i -> i % 4 == 0).toList())
                .containsExactlyInAnyOrderElementsOf(ofTheWhale);
        List<Long> ofTheNewcomer =
                found.stream().map(Long::valueOf).filter(i -> i % 4 == 2).sorted().toList();
        assertThat(ofTheNewcomer)
                .doesNotHaveDuplicates()
                .hasSizeBetween(1, TRADES / 4 - 1)
                .contains(2L, TRADES - 2L);
    }

    /** Decides all trades of the hour, the newcomer being listed shortly before they are read. */
    private void anHourWithoutLists(int maxUndecided) throws Exception {
        SmartMoneyRules rules =
                new SmartMoneyRules(
                        1e-9, 1000, 60, maxUndecided, 24 * HOUR_MS, 24 * HOUR_MS, 9, 1000, 0);
        stage = new HarnessStage(rules, null);
        stage.start(null, 1, 1, START_MS);
        list(ListChange.listed(WHALE, "whale"));
        progress(START_MS);

        for (int i = 0; i < TRADES; i++) {
            if (i == TRADES / 2) {
                Stage.Snapshot checkpoint = stage.snapshot(1);
                trade(-1);
                stage.start(checkpoint, 1, 1, timeOf(i) - 1);
            }
            trade(i);
        }
        list(ListChange.listed(NEWCOMER, "newcomer"));
        progress(timeOf(TRADES));
        take(stage.checkTime(0, timeOf(TRADES)));
    }

    private static long timeOf(int trade) {
        return START_MS + (trade + 1) * TRADE_EVERY_MS;
    }

    private void trade(int number) throws Exception {
        if (number >= 0) {
            stage.time(timeOf(number));
        }
        Wallet wallet = TRADERS.get(Math.floorMod(number, TRADERS.size()));
        Trade trade = TradeBuilder.of(wallet, NOON + number).identity(number).trade();
        pass(stage.filterTrades(0, new TradeBatch("trades", 0, number, List.of(trade))));
    }

    private void list(ListChange change) throws Exception {
        pass(stage.filterChange(0, change));
        take(stage.checkChange(0, change));
    }

    private void progress(long ms) throws Exception {
        take(stage.checkProgress(0, 2, ms));
        pass(stage.filterProgress(0, ms));
    }

    private void pass(List<Sent> sent) throws Exception {
        for (Sent one : sent) {
            if (one instanceof Passed trade) {
                passed++;
                pass(trade.trade());
            } else if (one instanceof Progress progress) {
                take(stage.checkProgress(0, 1, progress.ms()));
            }
        }
    }

    private void pass(WalletTrade trade) throws Exception {
        take(stage.checkPassed(0, trade));
    }

    private void take(List<Sent> sent) {
        for (Sent one : sent) {
            if (one instanceof Found hit) {
                found.add(String.valueOf(hit.trade().trade().identity().low()));
            }
        }
    }
}
