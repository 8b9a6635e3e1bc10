package io.dexklines.bench.jmh;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.PairKlines;
import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import io.dexklines.trade.Trade;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Simulated trades in the forms in which the steps of the job receive them. */
final class MarketTrades {

    static final KlineRules RULES =
            KlineRules.of(
                    Stream.of("1m 5m 15m 30m 1h 4h 12h 1d 1w".split(" "))
                            .map(Interval::ofCode)
                            .toList(),
                    Duration.ofMinutes(1).toMillis());

    private static final Map<String, Set<String>> CHAINS =
            Map.of(
                    "sol-trades", Set.of("100000"),
                    "bsc-trades", Set.of("56"),
                    "evm-trades-v4", Set.of("1", "8453", "42161", "10", "137"));

    /** 2026-01-05 12:00 UTC, a Monday. */
    private static final long START_MS = 1_767_614_400_000L;

    private static final double TRADES_PER_SECOND = 1_000;

    private final Market market;

    /**
     * @param pairs number of pairs, of which few trade often
     */
    MarketTrades(int pairs) {
        this.market =
                new Market(
                        new MarketSettings(1, START_MS, TRADES_PER_SECOND, pairs, Long.MAX_VALUE));
    }

    static JsonTradeDecoder decoder() {
        return new JsonTradeDecoder(CHAINS, Duration.ofDays(36_500), Clock.systemUTC());
    }

    /** Returns further records until they have at least so many entries. */
    List<SimulatedRecord> records(int entries) {
        List<SimulatedRecord> records = new ArrayList<>();
        for (int left = entries; left > 0; ) {
            SimulatedRecord record = market.next().orElseThrow();
            records.add(record);
            left -= record.trades();
        }
        return records;
    }

    /** Returns the trades of further records, at least so many. */
    List<Trade> trades(int atLeast) {
        JsonTradeDecoder decoder = decoder();
        List<Trade> trades = new ArrayList<>();
        while (trades.size() < atLeast) {
            SimulatedRecord record = market.next().orElseThrow();
            DecodedRecord decoded = decoder.decode(record.value(), record.topic(), 0, 0);
            trades.addAll(decoded.trades());
        }
        return trades;
    }

    /** Returns the same trades as the kline operator receives them, one pair of a record each. */
    static List<PairSwaps> byPair(List<Trade> trades) {
        Map<Pair, List<Swap>> byPair = new LinkedHashMap<>();
        for (Trade trade : trades) {
            byPair.computeIfAbsent(pair(trade), pair -> new ArrayList<>()).add(Swap.of(trade));
        }
        List<PairSwaps> all = new ArrayList<>();
        byPair.forEach(
                (pair, swaps) ->
                        all.add(
                                new PairSwaps(
                                        pair,
                                        new PairLabels("UniswapV3", "0xtoken", "TOK", "WETH"),
                                        "evm-trades-v4",
                                        0,
                                        0,
                                        swaps)));
        return all;
    }

    static Pair pair(Trade trade) {
        return new Pair(trade.chainId(), trade.pairAddress());
    }

    /** Returns the state of a pair that has counted all swaps. */
    static PairKlines counted(PairSwaps swaps) {
        PairKlines klines = new PairKlines();
        for (Swap swap : swaps.swaps()) {
            klines.add(swaps.pair(), swap, RULES, Long.MIN_VALUE);
        }
        return klines;
    }
}
