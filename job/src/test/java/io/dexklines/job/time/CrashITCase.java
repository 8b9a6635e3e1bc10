package io.dexklines.job.time;

import static io.dexklines.job.time.Market.ALL_CHAINS;
import static io.dexklines.job.time.Market.BSC;
import static io.dexklines.job.time.Market.SOLANA;
import static io.dexklines.job.time.Market.START_S;

import io.dexklines.job.time.Market.Lane;
import io.dexklines.job.time.Market.OpenTransaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that a trade is decided once, also by a job that fails after it has counted and written the
 * trade and reads it again when the other partitions are further on.
 */
class CrashITCase {

    private static final Lane BSC_0 = new Lane("bsc", 0, BSC);
    private static final Lane BSC_1 = new Lane("bsc", 1, BSC);

    /** A broker returns at least one batch, and each batch has one record. */
    private static final String ONE_RECORD_A_FETCH = "--kafka.fetch-max-bytes=1 b";

    /** The records before an old trade. The replay takes seconds, in which clocks could go on. */
    private static final int NEWER = 2_000;

    @RegisterExtension static final MarketServers SERVERS = new MarketServers();

    @ParameterizedTest
    @ValueSource(strings = {"failed task", "resumed from the checkpoint"})
    void aTradeThatWasWrittenIsNotExcludedInTheReplay(String restart) throws Exception {
        boolean resumed = !restart.equals("failed task");
        String[] options = {
            "--ingest.idle-timeout=1 h", "--ingest.parallelism=1", ONE_RECORD_A_FETCH
        };
        String name = resumed ? "resumed" : "failed";
        try (Market market = SERVERS.market(name, List.of(BSC_0, BSC_1))) {
            market.trade(0, 100, lane -> true);
            // BSC_1 holds the clock at second 100
            OpenTransaction newer = market.openTransaction(400, List.of(BSC_1));
            market.startWithoutCheckpoints(options);
            market.awaitCounted(BSC, 200);
            String checkpoint = market.checkpoint();

            // not in order: the last trade is five minutes older than those before it
            for (int record = 0; record < NEWER; record++) {
                market.tradeAt(BSC_0, START_S + 400);
            }
            market.tradeAt(BSC_0, START_S + 105);
            market.awaitCounted(BSC, 200 + NEWER + 1);

            if (resumed) {
                market.cancel();
                newer.commit();
                market.resumeWithoutCheckpoints(checkpoint, options);
            } else {
                market.table().failAfter(0);
                newer.commit();
                market.awaitFailure();
            }
            // now the replay has passed the old trade
            market.tradeAt(BSC_0, START_S + 401);
            market.awaitCounted(BSC, 200 + NEWER + 1 + 1 + 1);
            market.awaitDuplicate(BSC_0, START_S + 401);
            market.assertAllCountedExcept(Map.of("duplicate " + BSC, 1L));
        }
    }

    @Test
    void aBacklogThatIsReadAgainAfterAFailureIsNotLate() throws Exception {
        try (Market market = SERVERS.market("backlog", ALL_CHAINS)) {
            market.trade(0, 60, BSC_0::equals);
            market.startWithoutCheckpoints(ONE_RECORD_A_FETCH);
            market.awaitCounted();
            market.checkpoint();

            market.trade(60, 1800, BSC_0::equals);
            market.trade(1800, 1860, lane -> true);
            market.awaitCounted();
            market.awaitClosed(BSC, 1860);
            market.awaitClosed(SOLANA, 1860);
            market.table().failAfter(0);
            market.trade(1860, 1865, lane -> true);
            market.awaitFailure();

            market.awaitCounted();
            market.trade(1865, 1870, lane -> true);
            market.tradeAt(BSC_0, START_S + 1870);
            market.awaitCounted();
            market.awaitDuplicate(BSC_0, START_S + 1870);
            market.assertAllCountedExcept(Map.of("duplicate " + BSC, 1L));
        }
    }
}
