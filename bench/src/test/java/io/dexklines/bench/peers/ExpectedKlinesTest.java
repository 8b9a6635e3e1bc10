package io.dexklines.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.bench.peers.KlineComparison.Key;
import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.peer.Kline;
import io.dexklines.peer.Trade;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The expected klines, and the naive fold beside them. */
class ExpectedKlinesTest {

    private static final long SEED = 3;

    /** Just before a Monday, so that every interval has a boundary in the market. */
    private static final long START_MS = Instant.parse("2026-01-04T23:59:50Z").toEpochMilli();

    @Test
    void foldsTradesInTheOrderOfTrading() {
        ExpectedKlines expected = new ExpectedKlines();
        expected.add(
                """
                [{"chain_id":"56","pair_addr":"0xAB","type":"sell","block_num":2,"block_time":1767571200,
                "token_price_usd":"3","mcap":30,"total_usd":"6","token_amount":"2"},
                {"chain_id":"56","pair_addr":"0xab","type":"add_position","block_num":2,"block_time":1767571200,
                "token_price_usd":"9","mcap":90,"total_usd":"9","token_amount":"1"}]"""
                        .getBytes(UTF_8));
        expected.add(
                """
                [{"chain_id":"56","pair_addr":"0xab","type":"buy","block_num":1,"block_time":1767571199,
                "token_price_usd":"2","mcap":20,"total_usd":"2","token_amount":"1"}]"""
                        .getBytes(UTF_8));

        Map<Key, Kline> klines = expected.klines();

        assertThat(expected.swaps()).isEqualTo(2);
        // midnight before a Monday is a boundary of every interval
        assertThat(klines).hasSize(18);
        assertThat(klines).containsKey(new Key("56:0xab", "1w", 1_766_966_400_000L));
        Kline second = klines.get(new Key("56:0xab", "1w", 1_767_571_200_000L));
        assertThat(second.open).isEqualTo(3);
        assertThat(second.trades).isEqualTo(1);
        assertThat(second.buys).isZero();
        assertThat(second.volumeUsd).isEqualTo(6);
    }

    @Test
    void theNaiveFoldMakesTheExpectedKlinesOfAShuffledMarket() throws IOException {
        ExpectedKlines expected = new ExpectedKlines();
        List<byte[]> records = records(expected);

        assertThat(KlineComparison.compare(expected.klines(), naive(records), true))
                .as("seed %d", SEED)
                .isEqualTo(new KlineComparison.Result(expected.klines().size(), 0, 0, 0, ""));
    }

    @Test
    void aRecordThatIsLostOrRedeliveredIsFound() throws IOException {
        ExpectedKlines expected = new ExpectedKlines();
        List<byte[]> records = records(expected);
        byte[] one = records.stream().filter(record -> record.length > 2).findFirst().orElseThrow();

        records.remove(one);
        assertThat(KlineComparison.compare(expected.klines(), naive(records), true).isEqual())
                .isFalse();
        records.add(one);
        records.add(one);
        assertThat(KlineComparison.compare(expected.klines(), naive(records), true).isEqual())
                .isFalse();
    }

    /** Returns half a minute of a market without irregularities, out of order within seconds. */
    private static List<byte[]> records(ExpectedKlines expected) {
        CleanTrades trades = new CleanTrades();
        trades.expect(expected);
        Market market = new Market(new MarketSettings(SEED, START_MS, 60, 60, 150));
        List<byte[]> records = new ArrayList<>();
        for (SimulatedRecord record = market.next().orElse(null);
                record != null;
                record = market.next().orElse(null)) {
            trades.apply(record).ifPresent(records::add);
        }
        Random random = new Random(SEED);
        for (int from = 0; from < records.size(); from += 4) {
            Collections.shuffle(records.subList(from, Math.min(from + 4, records.size())), random);
        }
        assertThat(trades.swaps()).isEqualTo(expected.swaps()).isGreaterThan(1_000);
        return records;
    }

    private static Map<Key, Kline> naive(List<byte[]> records) throws IOException {
        Map<Key, Kline> klines = new HashMap<>();
        NaiveFold<String> fold =
                new NaiveFold<>(
                        pair -> pair,
                        kline -> assertThat(klines.put(Key.of(kline), kline)).isNull());
        ObjectMapper json = new ObjectMapper();
        for (byte[] record : records) {
            for (Trade trade : json.readValue(record, Trade[].class)) {
                if (trade.isSwap()) {
                    fold.add(trade.complete().pair, trade);
                }
            }
        }
        fold.closeAll();
        return klines;
    }
}
