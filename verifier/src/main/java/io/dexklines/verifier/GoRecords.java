package io.dexklines.verifier;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.verifier.compare.Batch;
import io.dexklines.verifier.compare.Candle;
import io.dexklines.verifier.compare.Trade;
import io.dexklines.verifier.compare.TradeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The records of trades as the Go writer reads them: the elements of one pair in one record are one
 * batch, whether dex-klines counts them or not. Each trade takes about 400 bytes. Not thread-safe.
 */
final class GoRecords {

    private static final String SOLANA = "100000";
    private static final String DUPLICATE = "duplicate";
    private static final KlineKey ANY_KEY = new KlineKey("", "1m", 0);
    private static final Span ANY_SPAN = new Span("1m");
    private static final Swap.Labels NO_LABELS = new Swap.Labels("", "", "", "");

    private static final List<String> TEXTS =
            List.of("chain_id", "pair_addr", "tx_hash", "maker", "type", "hash_id", "swap_name");

    private static final List<String> INTEGERS =
            List.of("block_num", "block_time", "transaction_index", "log_index");

    private static final List<String> NUMBERS =
            List.of(
                    "token_amount",
                    "base_token_amount",
                    "total_usd",
                    "token_price_usd",
                    "base_token_price_usd",
                    "mcap",
                    "fdv");

    private final RecordReader reader;
    private final Predicate<String> pairs;
    private final long maxFutureSeconds;
    private final Map<String, List<Raw>> byPair = new HashMap<>();

    /**
     * A batch before duplicates are known.
     *
     * @param identities those of the swaps; null for an element that is none
     */
    private record Raw(Batch batch, List<Swap.Identity> identities) {}

    /**
     * @param pairs decides which pairs are kept
     * @param maxFutureSeconds how far the block time of a trade may be ahead of its record
     */
    GoRecords(
            Map<String, Set<String>> chainsByTopic,
            Predicate<String> pairs,
            long maxFutureSeconds) {
        this.reader = new RecordReader(chainsByTopic);
        this.pairs = pairs;
        this.maxFutureSeconds = maxFutureSeconds;
    }

    /** Adds a record. One that is no array holds no trades for either writer. */
    void add(String topic, int partition, long offset, long writtenMs, byte[] value) {
        JsonNode array = Json.parse(value);
        if (!array.isArray()) {
            return;
        }
        boolean readable = true;
        Map<String, List<Trade>> trades = new LinkedHashMap<>();
        Map<String, List<Swap.Identity>> identities = new HashMap<>();
        for (Entry entry : reader.entries(topic, partition, offset, writtenMs, value)) {
            JsonNode element = array.path(entry.index());
            readable &= isReadable(element);
            String chain = element.path("chain_id").asText();
            String pair = chain + ':' + Swap.compared(chain, element.path("pair_addr").asText());
            if (element.path("pair_addr").isTextual() && pairs.test(pair)) {
                TradeId id = new TradeId(topic, partition, offset, entry.index());
                trades.computeIfAbsent(pair, first -> new ArrayList<>())
                        .add(trade(id, element, excluded(entry)));
                identities
                        .computeIfAbsent(pair, first -> new ArrayList<>())
                        .add(entry.swap().map(Swap::identity).orElse(null));
            }
        }
        for (Map.Entry<String, List<Trade>> own : trades.entrySet()) {
            Batch batch = new Batch(topic, partition, offset, writtenMs, readable, own.getValue());
            byPair.computeIfAbsent(own.getKey(), first -> new ArrayList<>())
                    .add(new Raw(batch, identities.get(own.getKey())));
        }
    }

    private String excluded(Entry entry) {
        if (entry.rejection().isPresent()) {
            return entry.rejection().get().text();
        }
        long latest = entry.writtenMs() / 1000 + maxFutureSeconds;
        return entry.swap().orElseThrow().blockTime() > latest ? Reason.FUTURE.text() : "";
    }

