package io.dexklines.job.sink.store;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.sink.PairKline;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The contract of a writer of klines. It runs against real stores and against the one in memory
 * that the test of {@link StoreOperator} uses, so that all behave alike.
 */
@Timeout(150)
public abstract class StoreWriterContract {

    /** A store, and what a test can do to it. */
    public interface Store {

        /** Returns a writer that remembers what an earlier one did. */
        StoreWriter<PairKline> writer(long remembered) throws Exception;

        /** Returns the number of trades of each kline of a pair, by open time. */
        List<Long> trades(PairKline ofPair) throws Exception;

        /** Makes the store refuse klines of a pair, and returns the pair's first minute. */
        PairKline refused() throws Exception;

        /** Makes the store forget everything that was written. */
        void setBack() throws Exception;
    }

    private final List<StoreWriter<PairKline>> writers = new ArrayList<>();
    private Store store;

    /** Returns a running, empty store. */
    protected abstract Store store() throws Exception;

    @BeforeEach
    final void openStore() throws Exception {
        store = store();
    }

    @AfterEach
    final void closeWriters() {
        writers.forEach(StoreWriter::close);
    }

    @Test
    void anOlderVersionNeverReplacesANewerOne() throws Exception {
        StoreWriter<PairKline> writer = writer(StoreWriter.NOTHING);

        assertAllWritten(writer.write(rows(of(0, 3), of(1, 1)), 1));
        assertAllWritten(writer.write(rows(of(0, 2), of(1, 2)), 2));

        assertThat(store.trades(of(0, 1))).containsExactly(3L, 2L);
    }

    @Test
    void aBatchWithoutRowsIsWritten() throws Exception {
        assertAllWritten(writer(StoreWriter.NOTHING).write(rows(), 0));
    }

    @Test
    void aRefusedRowIsReturnedAndTheOthersAreWritten() throws Exception {
        PairKline refused = store.refused();

        Written<PairKline> written =
                writer(StoreWriter.NOTHING)
                        .write(rows(of(0, 1), refused, new PairKline(BONK, closed(0, 5))), 1);

        assertThat(written.refused()).extracting(Written.Refusal::row).containsExactly(refused);
        assertThat(written.again()).isEmpty();
        assertThat(written.letGo()).isEmpty();
        assertThat(store.trades(of(0, 1))).containsExactly(1L);
        assertThat(store.trades(new PairKline(BONK, closed(0, 5)))).containsExactly(5L);
    }

    @Test
    void aStoreThatWentBackInTimeIsReportedOnce() throws Exception {
        StoreWriter<PairKline> writer = writer(StoreWriter.NOTHING);
        writer.write(rows(of(0, 1)), 1);
        writer.write(rows(of(0, 2)), 2);

        store.setBack();

        assertThat(writer.write(rows(of(1, 1)), 3).loss())
                .singleElement()
                .satisfies(loss -> assertThat(loss.rows().test(of(0, 2))).isTrue());
        assertThat(writer.write(rows(), 3).loss()).isEmpty();
    }

    @Test
    void aStoreThatWentBackInTimeWhileNobodyWroteIsReported() throws Exception {
        StoreWriter<PairKline> before = writer(StoreWriter.NOTHING);
        before.write(rows(of(0, 1)), 1);
        before.write(rows(), 1);
        long remembered = before.remembered();

        assertThat(writer(remembered).write(rows(), 1).loss()).isEmpty();
        store.setBack();

        assertThat(writer(remembered).write(rows(), 1).loss()).hasSize(1);
    }

    @Test
    void aWriterThatWasAbortedWritesNothing() throws Exception {
        StoreWriter<PairKline> writer = writer(StoreWriter.NOTHING);

        writer.abort();

        assertThatThrownBy(() -> writer.write(rows(of(0, 1)), 1))
                .isInstanceOf(InterruptedException.class);
        assertThat(store.trades(of(0, 1))).isEmpty();
    }

    private StoreWriter<PairKline> writer(long remembered) throws Exception {
        StoreWriter<PairKline> writer = store.writer(remembered);
        writers.add(writer);
        return writer;
    }

    private static void assertAllWritten(Written<PairKline> written) {
        assertThat(written).isEqualTo(Written.all());
    }

    private static PairKline of(int minute, long trades) {
        return new PairKline(PEPE, open(minute, trades));
    }

    private static List<PairKline> rows(PairKline... rows) {
        return new ArrayList<>(List.of(rows));
    }
}
