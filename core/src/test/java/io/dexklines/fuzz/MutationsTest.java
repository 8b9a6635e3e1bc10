package io.dexklines.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Checks that mutated inputs reach what they are to test. */
class MutationsTest {

    @Test
    void mutatedTradesAreCountedAndExcludedForEveryReason() {
        long seed = System.nanoTime();
        System.out.println("MutationsTest seed " + seed);
        JsonTradeDecoder decoder =
                new JsonTradeDecoder(
                        Map.of("trades", Set.of("56")),
                        Duration.ofMinutes(1),
                        Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC));
        RandomGenerator<byte[]> inputs = Mutations.of("trades.jsonl").generator(1_000);
        Random random = new Random(seed);
        Set<ExclusionReason> reasons = EnumSet.noneOf(ExclusionReason.class);
        int trades = 0;
        int labelsDropped = 0;
        for (int i = 0; i < 5_000; i++) {
            DecodedRecord record = decoder.decode(inputs.next(random).value(), "trades", 0, i);
            trades += record.trades().size();
            labelsDropped += record.labelsDropped();
            record.excluded().stream().map(ExcludedTrade::reason).forEach(reasons::add);
        }

        assertThat(trades).isPositive();
        assertThat(labelsDropped).isPositive();
        assertThat(reasons)
                .containsExactly(
                        ExclusionReason.MALFORMED,
                        ExclusionReason.UNSUPPORTED_TYPE,
                        ExclusionReason.INVALID,
                        ExclusionReason.UNKNOWN_CHAIN,
                        ExclusionReason.FUTURE);
    }
}