    private static Trade trade(TradeId id, JsonNode element, String excluded) {
        long height = element.path("block_num").asLong();
        return new Trade(
                id,
                element.path("tx_hash").asText(),
                element.path("block_time").asLong(),
                height != 0 ? height : element.path("slot").asLong(),
                element.path("transaction_index").asLong(),
                element.path("log_index").asLong(),
                switch (element.path("type").asText()) {
                    case "buy" -> Trade.Side.BUY;
                    case "sell" -> Trade.Side.SELL;
                    default -> Trade.Side.NEITHER;
                },
                element.path("clamp").asBoolean(),
                number(element.path("token_price_usd")),
                number(element.path("mcap")),
                number(element.path("total_usd")),
                number(element.path("token_amount")),
                excluded);
    }

    private static double number(JsonNode node) {
        return RecordReader.number(node).orElse(0);
    }

    /**
     * Returns whether the Go writer can decode an element. On Solana, it loses a record with a
     * number that is a text. What it accepts on other chains is not known.
     */
    private static boolean isReadable(JsonNode element) {
        if (!element.path("chain_id").asText().equals(SOLANA)) {
            return true;
        }
        return TEXTS.stream().map(element::path).allMatch(n -> isAbsent(n) || n.isTextual())
                && INTEGERS.stream()
                        .map(element::path)
                        .allMatch(n -> isAbsent(n) || n.isIntegralNumber())
                && NUMBERS.stream().map(element::path).allMatch(n -> isAbsent(n) || n.isNumber())
                && (isAbsent(element.path("clamp")) || element.path("clamp").isBoolean());
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    Set<String> pairs() {
        return new TreeSet<>(byPair.keySet());
    }

    /** Returns and forgets the batches of a pair. Of a trade's copies, the first one counts. */
    List<Batch> remove(String pair) {
        List<Raw> raw = byPair.remove(pair);
        if (raw == null) {
            return List.of();
        }
        raw.sort(
                Comparator.comparingLong((Raw each) -> each.batch().writtenMs())
                        .thenComparing(each -> each.batch().topic())
                        .thenComparingInt(each -> each.batch().partition())
                        .thenComparingLong(each -> each.batch().offset()));
        Set<Swap.Identity> seen = new HashSet<>();
        List<Batch> batches = new ArrayList<>();
        for (Raw each : raw) {
            Batch batch = each.batch();
            List<Trade> trades = new ArrayList<>();
            for (int i = 0; i < batch.trades().size(); i++) {
                Trade trade = batch.trades().get(i);
                boolean isCopy = trade.counts() && !seen.add(each.identities().get(i));
                trades.add(isCopy ? trade.withExcluded(DUPLICATE) : trade);
            }
            batches.add(
                    new Batch(
                            batch.topic(),
                            batch.partition(),
                            batch.offset(),
                            batch.writtenMs(),
                            batch.readable(),
                            trades));
        }
        return batches;
    }

    /** Computes a kline as the verification does. */
    static Candle reference(List<Trade> trades) {
        Kline kline = Kline.of(ANY_KEY, ANY_SPAN, trades.stream().map(GoRecords::swap).toList());
        Swap opener = kline.openers().get(0);
        Swap closer = kline.closers().get(0);
        return new Candle(
                opener.priceUsd(),
                closer.priceUsd(),
                kline.high(),
                kline.low(),
                opener.mcap(),
                kline.mcapHigh(),
                kline.mcapLow(),
                closer.mcap(),
                kline.volumeUsd(),
                kline.volumeToken(),
                kline.buys(),
                kline.sells(),
                kline.trades());
    }

    private static Swap swap(Trade trade) {
        return new Swap(
                ":",
                trade.blockTime(),
                trade.block(),
                trade.transactionIndex(),
                trade.logIndex(),
                trade.id().index(),
                trade.txHash(),
                "",
                trade.side() == Trade.Side.BUY,
                trade.clamp(),
                trade.token(),
                0,
                trade.usd(),
                trade.price(),
                Math.max(0, trade.mcap()),
                NO_LABELS,
                0);
    }
}
