package io.dexklines.job.time;

import static io.dexklines.job.time.Market.ALL_CHAINS;
import static io.dexklines.job.time.Market.BSC;
import static io.dexklines.job.time.Market.SOLANA;

import io.dexklines.job.time.Market.Lane;
import io.dexklines.local.stack.EmbeddedKafka;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests an outage of one of two brokers, whose partition has no leader meanwhile. */
class LeaderlessPartitionITCase {

    private static final Lane ON_BROKER_2 = new Lane("bsc", 3, BSC);
    private static final Predicate<Lane> ON_BROKER_1 = lane -> !lane.equals(ON_BROKER_2);

    @RegisterExtension static final MarketServers SERVERS = new MarketServers();

    @Test
    void whatProducersRetryIsNotLateOnceThePartitionHasALeaderAgain() throws Exception {
        try (Market market = SERVERS.market("leaderless", ALL_CHAINS)) {
            market.trade(0, 5, lane -> true);
            market.start(
                    "--kafka.partition-discovery-interval=100 ms",
                    // longer than it takes producers to notice the new leader
                    "--ingest.idle-timeout=5 s");
            market.awaitCounted();
            EmbeddedKafka second =
                    SERVERS.kafka().startAnother(SERVERS.folder().resolve("kafka-2"), 2);
            try {
                market.addPartition(ON_BROKER_2, 2);
                market.trade(5, 10, lane -> true);
                market.awaitCounted();

                second.stop();
                market.tradeOncePossible(10, 160, ON_BROKER_2);
                market.trade(10, 160, ON_BROKER_1);
                market.awaitClosed(SOLANA, 160);
                second.restart();
                market.assertAllCounted();
                market.trade(160, 165, lane -> true);
                market.assertAllCounted();
                market.awaitClosed(BSC, 160);
            } finally {
                second.close();
            }
        }
    }
}
