package io.dexklines.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.trade.TradeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RepeatableRecordTest {

    private static final Instant NOW = Instant.parse("2026-01-05T12:00:00Z");
    private static final long SEED = 1;
    private static final int RECORDS = 40;
    private static final int REPETITIONS = 20;

    private final JsonTradeDecoder decoder =
            new JsonTradeDecoder(
                    Arrays.stream(SimulatedChain.values())
                            .collect(
                                    Collectors.groupingBy(
                                            SimulatedChain::topic,
                                            Collectors.mapping(
                                                    SimulatedChain::id, Collectors.toSet()))),
                    Duration.ofDays(1),
                    Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void allTradesCountAgainEachTime() {
        Market market =
                new Market(
                        new MarketSettings(SEED, NOW.toEpochMilli(), 1_000, 400, Long.MAX_VALUE));
        Set<String> topics = new HashSet<>();
        for (int i = 0; i < RECORDS; i++) {
            SimulatedRecord simulated = market.next().orElseThrow();
            topics.add(simulated.topic());
            DecodedRecord original = decode(simulated.topic(), simulated.value());
            RepeatableRecord record =
                    new RepeatableRecord(
                            simulated.topic(), 0, simulated.trades(), simulated.value());
            Set<TradeId> distinct = new HashSet<>(identities(original));
            int distinctInOne = distinct.size();
            for (int repetition = 0; repetition < REPETITIONS; repetition++) {
                long second = NOW.getEpochSecond() - REPETITIONS + repetition;
                DecodedRecord repeated = decode(record.topic(), record.next(second));
                distinct.addAll(identities(repeated));

                assertThat(repeated.excluded()).hasSameSizeAs(original.excluded());
                assertThat(repeated.trades())
                        .usingRecursiveComparison()
                        .ignoringFields("identity", "position", "txHash")
                        .isEqualTo(original.trades());
                assertThat(repeated.trades())
                        .allMatch(trade -> trade.position().blockTimeSeconds() == second);
            }
            assertThat(distinct).as(simulated.topic()).hasSize((REPETITIONS + 1) * distinctInOne);
        }
        assertThat(topics).containsExactlyInAnyOrder("sol-trades", "bsc-trades", "evm-trades-v4");
    }

    @Test
    void aTradeWithoutABlockTimeIsAnError() {
        byte[] value = "[{\"tx_hash\":\"0x1234567890\"}]".getBytes(UTF_8);

        assertThatThrownBy(() -> new RepeatableRecord("bsc-trades", 0, 1, value))
                .hasMessage("1 trades with 0 block times and 1 transactions");
    }

    private DecodedRecord decode(String topic, byte[] value) {
        return decoder.decode(value, topic, 0, 0);
    }

    private static List<TradeId> identities(DecodedRecord record) {
        return record.trades().stream().map(trade -> trade.identity()).toList();
    }
}
