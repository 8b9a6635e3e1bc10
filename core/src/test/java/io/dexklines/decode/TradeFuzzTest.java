package io.dexklines.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.fuzz.FuzzSeconds;
import io.dexklines.fuzz.Mutations;
import io.dexklines.text.PrintableText;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Identifier;
import io.dexklines.trade.Trade;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Decodes mutated records; see {@link FuzzSeconds}. */
class TradeFuzzTest {

    private static final ObjectMapper TREES =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(100_002)
                                                    .maxNumberLength(Integer.MAX_VALUE)
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .maxNameLength(Integer.MAX_VALUE)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonTradeDecoder decoder =
            new JsonTradeDecoder(
                    Map.of("trades", Set.of("56", "100000")),
                    Duration.ofMinutes(1),
                    Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC));

    @Provide
    Arbitrary<byte[]> records() {
        return Mutations.of("trades.jsonl");
    }

    @Property(tries = Integer.MAX_VALUE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(FuzzSeconds.class)
    void everyElementIsCountedOrExcludedWithAReason(@ForAll("records") byte[] value)
            throws IOException {
        DecodedRecord record = decoder.decode(value, "trades", 0, 0);

        int elements = elements(value);
        if (elements < 0) {
            assertThat(record.trades()).isEmpty();
            assertThat(record.excluded())
                    .extracting(ExcludedTrade::reason, ExcludedTrade::index)
                    .containsExactly(tuple(ExclusionReason.MALFORMED, -1));
        } else {
            assertThat(record.trades().size() + record.excluded().size()).isEqualTo(elements);
            assertThat(record.excluded())
                    .extracting(ExcludedTrade::reason)
                    .doesNotContain(ExclusionReason.MALFORMED);
        }
        record.trades().forEach(TradeFuzzTest::assertCanBeKeptAndShown);
        for (ExcludedTrade excluded : record.excluded()) {
            assertCanBeShown(excluded.detail());
            assertCanBeShown(excluded.tradeJson());
            assertHasNoUnpairedSurrogate(TREES.readTree(excluded.tradeJson()));
        }
    }

    private static void assertCanBeKeptAndShown(Trade trade) {
        assertThat(trade.chainId()).matches(Identifier::isValid);
        assertThat(trade.txHash()).matches(Identifier::isValid);
        for (String address : new String[] {trade.pairAddress(), trade.maker()}) {
            assertThat(address).matches(Identifier::isValid);
            assertThat(Identifier.address(trade.chainId(), address)).isSameAs(address);
        }
        assertThat(trade.tokenPriceUsd()).isPositive().isFinite();
        assertThat(trade.totalUsd()).isNotNegative().isFinite();
        assertThat(trade.tokenAmount()).isNotNegative().isFinite();
        assertThat(trade.mcapUsd()).isNotNegative().isFinite();
        assertCanBeShown(trade.labels().swapName());
        assertCanBeShown(trade.labels().tokenAddress());
        assertCanBeShown(trade.labels().tokenSymbol());
        assertCanBeShown(trade.labels().baseTokenSymbol());
    }

    private static void assertCanBeShown(String text) {
        assertThat(PrintableText.isPrintable(text)).as(text).isTrue();
    }

    private static void assertHasNoUnpairedSurrogate(JsonNode node) {
        if (node.isTextual()) {
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(node.textValue())).isTrue();
        }
        node.fieldNames()
                .forEachRemaining(
                        name ->
                                assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(name))
                                        .isTrue());
        node.forEach(TradeFuzzTest::assertHasNoUnpairedSurrogate);
    }

    /** Returns the number of elements by Jackson's tree parser; -1 if there is no array. */
    private static int elements(byte[] value) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
            JsonNode node = TREES.readTree(text);
            return node.isArray() ? node.size() : -1;
        } catch (IOException e) {
            return -1;
        }
    }
}
