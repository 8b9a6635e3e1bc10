package io.dexklines.job.sink.check;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.MIDNIGHT_MS;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.kline;
import static io.dexklines.job.sink.SampleKlines.ofNumber;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.job.sink.StoredKline.Version;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the check needs of a reader. It runs against the real stores and against the one that other
 * tests use, so that they agree.
 */
@Timeout(180)
public abstract class KlineReaderContract {

    private KlineReader reader;

    /** Returns an opener of readers of a store that runs and is empty. */
    protected abstract KlineReader.Opener readers() throws Exception;

    /** Writes a kline, which replaces any version. */
    protected abstract void put(PairKline kline) throws Exception;

    /** Makes the store unreachable. */
    protected abstract void stop() throws Exception;

    /** Makes the store reachable again, with its klines. */
    protected abstract void start() throws Exception;

    @BeforeEach
    void openReader() throws Exception {
        reader = readers().open();
    }

    @AfterEach
    void closeReader() {
        reader.close();
    }

    @Test
    void aKlineIsReadAsItWasWritten() throws Exception {
        put(new PairKline(PEPE, closed(0, 5)));

        assertThat(verdict(PEPE, closed(0, 5))).isEqualTo(Verdict.RIGHT);
        assertThat(((Version) read(PEPE, closed(0, 5))).trades()).isEqualTo(5);
    }

    @Test
    void onlyTheKlineThatIsAskedForIsRead() throws Exception {
        put(new PairKline(PEPE, closed(0, 5)));
        put(new PairKline(BONK, closed(1, 5)));
        put(new PairKline(PEPE, closed(2, 7)));
        put(new PairKline(PEPE, kline(Interval.FIVE_MINUTES, MIDNIGHT_MS + 60_000L, 9, true)));

        assertThat(read(PEPE, closed(1, 5))).isEqualTo(new StoredKline.Missing());
        assertThat(verdict(BONK, closed(1, 5))).isEqualTo(Verdict.RIGHT);
        assertThat(verdict(PEPE, closed(2, 7))).isEqualTo(Verdict.RIGHT);
    }

    @Test
    void aCorrectionIsReadAsSoonAsItIsWritten() throws Exception {
        put(new PairKline(PEPE, closed(0, 5)));
        read(PEPE, closed(0, 5));

        put(new PairKline(PEPE, closed(0, 6)));

        assertThat(verdict(PEPE, closed(0, 6))).isEqualTo(Verdict.RIGHT);
        assertThat(verdict(PEPE, closed(0, 5))).isEqualTo(Verdict.AHEAD);
        assertThat(verdict(PEPE, closed(0, 7))).isEqualTo(Verdict.WRONG);
    }

    @Test
    void otherValuesForTheSameTradesAreRead() throws Exception {
        put(new PairKline(PEPE, withClose(closed(0, 5), 0.5)));

        assertThat(verdict(PEPE, closed(0, 5))).isEqualTo(Verdict.WRONG);
        assertThat(Verdict.differences(closed(0, 5), (Version) read(PEPE, closed(0, 5))))
                .isEqualTo("close 0.3333333333333333 is stored as 0.5");
    }

    @Test
    void extremeNumbersAreReadExactly() throws Exception {
        double[] numbers = {0, -0.0, Double.MIN_VALUE, 0.1 + 0.2, 1e22, 1.7976931348623157e308};
        for (int minute = 0; minute < numbers.length; minute++) {
            Kline extreme = close(ofNumber(minute, numbers[minute], 3));
            put(new PairKline(PEPE, extreme));

            assertThat(Verdict.differences(extreme, (Version) read(PEPE, extreme))).isEmpty();
        }
    }

    @Test
    void anUnreachableStoreIsAnExceptionUntilItIsBack() throws Exception {
        put(new PairKline(PEPE, closed(0, 5)));
        assertThat(verdict(PEPE, closed(0, 5))).isEqualTo(Verdict.RIGHT);

        stop();
        assertThatThrownBy(() -> read(PEPE, closed(0, 5))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(PEPE, closed(0, 5))).isInstanceOf(IOException.class);
        start();

        assertThat(verdict(PEPE, closed(0, 5))).isEqualTo(Verdict.RIGHT);
    }

    @Test
    void aReaderMayBeClosedBeforeItReadsAndTwice() throws Exception {
        KlineReader unused = readers().open();
        unused.close();
        unused.close();
    }

    private Verdict verdict(Pair pair, Kline kline) throws IOException {
        return Verdict.of(kline, read(pair, kline));
    }

    private StoredKline read(Pair pair, Kline kline) throws IOException {
        return reader.read(new PairKline(pair, kline).key());
    }

    static Kline withClose(Kline kline, double close) {
        return copy(kline, close, kline.closed());
    }

    private static Kline close(Kline kline) {
        return copy(kline, kline.close(), true);
    }

    private static Kline copy(Kline kline, double close, boolean closed) {
        return new Kline(
                kline.interval(),
                kline.openTimeMs(),
                kline.open(),
                kline.high(),
                kline.low(),
                close,
                kline.mcapOpen(),
                kline.mcapHigh(),
                kline.mcapLow(),
                kline.mcapClose(),
                kline.volumeUsd(),
                kline.volumeToken(),
                kline.buyVolumeUsd(),
                kline.buyVolumeToken(),
                kline.trades(),
                kline.buys(),
                kline.first(),
                kline.last(),
                closed);
    }
}
