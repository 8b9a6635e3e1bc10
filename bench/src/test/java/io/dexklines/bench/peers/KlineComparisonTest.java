package io.dexklines.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.bench.peers.KlineComparison.Key;
import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KlineComparisonTest {

    private static final Key KEY = new Key("56:0xab", "1m", 60_000);
    private static final Key OTHER = new Key("56:0xab", "5m", 0);

    @TempDir Path folder;

    @Test
    void equalKlinesAreEqual() {
        assertThat(compare(kline -> {}, true).toString())
                .isEqualTo("1 klines, 0 missing, 0 unexpected, 0 wrong");
    }

    @Test
    void aSumMayDifferByABillionth() {
        assertThat(compare(kline -> kline.volumeUsd *= 1 + 0.9e-9, true).isEqual()).isTrue();

        assertThat(compare(kline -> kline.volumeUsd *= 1 + 1.1e-9, true).wrong()).isEqualTo(1);
    }

    @Test
    void aPriceMayNotDifferAtAll() {
        KlineComparison.Result result = compare(kline -> kline.high = Math.nextUp(12.0), true);

        assertThat(result.isEqual()).isFalse();
        assertThat(result.example()).isEqualTo(KEY + " high: 12.000000000000002 instead of 12.0");
    }

    @Test
    void everyFieldIsCompared() {
        assertThat(wrongAfter(kline -> kline.open++)).isTrue();
        assertThat(wrongAfter(kline -> kline.low++)).isTrue();
        assertThat(wrongAfter(kline -> kline.close++)).isTrue();
        assertThat(wrongAfter(kline -> kline.mcapOpen++)).isTrue();
        assertThat(wrongAfter(kline -> kline.mcapHigh++)).isTrue();
        assertThat(wrongAfter(kline -> kline.mcapLow++)).isTrue();
        assertThat(wrongAfter(kline -> kline.mcapClose++)).isTrue();
        assertThat(wrongAfter(kline -> kline.volumeToken++)).isTrue();
        assertThat(wrongAfter(kline -> kline.buyVolumeUsd++)).isTrue();
        assertThat(wrongAfter(kline -> kline.buyVolumeToken++)).isTrue();
        assertThat(wrongAfter(kline -> kline.trades++)).isTrue();
        assertThat(wrongAfter(kline -> kline.buys++)).isTrue();
        assertThat(wrongAfter(kline -> kline.volumeUsd = Double.NaN)).isTrue();
    }

    @Test
    void openAndCloseMayBeLeftOut() {
        Consumer<Kline> change =
                kline -> {
                    kline.open++;
                    kline.close++;
                    kline.mcapOpen++;
                    kline.mcapClose++;
                };

        assertThat(compare(change, false).isEqual()).isTrue();
        assertThat(compare(change, true).isEqual()).isFalse();
    }

    @Test
    void missingAndUnexpectedKlinesAreFound() {
        KlineComparison.Result result =
                KlineComparison.compare(Map.of(KEY, kline(KEY)), Map.of(OTHER, kline(OTHER)), true);

        assertThat(result.toString())
                .isEqualTo("1 klines, 1 missing, 1 unexpected, 0 wrong, such as missing " + KEY);
    }

    @Test
    void theVersionWithTheMostTradesCountsWhereverItIs() throws Exception {
        Kline former = kline(KEY);
        former.trades = 3;
        try (KlineFile first = KlineFile.in(folder);
                KlineFile second = KlineFile.in(folder)) {
            first.append(kline(KEY));
            second.append(former);
            second.append(kline(OTHER));

            Map<Key, Kline> newest = KlineComparison.newest(folder);

            assertThat(
                            KlineComparison.compare(
                                    Map.of(KEY, kline(KEY), OTHER, kline(OTHER)), newest, true))
                    .isEqualTo(new KlineComparison.Result(2, 0, 0, 0, ""));
        }
    }

    private static boolean wrongAfter(Consumer<Kline> change) {
        return compare(change, true).wrong() == 1;
    }

    private static KlineComparison.Result compare(Consumer<Kline> change, boolean ordered) {
        Kline changed = kline(KEY);
        change.accept(changed);
        return KlineComparison.compare(Map.of(KEY, kline(KEY)), Map.of(KEY, changed), ordered);
    }

    private static Kline kline(Key key) {
        Kline kline = new Kline();
        kline.pair = key.pair();
        kline.interval = key.interval();
        kline.openTimeMs = key.openTimeMs();
        kline.open = 10;
        kline.high = 12;
        kline.low = 8;
        kline.close = 11;
        kline.mcapOpen = 1000;
        kline.mcapHigh = 1200;
        kline.mcapLow = 800;
        kline.mcapClose = 1100;
        kline.volumeUsd = 82;
        kline.volumeToken = 8;
        kline.buyVolumeUsd = 36;
        kline.buyVolumeToken = 4;
        kline.trades = 4;
        kline.buys = 2;
        return kline;
    }
}
