package io.dexklines.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.local.simulator.SimulatedRecord.Delivery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MarketTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long START_MS = 1_767_571_200_000L;
    private static final Set<String> SWAPS = Set.of("buy", "sell");
    private static final List<String> AMOUNTS =
            List.of(
                    "base_token_amount",
                    "token_amount",
                    "base_token_price_usd",
                    "total_usd",
                    "token_price_usd");

    /** About twenty seconds of trades at the default rate. */
    private static final MarketSettings SMALL = new MarketSettings(7, START_MS, 200, 400, 90);

    /** About fifteen thousand trades, generated once for all tests that only read them. */
    private static final MarketSettings LARGE =
            new MarketSettings(11, START_MS, 600, 400, 120).withHostileSymbols();

    /** Half an hour with about twenty thousand trades, and then about half a minute of 200/s. */
    private static final MarketSettings WITH_PAST =
            new MarketSettings(7, START_MS, 200, 400, 150).withPast(Duration.ofMinutes(30), 20_000);

    private static final long PAST_MS = 1_800_000;

    private static List<SimulatedRecord> largeRecords;
    private static List<JsonNode> largeTrades;

    @BeforeAll
    static void makeTheLargeMarket() {
        largeRecords = all(LARGE);
        largeTrades = trades(largeRecords);
    }

    @AfterAll
    static void releaseTheLargeMarket() {
        largeRecords = null;
        largeTrades = null;
    }

    private static List<SimulatedRecord> all(MarketSettings settings) {
        Market market = new Market(settings);
        List<SimulatedRecord> records = new ArrayList<>();
        for (Optional<SimulatedRecord> next = market.next();
                next.isPresent();
                next = market.next()) {
            records.add(next.get());
        }
        return records;
    }

    private static List<JsonNode> trades(List<SimulatedRecord> records) {
        List<JsonNode> trades = new ArrayList<>();
        for (SimulatedRecord one : records) {
            if (one.delivery() != Delivery.REDELIVERED) {
                array(one).forEach(trades::add);
            }
        }
        return trades;
    }

    private static JsonNode array(SimulatedRecord one) {
        try {
            return JSON.readTree(one.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SimulatedChain chainOf(JsonNode trade) {
        return SimulatedChain.ofId(trade.get("chain_id").textValue()).orElseThrow();
    }

    private static double amount(JsonNode trade, String field) {
        return Double.parseDouble(trade.get(field).asText());
    }

    private static String pairOf(JsonNode trade) {
        String address = trade.get("pair_addr").textValue();
        return chainOf(trade).isEvm() ? address.toLowerCase(Locale.ROOT) : address;
    }

    @Test
    void equalSettingsGiveEqualRecords() {
        List<SimulatedRecord> once = all(SMALL);
        List<SimulatedRecord> again = all(SMALL);

        assertThat(again).hasSameSizeAs(once);
        for (int i = 0; i < once.size(); i++) {
            assertThat(describe(again.get(i))).isEqualTo(describe(once.get(i)));
            assertThat(Arrays.equals(again.get(i).value(), once.get(i).value())).isTrue();
        }
    }

    private static String describe(SimulatedRecord one) {
        return "%s %d %d %s %d"
                .formatted(
                        one.topic(),
                        one.partitionDraw(),
                        one.sendTimeMs(),
                        one.delivery(),
                        one.trades());
    }

    @Test
    void anotherSeedGivesAnotherMarket() {
        Market one = new Market(MarketSettings.endless(1, START_MS));
        Market other = new Market(MarketSettings.endless(2, START_MS));

        assertThat(one.pairAddresses(SimulatedChain.BSC))
                .doesNotContainAnyElementsOf(other.pairAddresses(SimulatedChain.BSC));
        assertThat(one.next().orElseThrow().value())
                .isNotEqualTo(other.next().orElseThrow().value());
    }

    @Test
    void aLaterStartHasTheSamePairsButNewTransactionsAndHigherBlocks() {
        MarketSettings later = new MarketSettings(7, START_MS + 60_001, 200, 400, 90);
        Set<String> transactions = new HashSet<>();
        Map<SimulatedChain, Long> highest = new HashMap<>();
        for (JsonNode trade : trades(all(SMALL))) {
            transactions.add(trade.get("tx_hash").textValue());
            highest.merge(chainOf(trade), height(trade), Math::max);
        }

        for (JsonNode trade : trades(all(later))) {
            assertThat(transactions.contains(trade.get("tx_hash").textValue())).isFalse();
            assertThat(height(trade)).isGreaterThan(highest.get(chainOf(trade)));
        }
        for (SimulatedChain chain : SimulatedChain.values()) {
            assertThat(new Market(later).pairAddresses(chain))
                    .isEqualTo(new Market(SMALL).pairAddresses(chain));
        }
    }

    private static long height(JsonNode trade) {
        long blockNum = trade.get("block_num").longValue();
        return blockNum != 0 ? blockNum : trade.get("slot").longValue();
    }

    @Test
    void aTradeHasTheProducersFieldsInTheTypesOfItsChain() {
        for (JsonNode trade : trades(all(SMALL))) {
            boolean evm = chainOf(trade).isEvm();

            assertThat(trade.size()).isBetween(36, 44);
            for (String field : AMOUNTS) {
                assertThat(trade.get(field).isTextual()).as(field).isEqualTo(evm);
                assertThat(trade.get(field).isNumber()).as(field).isEqualTo(!evm);
                if (evm) {
                    assertThat(trade.get(field).textValue()).matches("\\d+(\\.\\d+)?");
                }
            }
            assertThat(trade.get("mcap").isNumber()).isTrue();
            for (String field :
                    List.of("block_num", "block_time", "transaction_index", "log_index")) {
                assertThat(trade.get(field).isIntegralNumber()).as(field).isTrue();
            }
            assertThat(trade.get("clamp").isBoolean()).isTrue();
            assertThat(trade.get("type").textValue())
                    .isIn("buy", "sell", "add_position", "remove_position", "open_position");
            assertThat(trade.get("hash_id").textValue())
                    .isEqualTo(height(trade) + "#" + trade.get("transaction_index").asText());
            JsonNode pair = trade.get("pair_info");
            assertThat(pair.get("addr")).isEqualTo(trade.get("pair_addr"));
            for (String field : List.of("token_addr", "token_symbol", "base_token_symbol")) {
                assertThat(pair.get(field).isTextual()).as(field).isTrue();
            }
        }
    }

    @Test
    void aTradeIsAboutOneAndAHalfKilobytes() {
        Map<String, long[]> sizes = new TreeMap<>();
        for (SimulatedRecord one : largeRecords) {
            long[] size = sizes.computeIfAbsent(one.topic(), topic -> new long[2]);
            size[0] += one.value().length;
            size[1] += one.trades();
        }

        assertThat(sizes).containsOnlyKeys("bsc-trades", "evm-trades-v4", "sol-trades");
        sizes.forEach(
                (topic, size) -> assertThat(size[0] / size[1]).as(topic).isBetween(1_400L, 1_800L));
    }

    @Test
    void everyTopicHasTheTradesOfItsChains() {
        for (SimulatedRecord one : all(SMALL)) {
            for (JsonNode trade : array(one)) {
                assertThat(one.topic()).isEqualTo(chainOf(trade).topic());
            }
        }
        assertThat(trades(all(SMALL)).stream().map(MarketTest::chainOf).distinct())
                .containsExactlyInAnyOrder(SimulatedChain.values());
    }

    @Test
    void theValueIsTheAmountTimesThePriceAndTheCapitalisationFollowsThePrice() {
        Map<String, Double> supplies = new HashMap<>();
        for (JsonNode trade : trades(all(SMALL))) {
            double price = amount(trade, "token_price_usd");
            double usd = amount(trade, "total_usd");
            double supply = amount(trade, "mcap") / price;

            assertThat(price).isPositive();
            assertThat(usd).isPositive();
            assertThat(usd / (amount(trade, "token_amount") * price) - 1).isBetween(-1e-12, 1e-12);
            Double known = supplies.putIfAbsent(pairOf(trade), supply);
            if (known != null) {
                assertThat(supply / known - 1).isBetween(-1e-12, 1e-12);
            }
        }
    }

    @Test
    void pricesMoveWithinBounds() {
        Map<String, Set<Double>> prices = new HashMap<>();
        Map<String, double[]> range = new HashMap<>();
        for (JsonNode trade : largeTrades) {
            double price = amount(trade, "token_price_usd");
            prices.computeIfAbsent(pairOf(trade), pair -> new HashSet<>()).add(price);
            double[] lowHigh =
                    range.computeIfAbsent(pairOf(trade), pair -> new double[] {price, price});
            lowHigh[0] = Math.min(lowHigh[0], price);
            lowHigh[1] = Math.max(lowHigh[1], price);
        }

        prices.values().removeIf(seen -> seen.size() < 100);
        assertThat(prices).hasSizeGreaterThan(20);
        for (String pair : prices.keySet()) {
            double[] lowHigh = range.get(pair);
            assertThat(lowHigh[1] / lowHigh[0]).as(pair).isBetween(1.0001, 5.0);
        }
    }

    @Test
    void popularityFallsAsZipfSays() {
        Market market = new Market(LARGE);
        Map<String, Integer> counts = new HashMap<>();
        int solana = 0;
        for (JsonNode trade : largeTrades) {
            if (chainOf(trade) == SimulatedChain.SOLANA) {
                counts.merge(pairOf(trade), 1, Integer::sum);
                solana++;
            }
        }
        List<String> ranked = market.pairAddresses(SimulatedChain.SOLANA);
        double harmonic = 0;
        for (int rank = 1; rank <= ranked.size(); rank++) {
            harmonic += Math.pow(rank, -1.05);
        }

        for (int rank : new int[] {1, 2, 5, 10}) {
            double expected = solana * Math.pow(rank, -1.05) / harmonic;
            assertThat((double) counts.get(ranked.get(rank - 1)))
                    .as("rank %d of %d trades", rank, solana)
                    .isBetween(0.75 * expected, 1.25 * expected);
        }
    }

    @Test
    void recordsComeInTheOrderOfSendingSoonAfterTheirBlocks() {
        long lastMs = START_MS;
        for (SimulatedRecord one : largeRecords) {
            assertThat(one.sendTimeMs()).isGreaterThanOrEqualTo(lastMs);
            lastMs = one.sendTimeMs();
            for (JsonNode trade : array(one)) {
                long sinceBlockMs = one.sendTimeMs() - 1_000 * trade.get("block_time").longValue();
                // block_time is cut to whole seconds
                long atMost =
                        switch (one.delivery()) {
                            case PROMPT -> 1_250;
                            case HELD_BACK -> 4_000;
                            case REDELIVERED -> 9_000;
                        };
                assertThat(sinceBlockMs).isBetween(1L, atMost);
            }
        }
    }

    @Test
    void someRecordsAreOvertakenByYoungerOnes() {
        Map<String, Long> newest = new HashMap<>();
        int overtaken = 0;
        for (SimulatedRecord one : largeRecords) {
            if (one.trades() == 0 || one.delivery() == Delivery.REDELIVERED) {
                continue;
            }
            long blockTime = array(one).get(0).get("block_time").longValue();
            String chain = array(one).get(0).get("chain_id").textValue();
            if (blockTime < newest.getOrDefault(chain, 0L)) {
                overtaken++;
                assertThat(one.delivery()).isEqualTo(Delivery.HELD_BACK);
            }
            newest.merge(chain, blockTime, Math::max);
        }

        assertThat(overtaken).isPositive();
    }

    @Test
    void aRedeliveredRecordHasTheSameBytes() {
        Set<String> delivered = new HashSet<>();
        int again = 0;
        for (SimulatedRecord one : largeRecords) {
            String value = new String(one.value(), StandardCharsets.UTF_8);
            if (one.delivery() == Delivery.REDELIVERED) {
                again++;
                assertThat(delivered.contains(value)).isTrue();
            } else if (one.trades() > 0) {
                assertThat(delivered.add(value)).isTrue();
            }
        }

        assertThat(again).isPositive();
    }

    @Test
    void blocksFollowEachOtherAtTheBlockTimeOfTheirChain() {
        Map<SimulatedChain, Set<Long>> heights = new HashMap<>();
        for (JsonNode trade : largeTrades) {
            SimulatedChain chain = chainOf(trade);
            long height = height(trade);
            heights.computeIfAbsent(chain, key -> new HashSet<>()).add(height);
            assertThat(chain.heightAt(1_000 * trade.get("block_time").longValue() + 999))
                    .isGreaterThanOrEqualTo(height);
        }

        int blocks = 0;
        for (SimulatedChain chain : SimulatedChain.values()) {
            Set<Long> seen = heights.get(chain);
            long first = seen.stream().min(Long::compare).orElseThrow();
            long last = seen.stream().max(Long::compare).orElseThrow();
            assertThat(last - first).as(chain.toString()).isEqualTo(seen.size() - 1);
            blocks += seen.size();
        }
        assertThat(blocks).isEqualTo(120);
    }

    @Test
    void theRateIsKept() {
        List<SimulatedRecord> records = all(new MarketSettings(3, START_MS, 100, 400, 1_000));
        long lastMs = records.get(records.size() - 1).sendTimeMs();
        int trades = trades(records).size();

        assertThat(trades * 1_000.0 / (lastMs - START_MS)).isBetween(85.0, 115.0);
    }

    @Test
    void aSandwichIsABuyThenAVictimThenASellOfTheSameAmount() {
        List<JsonNode> clamped = new ArrayList<>();
        for (JsonNode trade : largeTrades) {
            if (trade.get("clamp").booleanValue()) {
                clamped.add(trade);
            }
        }

        assertThat(clamped.size()).isGreaterThan(30);
        assertThat(clamped.size() % 3).isZero();
        for (int i = 0; i < clamped.size(); i += 3) {
            JsonNode front = clamped.get(i);
            JsonNode victim = clamped.get(i + 1);
            JsonNode back = clamped.get(i + 2);
            assertThat(List.of(front, victim, back))
                    .extracting(trade -> trade.get("type").textValue())
                    .containsExactly("buy", "buy", "sell");
            assertThat(List.of(pairOf(victim), pairOf(back))).containsOnly(pairOf(front));
            assertThat(makerOf(back)).isEqualTo(makerOf(front)).isNotEqualTo(makerOf(victim));
            assertThat(back.get("token_amount")).isEqualTo(front.get("token_amount"));
            assertThat(back.get("block_time")).isEqualTo(front.get("block_time"));
            assertThat(amount(back, "total_usd")).isGreaterThan(amount(front, "total_usd"));
        }
    }

    private static String makerOf(JsonNode trade) {
        String maker = trade.get("maker").textValue();
        return chainOf(trade).isEvm() ? maker.toLowerCase(Locale.ROOT) : maker;
    }

    @Test
    void someDecodersSetTheLogIndexOfAllSwapsOfATransactionToZero() {
        Map<String, Integer> swapsOfPairInTransaction = new HashMap<>();
        for (JsonNode trade : largeTrades) {
            if (trade.get("log_index").intValue() == 0
                    && SWAPS.contains(trade.get("type").textValue())) {
                swapsOfPairInTransaction.merge(
                        trade.get("tx_hash").textValue() + pairOf(trade), 1, Integer::sum);
            }
        }

        assertThat(swapsOfPairInTransaction.values()).contains(1, 2);
    }

    @Test
    void someTradesOfOneRecordAreEqualInAllFields() {
        int twins = 0;
        for (SimulatedRecord one : largeRecords) {
            Set<JsonNode> seen = new HashSet<>();
            for (JsonNode trade : array(one)) {
                twins += seen.add(trade) ? 0 : 1;
            }
        }

        assertThat(twins).isPositive();
    }

    @Test
    void liquidityChangesAreAmongTheTrades() {
        assertThat(largeTrades.stream().map(trade -> trade.get("type").textValue()))
                .contains("add_position", "remove_position", "open_position");
    }

    @Test
    void hostileSymbolsArriveUnchanged() {
        Set<String> symbols = new HashSet<>();
        for (JsonNode trade : largeTrades) {
            symbols.add(trade.get("pair_info").get("token_symbol").textValue());
        }

        assertThat(symbols).containsAll(Symbols.HOSTILE);
    }

    @Test
    void symbolsAreOrdinaryUnlessHostileOnesAreAskedFor() {
        Set<String> symbols = new HashSet<>();
        for (JsonNode trade : trades(all(new MarketSettings(11, START_MS, 600, 400, 120)))) {
            symbols.add(trade.get("pair_info").get("token_symbol").textValue());
        }

        assertThat(symbols)
                .hasSizeGreaterThan(100)
                .allMatch(symbol -> symbol.matches("[A-Z0-9.]+"));
    }

    @Test
    void addressesDoNotDependOnTheSymbols() {
        for (SimulatedChain chain : SimulatedChain.values()) {
            assertThat(new Market(SMALL.withHostileSymbols()).pairAddresses(chain))
                    .isEqualTo(new Market(SMALL).pairAddresses(chain));
        }
    }

    @Test
    void theDefaultPastHasBoundedTradesAndThoseOfASlowMarketItsOwnRate() {
        MarketSettings market = MarketSettings.endless(1, START_MS);
        MarketSettings hours =
                market.withPast(Duration.ofHours(6), MarketSettings.DEFAULT_MAX_PAST_TRADES);
        MarketSettings week =
                market.withPast(Duration.ofHours(168), MarketSettings.DEFAULT_MAX_PAST_TRADES);
        MarketSettings slow =
                new MarketSettings(1, START_MS, 2, 400, 0).withPast(Duration.ofHours(6), 300_000);

        assertThat(hours.pastTradesPerSecond()).isEqualTo(300_000 / 21_600.0);
        assertThat(hours.pastWeight()).isEqualTo(200 / (300_000 / 21_600.0));
        assertThat(week.pastTradesPerSecond()).isEqualTo(300_000 / 604_800.0);
        assertThat(week.pastWeight()).isEqualTo(100);
        assertThat(slow.pastTradesPerSecond()).isEqualTo(2);
        assertThat(slow.pastWeight()).isEqualTo(1);
        assertThat(market.pastWeight()).isEqualTo(1);
    }

    @Test
    void thePastIsPublishedInOrderEachSliceToOnePartition() {
        Market market = new Market(WITH_PAST);
        Map<Integer, Integer> tradesOfSlice = new TreeMap<>();
        int trades = 0;
        long lastMs = START_MS - PAST_MS;
        for (SimulatedRecord one : all(WITH_PAST)) {
            assertThat(one.sendTimeMs()).isGreaterThanOrEqualTo(lastMs);
            lastMs = one.sendTimeMs();
            assertThat(market.isPast(one)).isEqualTo(one.sendTimeMs() < START_MS);
            if (market.isPast(one)) {
                assertThat(one.partitionDraw())
                        .isEqualTo((int) (one.sendTimeMs() / Market.PAST_SLICE_MS));
                tradesOfSlice.merge(one.partitionDraw(), one.trades(), Integer::sum);
                trades += one.delivery() == Delivery.REDELIVERED ? 0 : one.trades();
            }
        }

        int first = (int) ((START_MS - PAST_MS) / Market.PAST_SLICE_MS);
        assertThat(tradesOfSlice.keySet())
                .containsExactly(first, first + 1, first + 2, first + 3, first + 4, first + 5);
        assertThat(tradesOfSlice.values()).allMatch(each -> each > 3_000 && each < 4_000);
        assertThat(trades).isEqualTo(20_853);
    }

    @Test
    void theFullRateFollowsThePastWithoutAPause() {
        Map<SimulatedChain, long[]> heights = new HashMap<>();
        int live = 0;
        for (JsonNode trade : trades(all(WITH_PAST))) {
            long height = height(trade);
            long[] ends =
                    heights.computeIfAbsent(
                            chainOf(trade), chain -> new long[] {Long.MIN_VALUE, Long.MAX_VALUE});
            boolean past = height < chainOf(trade).heightAt(START_MS + blockMs(trade) - 1);
            ends[past ? 0 : 1] = past ? Math.max(ends[0], height) : Math.min(ends[1], height);
            live += past ? 0 : 1;
        }

        assertThat(heights).containsOnlyKeys(SimulatedChain.values());
        heights.forEach(
                (chain, ends) -> assertThat(ends[1]).as("%s", chain).isEqualTo(ends[0] + 1));
        assertThat(live).isBetween(6_000, 7_500);
    }

    private static long blockMs(JsonNode trade) {
        return chainOf(trade).blockMs();
    }

    @Test
    void pricesAndVolumesGoOnFromThePast() {
        Market market = new Market(WITH_PAST);
        Map<String, Double> lastOfPast = new HashMap<>();
        Map<String, Double> firstLive = new HashMap<>();
        double pastUsd = 0;
        double liveUsd = 0;
        for (SimulatedRecord one : all(WITH_PAST)) {
            if (one.delivery() != Delivery.PROMPT) {
                continue;
            }
            for (JsonNode trade : array(one)) {
                double usd =
                        SWAPS.contains(trade.get("type").textValue())
                                ? amount(trade, "total_usd")
                                : 0;
                double price = amount(trade, "token_price_usd");
                if (market.isPast(one)) {
                    pastUsd += usd;
                    lastOfPast.put(pairOf(trade), price);
                } else {
                    liveUsd += usd;
                    firstLive.putIfAbsent(pairOf(trade), price);
                }
            }
        }

        for (SimulatedChain chain : SimulatedChain.values()) {
            String busiest = market.pairAddresses(chain).get(0);
            assertThat(firstLive.get(busiest) / lastOfPast.get(busiest))
                    .as("%s", chain)
                    .isBetween(0.99, 1.01);
        }
        double liveMs = 34_000;
        assertThat(pastUsd / PAST_MS / (liveUsd / liveMs)).isBetween(0.7, 1.4);
    }

    @Test
    void equalSettingsGiveAnEqualPast() {
        List<SimulatedRecord> once = all(WITH_PAST);
        List<SimulatedRecord> again = all(WITH_PAST);

        assertThat(again)
                .extracting(MarketTest::describe)
                .isEqualTo(once.stream().map(MarketTest::describe).toList());
        assertThat(again)
                .usingElementComparator((a, b) -> Arrays.compare(a.value(), b.value()))
                .isEqualTo(once);
    }

    @Test
    void aLongPastHasFewerBlocksRatherThanEmptyOnes() {
        MarketSettings day =
                new MarketSettings(3, START_MS, 200, 400, 0).withPast(Duration.ofDays(1), 5_000);
        List<SimulatedRecord> records = all(day);

        assertThat(records.size()).isBetween(1_000, 6_000);
        assertThat(records.stream().filter(one -> one.trades() == 0).count())
                .isLessThan(records.size() / 4);
    }

    @Test
    void evmAddressesComeInLowerCaseAndWithTheirChecksum() {
        Map<String, Set<String>> writings = new HashMap<>();
        for (JsonNode trade : trades(all(SMALL))) {
            if (chainOf(trade).isEvm()) {
                writings.computeIfAbsent(pairOf(trade), pair -> new HashSet<>())
                        .add(trade.get("pair_addr").textValue());
            }
        }

        assertThat(writings.values()).anyMatch(forms -> forms.size() == 2);
        writings.forEach(
                (lower, forms) -> {
                    byte[] checksummed =
                            Address.checksummed(lower.getBytes(StandardCharsets.US_ASCII));
                    assertThat(forms)
                            .isSubsetOf(lower, new String(checksummed, StandardCharsets.US_ASCII));
                });
    }

    @Test
    void theFrequentWalletsTradeOftenOnEveryChain() {
        Map<SimulatedChain, Integer> all = new HashMap<>();
        Map<SimulatedChain, Integer> frequent = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode trade : largeTrades) {
            SimulatedChain chain = chainOf(trade);
            all.merge(chain, 1, Integer::sum);
            if (Simulator.frequentWallets(chain.id()).contains(makerOf(trade))) {
                frequent.merge(chain, 1, Integer::sum);
                seen.add(makerOf(trade));
            }
        }

        for (SimulatedChain chain : SimulatedChain.values()) {
            assertThat(frequent.get(chain) / (double) all.get(chain)).isBetween(0.03, 0.07);
            assertThat(seen).containsAll(Simulator.frequentWallets(chain.id()));
        }
        assertThat(seen).hasSize(48);
        assertThat(Simulator.frequentWallets("5")).isEmpty();
    }

    @Test
    void pairsAreUniqueOverAllChains() {
        Market market = new Market(new MarketSettings(1, START_MS, 200, 5_000, 1));
        List<String> addresses = new ArrayList<>();
        for (SimulatedChain chain : SimulatedChain.values()) {
            addresses.addAll(market.pairAddresses(chain));
        }

        assertThat(addresses).hasSize(5_000).doesNotHaveDuplicates();
    }

    @Test
    void aBlockTooLargeForABrokerIsSplit() {
        int largest = 0;
        for (SimulatedRecord one : all(new MarketSettings(1, START_MS, 20_000, 400, 20))) {
            largest = Math.max(largest, one.value().length);
        }

        assertThat(largest).isBetween(400_000, 450_000);
    }

    @Test
    void aBlockWithoutTradesIsAnEmptyArray() {
        List<SimulatedRecord> records = all(new MarketSettings(1, START_MS, 0.001, 400, 30));

        assertThat(records).anySatisfy(one -> assertThat(array(one)).isEmpty());
        assertThat(records).allSatisfy(one -> assertThat(array(one)).hasSize(one.trades()));
    }

    @Test
    void noOlderRecordFollowsASkip() {
        Market market = new Market(MarketSettings.endless(1, START_MS));
        market.next();

        market.skipTo(START_MS + 3_600_000);

        for (int i = 0; i < 100; i++) {
            assertThat(market.next().orElseThrow().sendTimeMs())
                    .isGreaterThanOrEqualTo(START_MS + 3_600_000);
        }
    }

    @Test
    void invalidSettingsAreRejected() {
        assertThatThrownBy(() -> new MarketSettings(1, 0, 0, 400, 1))
                .hasMessage("trades per second must be positive, not 0.0");
        assertThatThrownBy(() -> new MarketSettings(1, 0, Double.NaN, 400, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MarketSettings(1, 0, 200, 19, 1))
                .hasMessage("at least 20 pairs are needed, not 19");
        assertThatThrownBy(() -> new MarketSettings(1, 0, 200, 400, -1))
                .hasMessage("blocks must not be negative, not -1");
        assertThatThrownBy(() -> SMALL.withPast(Duration.ofHours(-1), 1))
                .hasMessage("the past must not be negative, not PT-1H");
        assertThatThrownBy(() -> SMALL.withPast(Duration.ofHours(1), 0))
                .hasMessage("the trades of the past must be positive, not 0");
    }
}
