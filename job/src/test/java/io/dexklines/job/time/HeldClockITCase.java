package io.dexklines.job.time;

import static io.dexklines.job.time.Market.ALL_CHAINS;
import static io.dexklines.job.time.Market.BASE;
import static io.dexklines.job.time.Market.BSC;
import static io.dexklines.job.time.Market.ETHEREUM;
import static io.dexklines.job.time.Market.SOLANA;
import static io.dexklines.job.time.Market.START_S;

import io.dexklines.job.time.Market.Lane;
import io.dexklines.job.time.Market.OpenTransaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests orderly feeds of which a part cannot be read for minutes: no trade is late, and the clocks
 * of the other chains go on. The minutes are those of the trades.
 */
class HeldClockITCase {

    private static final Lane BSC_0 = new Lane("bsc", 0, BSC);
    private static final Lane BSC_1 = new Lane("bsc", 1, BSC);
    private static final Lane SOL_0 = new Lane("sol", 0, SOLANA);

    @RegisterExtension static final MarketServers SERVERS = new MarketServers();

    @ParameterizedTest(name = "{0} s, {1}")
    @CsvSource({"110, committed", "600, aborted"})
    void aHungTransactionMakesNoTradeLateAndHoldsOnlyTheClockOfItsChain(int seconds, String outcome)
            throws Exception {
        try (Market market = SERVERS.market("hung-" + seconds, ALL_CHAINS)) {
            market.trade(0, 5, lane -> true);
            market.start();
            market.awaitCounted();

            OpenTransaction hung = market.openTransaction(5, List.of(BSC_0));
            market.trade(5, 5 + seconds, lane -> true);
            for (String chain : List.of(SOLANA, ETHEREUM, BASE)) {
                market.awaitClosed(chain, 5 + seconds);
            }
            // a minute and a half behind: as old as trades of BSC, which must not be late
            market.awaitLate(SOL_0, seconds - 90);

            if (outcome.equals("committed")) {
                hung.commit();
            } else {
                hung.abort();
            }
            market.trade(5 + seconds, 10 + seconds, lane -> true);
            market.assertAllCountedExcept(Map.of("late " + SOLANA, 1L));
            market.awaitClosed(BSC, 5 + seconds);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SOLANA, BASE})
    void aChainThatComesBackWithItsBacklogIsNotLate(String silent) throws Exception {
        try (Market market = SERVERS.market("silent-" + silent, ALL_CHAINS)) {
            market.trade(0, 5, lane -> true);
            market.start();
            market.awaitCounted();

            market.trade(5, 605, lane -> !lane.chainId().equals(silent));
            market.awaitClosed(BSC, 605);
            market.awaitClosed(ETHEREUM, 605);

            market.trade(5, 605, lane -> lane.chainId().equals(silent));
            market.trade(605, 610, lane -> true);
            market.assertAllCounted();
            market.awaitClosed(silent, 605);
        }
    }

    /** The reader is never at the end of the partition, so only the clock closes klines. */
    @Test
    void aBacklogOfHalfAnHourInOnePartitionIsNotLateAndKlinesCloseOnTheWay() throws Exception {
        try (Market market = SERVERS.market("unequal", ALL_CHAINS)) {
            market.trade(0, 1500, BSC_0::equals);
            OpenTransaction hung = market.openTransaction(1500, List.of(BSC_0));
            market.trade(1500, 1800, BSC_0::equals);
            market.trade(1800, 1860, lane -> true);

            market.start();
            market.awaitClosed(SOLANA, 1860);
            market.awaitClosed(BSC, 1500);
            market.awaitCounted(BSC, 1500 + 60 + 60);
            hung.commit();

            market.trade(1860, 1865, lane -> true);
            market.assertAllCounted();
            market.awaitClosed(BSC, 1860);
        }
    }

    @Test
    void thePartitionThatIsAddedWhileTheJobRunsIsNotLate() throws Exception {
        Lane added = new Lane("bsc", 3, BSC);
        try (Market market = SERVERS.market("added", ALL_CHAINS)) {
            market.trade(0, 5, lane -> true);
            // long after the trades that follow were published
            market.start("--kafka.partition-discovery-interval=5 s");
            market.awaitCounted();

            market.addPartition(added);
            market.trade(5, 155, lane -> true);
            market.awaitClosed(SOLANA, 155);
            market.trade(155, 160, lane -> true);
            market.assertAllCounted();
            market.awaitClosed(BSC, 155);
        }
    }

    @Test
    void aReleasedPartitionHoldsNoClock() throws Exception {
        try (Market market = SERVERS.market("released", ALL_CHAINS)) {
            market.trade(0, 5, lane -> true);
            market.start();
            market.awaitCounted();
            market.openTransaction(5, List.of(BSC_0));
            market.trade(5, 155, lane -> !lane.equals(BSC_0));
            market.awaitClosed(SOLANA, 155);
            market.tradeAt(BSC_1, START_S + 10);
            market.awaitCounted();

            String savepoint = market.stop();
            market.resume(savepoint, "--ingest.released-partitions=" + market.topic("bsc") + "-0");
            market.trade(155, 160, lane -> !lane.equals(BSC_0));
            market.awaitLate(BSC_1, 10);
            market.awaitClosed(BSC, 155);
        }
    }
}
