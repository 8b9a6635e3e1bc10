package io.dexklines.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.fuzz.FuzzSeconds;
import io.dexklines.fuzz.MutatedTrades;
import io.dexklines.fuzz.Mutations;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Compares the two decoders on mutated records; see {@link FuzzSeconds}. */
class ScanningDecoderFuzzTest {

    private static final Map<String, Set<String>> CHAINS = Map.of("trades", Set.of("56", "100000"));
    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);

    /** Keeps what it has learnt from one record to the next. */
    private static final JsonTradeDecoder DECODER =
            new JsonTradeDecoder(CHAINS, Duration.ofMinutes(1), CLOCK);

    private static final StreamingDecoder ORACLE =
            new StreamingDecoder(new RecordEntries(CHAINS, Duration.ofMinutes(1), CLOCK));

    @Provide
    Arbitrary<byte[]> records() {
        return Arbitraries.oneOf(Mutations.of("trades.jsonl"), MutatedTrades.records());
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(FuzzSeconds.class)
    void theScannerReturnsWhatTheStreamingParserReturns(@ForAll("records") byte[] value) {
        assertThat(DECODER.decode(value, "trades", 1, 2))
                .as(() -> new String(value, StandardCharsets.UTF_8))
                .isEqualTo(ORACLE.decode(value, "trades", 1, 2));
    }
}
