package io.dexklines.job.time;

import static io.dexklines.job.time.Market.BSC;
import static io.dexklines.job.time.Market.ETHEREUM;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.time.Market.Lane;
import io.dexklines.kline.Kline;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests chains whose trades are far from the wall clock, with klines of one second. */
class WallClockITCase {

    private static final Lane BSC_0 = new Lane("bsc", 0, BSC);
    private static final Lane BSC_1 = new Lane("bsc", 1, BSC);
    private static final Lane ETHEREUM_0 = new Lane("evm", 0, ETHEREUM);
    private static final List<Lane> LANES = List.of(BSC_0, BSC_1, ETHEREUM_0);

    @RegisterExtension static final MarketServers SERVERS = new MarketServers();

    @Test
    void aProducerThatIsAMinuteAheadClosesNothingEarlyAndMakesNoOtherTradeLate() throws Exception {
        try (Market market = SERVERS.market("ahead", LANES)) {
            market.start("--klines.intervals=1s", "--klines.allowed-lateness=5 s");
            for (int trade = 0; trade < 10; trade++) {
                market.tradeAt(BSC_0, nowS() + 59);
                market.awaitCounted();
            }
            // the others were quiet until now
            do {
                long onTimeS = nowS();
                market.tradeAt(BSC_0, onTimeS + 59);
                market.tradeAt(BSC_1, onTimeS);
                market.tradeAt(ETHEREUM_0, onTimeS);
                market.awaitCounted();
            } while (market.closed(BSC).isEmpty() || market.closed(ETHEREUM).isEmpty());
            market.assertAllCounted();
            assertThat(market.table().soonestCloseMs()).isGreaterThanOrEqualTo(0);
        }
    }

    @Test
    void theLastKlinesOfASilentChainAreClosedByTheWallClockAndStillCorrected() throws Exception {
        try (Market market = SERVERS.market("quiet", LANES)) {
            market.start("--klines.intervals=1s", "--ingest.idle-timeout=1 s");
            long lastS = nowS();
            market.tradeAt(BSC_0, lastS);
            market.tradeAt(ETHEREUM_0, lastS);
            market.awaitClosedAt(BSC, lastS);
            market.awaitClosedAt(ETHEREUM, lastS);

            market.tradeAt(BSC_1, lastS);
            market.awaitCounted();
            market.repeatTrade(BSC_1, lastS);
            market.assertAllCountedExcept(Map.of("duplicate " + BSC, 1L));
            List<Kline> corrected = market.closed(BSC);
            assertThat(corrected).extracting(Kline::trades).containsExactly(2L);
            assertThat(market.table().soonestCloseMs()).isGreaterThanOrEqualTo(1000);
        }
    }

    private static long nowS() {
        return System.currentTimeMillis() / 1000;
    }
}
