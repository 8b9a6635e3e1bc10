package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StreamKlinesTest {

    private static final long MINUTE_MS = 60_000;
    private static final long T0 = 1_700_000_040_000L;

    private final StreamKlines klines = new StreamKlines("1:0xabc@kline_1m");

    @Test
    void aVersionWithFewerTradesIsRefused() {
        assertThat(offer(T0, 5, false)).isTrue();
        assertThat(offer(T0, 4, false)).isFalse();
        assertThat(offer(T0, 4, true)).isFalse();
        assertThat(offer(T0, 6, false)).isTrue();

        assertThat(klines.current().version()).isEqualTo(new KlineVersion(T0, 6, false, 0));
    }

    @Test
    void aClosedKlineIsNotReplacedByTheSameVersionOpen() {
        assertThat(offer(T0, 5, true)).isTrue();
        assertThat(offer(T0, 5, false)).isFalse();
        assertThat(offer(T0, 5, true)).isTrue();

        assertThat(klines.current().version()).isEqualTo(new KlineVersion(T0, 5, true, 0));
    }

    @Test
    void aClosedKlineIsReplacedByItsCorrection() {
        offer(T0, 5, true);

        assertThat(offer(T0, 6, true)).isTrue();
        assertThat(klines.newestClosed().version().trades()).isEqualTo(6);
    }

    @Test
    void theCurrentKlineIsTheOneThatOpenedLast() {
        offer(T0 + MINUTE_MS, 1, false);
        offer(T0, 9, true);

        assertThat(klines.current().version().openTimeMs()).isEqualTo(T0 + MINUTE_MS);
        assertThat(klines.newestClosed().version().openTimeMs()).isEqualTo(T0);
    }

    @Test
    void withoutAClosedKlineThereIsNoNewestClosedOne() {
        offer(T0, 1, false);

        assertThat(klines.newestClosed()).isNull();
    }

    @Test
    void theEventsOfTheNewestThreeAreHeld() {
        offer(T0, 1, true);
        for (int minute = 1; minute <= 3; minute++) {
            offer(T0 + minute * MINUTE_MS, 1, false);
        }

        assertThat(klines.newestClosed()).isNull();
        assertThat(klines.current().version().openTimeMs()).isEqualTo(T0 + 3 * MINUTE_MS);
    }

    @Test
    void ofAnOldKlineThatArrivesLateOnlyTheVersionIsHeld() {
        for (int minute = 1; minute <= 3; minute++) {
            offer(T0 + minute * MINUTE_MS, 1, false);
        }

        assertThat(offer(T0, 7, true)).isTrue();
        assertThat(klines.newestClosed()).isNull();
        assertThat(offer(T0, 6, true)).isFalse();
        assertThat(offer(T0, 8, true)).isTrue();
        assertThat(klines.newestClosed()).isNull();
    }

    @Test
    void theVersionsOfTheNewest256AreHeldAndOlderKlinesPass() {
        for (int minute = 0; minute <= 256; minute++) {
            offer(T0 + minute * MINUTE_MS, 5, true);
        }

        assertThat(offer(T0 + MINUTE_MS, 4, true)).isFalse();
        assertThat(offer(T0 + MINUTE_MS, 6, true)).isTrue();
        assertThat(offer(T0, 6, true)).isTrue();
        assertThat(offer(T0, 5, true)).isTrue();
        assertThat(offer(T0 + MINUTE_MS, 5, true)).isFalse();
    }

    private boolean offer(long openTimeMs, long trades, boolean closed) {
        return klines.offer(
                new StreamEvent(
                        "1:0xabc@kline_1m",
                        "{}".getBytes(StandardCharsets.UTF_8),
                        new KlineVersion(openTimeMs, trades, closed, 0),
                        null));
    }
}
