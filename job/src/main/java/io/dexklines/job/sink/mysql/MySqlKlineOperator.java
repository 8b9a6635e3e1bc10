package io.dexklines.job.sink.mysql;

import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import java.io.IOException;
import org.apache.flink.metrics.Counter;

/** Writes klines, and the labels of their pairs; emits the klines that MySQL refused. */
final class MySqlKlineOperator extends MySqlOperator<KlineUpdates, RefusedKline> {

    private static final long serialVersionUID = 1L;

    /** Pairs whose labels a subtask remembers: some 20 MB at most. */
    private static final int LABELS_REMEMBERED = 50_000;

    private transient KlineTable klineTable;
    private transient PairTable pairTable;
    private transient PendingKlines klines;
    private transient PendingLabels labels;
    private transient Counter rowsWritten;
    private transient Counter rowsRefused;
    private transient Counter labelsWritten;
    private transient Counter labelsRefused;

    MySqlKlineOperator(MySqlTarget target) {
        super(target);
    }

    @Override
    void openPending() {
        klineTable = new KlineTable();
        pairTable = new PairTable();
        klines = new PendingKlines(target().liveInterval().toMillis());
        labels = new PendingLabels(LABELS_REMEMBERED);
        rowsWritten = counter(MySqlMetric.ROWS_WRITTEN);
        rowsRefused = counter(MySqlMetric.ROWS_REFUSED);
        labelsWritten = counter(MySqlMetric.LABELS_WRITTEN);
        labelsRefused = counter(MySqlMetric.LABELS_REFUSED);
        gauge(MySqlMetric.ROWS_COLLAPSED, klines::collapsed);
        gauge(MySqlMetric.ROWS_PENDING, klines::rows);
    }

    @Override
    void offer(KlineUpdates updates) {
        labels.offer(updates.pair(), updates.labels());
        for (Kline kline : updates.klines()) {
            klines.offer(updates.pair(), kline);
        }
    }

    @Override
    int dueRows() {
        return klines.dueRows();
    }

    @Override
    void writePending(boolean all, long nowMs) throws IOException, InterruptedException {
        for (RefusedRow<KlineRow> refused :
                write(
                        klineTable,
                        all ? klines.takeAll(nowMs) : klines.takeDue(nowMs),
                        rowsWritten,
                        rowsRefused)) {
            emit(
                    new RefusedKline(
                            refused.row().pair(),
                            refused.row().kline(),
                            refused.sqlState(),
                            refused.errorCode(),
                            refused.reason()));
        }
        write(pairTable, labels.take(), labelsWritten, labelsRefused);
    }
}
