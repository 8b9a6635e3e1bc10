package io.dexklines.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.bench.peers.KlineComparison.Key;
import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineInterval;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The klines that every engine must emit, computed in the most obvious way: all trades of a kline
 * are kept, sorted and folded. Shares no arithmetic with any engine.
 */
final class ExpectedKlines {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SOLANA = "100000";

    /** A trade. The number counts all trades, so that it tells the order within a record. */
    private record Swap(
            long block,
            long transaction,
            long log,
            long number,
            boolean buy,
            double price,
            double mcap,
            double usd,
            double tokens) {}

    private static final Comparator<Swap> ORDER =
            Comparator.comparingLong(Swap::block)
                    .thenComparingLong(Swap::transaction)
                    .thenComparingLong(Swap::log)
                    .thenComparingLong(Swap::number);

    private final Map<Key, List<Swap>> swaps = new HashMap<>();
    private long count;

    /** Adds the swaps of a record. */
    void add(byte[] record) {
        try {
            for (JsonNode trade : JSON.readTree(record)) {
                String type = trade.path("type").asText();
                if (type.equals("buy") || type.equals("sell")) {
                    add(trade, type.equals("buy"));
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not a record of trades", e);
        }
    }

    private void add(JsonNode trade, boolean buy) {
        String chain = trade.path("chain_id").asText();
        String address = trade.path("pair_addr").asText();
        String pair =
                chain + ":" + (chain.equals(SOLANA) ? address : address.toLowerCase(Locale.ROOT));
        long height = trade.path("block_num").asLong();
        Swap swap =
                new Swap(
                        height == 0 ? trade.path("slot").asLong() : height,
                        trade.path("transaction_index").asLong(),
                        trade.path("log_index").asLong(),
                        count++,
                        buy,
                        trade.path("token_price_usd").asDouble(),
                        trade.path("mcap").asDouble(),
                        trade.path("total_usd").asDouble(),
                        trade.path("token_amount").asDouble());
        LocalDateTime time =
                LocalDateTime.ofEpochSecond(trade.path("block_time").asLong(), 0, ZoneOffset.UTC);
        for (KlineInterval interval : KlineInterval.values()) {
            long openTimeMs = opening(interval, time).toEpochSecond(ZoneOffset.UTC) * 1000;
            swaps.computeIfAbsent(
                            new Key(pair, interval.code(), openTimeMs), key -> new ArrayList<>(2))
                    .add(swap);
        }
    }

    /** Returns the opening of the kline that contains a time in UTC. */
    private static LocalDateTime opening(KlineInterval interval, LocalDateTime time) {
        LocalDate day = time.toLocalDate();
        if (interval == KlineInterval.W1) {
            return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).atStartOfDay();
        }
        long minutes = ChronoUnit.MINUTES.between(day.atStartOfDay(), time);
        return day.atStartOfDay().plusMinutes(minutes - minutes % interval.length().toMinutes());
    }

    /** Returns the number of swaps. */
    long swaps() {
        return count;
    }

    /** Returns all klines. */
    Map<Key, Kline> klines() {
        Map<Key, Kline> klines = new HashMap<>();
        swaps.forEach((key, all) -> klines.put(key, kline(key, all)));
        return klines;
    }

    private static Kline kline(Key key, List<Swap> all) {
        List<Swap> sorted = all.stream().sorted(ORDER).toList();
        List<Swap> buys = all.stream().filter(Swap::buy).toList();
        Swap first = sorted.get(0);
        Swap last = sorted.get(sorted.size() - 1);
        Kline kline = new Kline();
        kline.pair = key.pair();
        kline.interval = key.interval();
        kline.openTimeMs = key.openTimeMs();
        kline.open = first.price();
        kline.close = last.price();
        kline.high = all.stream().mapToDouble(Swap::price).max().orElseThrow();
        kline.low = all.stream().mapToDouble(Swap::price).min().orElseThrow();
        kline.mcapOpen = first.mcap();
        kline.mcapClose = last.mcap();
        kline.mcapHigh = all.stream().mapToDouble(Swap::mcap).max().orElseThrow();
        kline.mcapLow = all.stream().mapToDouble(Swap::mcap).min().orElseThrow();
        kline.volumeUsd = all.stream().mapToDouble(Swap::usd).sum();
        kline.volumeToken = all.stream().mapToDouble(Swap::tokens).sum();
        kline.buyVolumeUsd = buys.stream().mapToDouble(Swap::usd).sum();
        kline.buyVolumeToken = buys.stream().mapToDouble(Swap::tokens).sum();
        kline.trades = all.size();
        kline.buys = buys.size();
        return kline;
    }
}
