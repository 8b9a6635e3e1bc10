package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.fuzz.FuzzSeconds;
import io.dexklines.fuzz.Mutations;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Trade;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Compares the verifier's reader with the job's decoder, with which it shares nothing. */
class RecordReaderFuzzTest {

    private static final Map<String, Set<String>> CHAINS = Map.of("trades", Set.of("56", "100000"));

    /** So late that no trade is in the future, which the reader does not decide. */
    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochMilli(Long.MAX_VALUE - 100_000), ZoneOffset.UTC);

    private final JsonTradeDecoder decoder =
            new JsonTradeDecoder(CHAINS, Duration.ofMinutes(1), CLOCK);
    private final RecordReader reader = new RecordReader(CHAINS);

    @Provide
    Arbitrary<byte[]> records() {
        return Mutations.of("trades.jsonl");
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(FuzzSeconds.class)
    void bothCountAndExcludeTheSame(@ForAll("records") byte[] value) {
        DecodedRecord decoded = decoder.decode(value, "trades", 0, 0);
        List<Entry> entries = reader.entries("trades", 0, 0, 0, value);

        Map<Integer, String> expected = new TreeMap<>();
        for (ExcludedTrade excluded : decoded.excluded()) {
            if (excluded.reason() != ExclusionReason.FUTURE) {
                expected.put(excluded.index(), excluded.reason().text());
            }
        }
        for (Trade trade : decoded.trades()) {
            expected.put(trade.position().index(), described(trade));
        }
        Map<Integer, String> found = new TreeMap<>();
        for (Entry entry : entries) {
            found.put(
                    entry.index(),
                    entry.rejection()
                            .map(Reason::text)
                            .orElseGet(() -> described(entry.swap().orElseThrow())));
        }
        // the decoder alone knows the time
        decoded.excluded().stream()
                .filter(excluded -> excluded.reason() == ExclusionReason.FUTURE)
                .forEach(excluded -> found.remove(excluded.index()));
        assertThat(found).isEqualTo(expected);
    }

    private static String described(Trade trade) {
        return String.join(
                " ",
                trade.chainId() + ':' + trade.pairAddress(),
                trade.maker(),
                trade.txHash(),
                Double.toString(trade.tokenAmount()),
                Double.toString(trade.totalUsd()),
                Double.toString(trade.tokenPriceUsd()),
                Double.toString(trade.mcapUsd()),
                trade.labels().swapName(),
                trade.labels().tokenAddress(),
                trade.labels().tokenSymbol(),
                trade.labels().baseTokenSymbol());
    }

    private static String described(Swap swap) {
        return String.join(
                " ",
                swap.pair(),
                swap.maker(),
                swap.txHash(),
                Double.toString(swap.tokenAmount()),
                Double.toString(swap.totalUsd()),
                Double.toString(swap.priceUsd()),
                Double.toString(swap.mcap()),
                swap.labels().swapName(),
                swap.labels().tokenAddress(),
                swap.labels().tokenSymbol(),
                swap.labels().baseTokenSymbol());
    }
}
