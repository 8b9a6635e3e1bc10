package io.dexklines.job.sink.mysql;

import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import java.io.IOException;
import org.apache.flink.metrics.Counter;

/** Writes klines and the labels of their pairs, and emits the klines that MySQL refused. */
final class MySqlKlineOperator extends MySqlOperator<KlineUpdates> {

    private static final long serialVersionUID = 1L;

    /** The number of pairs whose labels a subtask remembers, about 20 MB at most. */
    private static final int LABELS_REMEMBERED = 50_000;

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
        write(
                Tables.KLINE,
                all ? klines.takeAll(nowMs) : klines.takeDue(nowMs),
                rowsWritten,
                rowsRefused);
        write(Tables.PAIR, labels.take(), labelsWritten, labelsRefused);
    }

    @Override
    boolean toTopic(Table<?> table) {
        // labels are for display only, and the pair's next trade contains them again
        return table != Tables.PAIR;
    }
}
