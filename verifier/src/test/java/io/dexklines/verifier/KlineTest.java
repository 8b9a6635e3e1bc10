package io.dexklines.verifier;

import static io.dexklines.verifier.Records.MONDAY;
import static io.dexklines.verifier.Records.TOPIC;
import static io.dexklines.verifier.Records.buy;
import static io.dexklines.verifier.Records.record;
import static io.dexklines.verifier.Records.sell;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KlineTest {

    private static final KlineKey KEY = new KlineKey(Records.PAIR, "1m", MONDAY);

    @Test
    void aKlineIsMadeOfItsTradesInTheirOrder() {
        Kline kline =
                kline(
                        sell("0x2", MONDAY + 24, 4, 0.25),
                        buy("0x1", MONDAY, 2, 1),
                        buy("0x3", MONDAY + 12, 8, 0.5));

        assertThat(Column.OPEN.of(kline)).isEqualTo(2.0);
        assertThat(Column.HIGH.of(kline)).isEqualTo(8.0);
        assertThat(Column.LOW.of(kline)).isEqualTo(2.0);
        assertThat(Column.CLOSE.of(kline)).isEqualTo(4.0);
        assertThat(Column.MCAP_CLOSE.of(kline)).isEqualTo(4000.0);
        assertThat(Column.VOLUME_USD.of(kline)).isEqualTo(7.0);
        assertThat(Column.VOLUME_TOKEN.of(kline)).isEqualTo(1.75);
        assertThat(Column.BUY_VOLUME_USD.of(kline)).isEqualTo(6.0);
        assertThat(Column.BUY_VOLUME_TOKEN.of(kline)).isEqualTo(1.5);
        assertThat(Column.TRADES.of(kline)).isEqualTo(3L);
        assertThat(Column.BUYS.of(kline)).isEqualTo(2L);
        assertThat(Column.SELLS.of(kline)).isEqualTo(1L);
        assertThat(Column.VWAP.of(kline)).isEqualTo(4.0);
        assertThat(Column.FIRST_TRADE_TIME.of(kline)).isEqualTo(MONDAY);
        assertThat(Column.LAST_TRADE_TIME.of(kline)).isEqualTo(MONDAY + 24);
        assertThat(Column.FIRST.of(kline)).isEqualTo(MONDAY / 12 + "#0#0");
        assertThat(Column.LAST_MS.of(kline)).isEqualTo(MONDAY * 1000 + 59_999);
        assertThat(Column.PAIR_ADDR.of(kline)).isEqualTo("0xab");
    }

    @Test
    void aSumIsRoundedOnce() {
        // one by one the small ones would vanish
        Kline kline =
                kline(
                        buy("0x1", MONDAY, 1, 1e16),
                        buy("0x2", MONDAY, 1, 1),
                        buy("0x3", MONDAY, 1, 1));

        assertThat(kline.volumeToken()).isEqualTo(1e16 + 2);
    }

    @Test
    void sumsAndTheVwapAreTheLargestDoubleIfTheyAreLarger() {
        Kline sums =
                kline(
                        buy("0x1", MONDAY, 1, Double.MAX_VALUE),
                        buy("0x2", MONDAY, 1, Double.MAX_VALUE));
        Kline vwap =
                kline(
                        buy("0x1", MONDAY, 1, Double.MIN_VALUE)
                                .replace("\"total_usd\":", "\"total_usd\":501,\"was\":"));

        assertThat(sums.volumeToken()).isEqualTo(Double.MAX_VALUE);
        assertThat(sums.buyVolumeToken()).isEqualTo(Double.MAX_VALUE);
        assertThat(sums.volumeUsd()).isEqualTo(Double.MAX_VALUE);
        assertThat(sums.buyVolumeUsd()).isEqualTo(Double.MAX_VALUE);
        assertThat(sums.vwap()).isEqualTo(1);
        assertThat(vwap.vwap()).isEqualTo(Double.MAX_VALUE);
    }

    @Test
    void sandwichesMakeVolumeButNoPriceUnlessThereIsNothingElse() {
        String clamp = buy("0x1", MONDAY, 100, 1).replace("\"mcap\"", "\"clamp\":true,\"mcap\"");

        assertThat(kline(clamp, buy("0x2", MONDAY + 1, 2, 1)).high()).isEqualTo(2);
        assertThat(kline(clamp, buy("0x2", MONDAY + 1, 2, 1)).volumeUsd()).isEqualTo(102);
        assertThat(kline(clamp).high()).isEqualTo(100);
    }

    @Test
    void tradesThatDifferInTheirIdentityAloneMayOpenInAnyOrderButOneOfThemOpensBoth() {
        Swap first = swaps(buy("0x1", MONDAY, 2, 1)).get(0);
        Swap other = swaps(buy("0x2", MONDAY, 4, 1)).get(0);
        Kline kline = Kline.of(KEY, new Span("1m"), List.of(first, other));

        assertThat(row(2.0, 2000.0).difference(kline)).isEmpty();
        assertThat(row(4.0, 4000.0).difference(kline)).isEmpty();
        assertThat(row(2.0, 4000.0).difference(kline)).isPresent();
        assertThat(row(3.0, 2000.0).difference(kline)).isPresent();
    }

    private static Row row(double open, double mcapOpen) {
        Map<Column, Object> values = new EnumMap<>(Column.class);
        values.put(Column.OPEN, open);
        values.put(Column.MCAP_OPEN, mcapOpen);
        return new Row(KEY, values, Optional.empty());
    }

    private static Kline kline(String... trades) {
        return Kline.of(KEY, new Span("1m"), swaps(trades));
    }

    private static List<Swap> swaps(String... trades) {
        return new RecordReader(Records.CHAINS)
                .entries(TOPIC, 0, 0, 0, record(trades)).stream()
                        .map(entry -> entry.swap().orElseThrow())
                        .toList();
    }
}
