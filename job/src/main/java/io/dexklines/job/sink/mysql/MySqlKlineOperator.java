package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.OfPair;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.mysql.Tables.PairRow;
import io.dexklines.job.sink.store.Written;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.text.AddressCase;
import io.dexklines.trade.Pair;
import java.util.ArrayList;
import java.util.List;

/** Writes klines and the labels of their pairs, and emits the klines that MySQL refused. */
final class MySqlKlineOperator extends MySqlOperator<Pair, KlineUpdates, OfPair> {

    private static final long serialVersionUID = 1L;

    /** One pair for so many rows in memory: a quarter of the memory of the subtask. */
    private static final int ROWS_PER_LABELS = 3;

    private transient KnownLabels labels;

    MySqlKlineOperator(MySqlTarget target) {
        super(target, new KlineAndLabelRows());
    }

    @Override
    public void open() throws Exception {
        labels = new KnownLabels(target().settings().memoryRows() / ROWS_PER_LABELS);
        super.open();
    }

    @Override
    protected void accept(KlineUpdates updates) {
        if (labels.changes(updates.pair(), updates.labels())) {
            offer(new PairRow(updates.pair(), updates.labels()));
        }
        for (Kline kline : updates.klines()) {
            offer(new PairKline(updates.pair(), kline));
        }
    }

    @Override
    protected int[] lanesOf(Pair pair) {
        return target().lanes().lanesOf(pair.chainId(), pair.address());
    }

    @Override
    String writerName(int subtask) {
        return writerNameOf(job(), subtask);
    }

    static String writerNameOf(String job, int subtask) {
        return job + "/klines-" + subtask;
    }

    @Override
    MySqlStoreWriter.Batches<OfPair> batches() {
        if (target().addressCase() == AddressCase.LOWER) {
            return super.batches();
        }
        SpelledPairs spelled = new SpelledPairs(target().addressCase());
        return (writer, rows, refused) -> {
            // first, so that no reader misses a kline of a new pair
            spelled.add(writer, rows);
            write(writer, rows, refused);
        };
    }

    @Override
    void write(MySqlWriter writer, List<OfPair> rows, List<Written.Refusal<OfPair>> refused)
            throws InterruptedException {
        List<PairKline> klines = new ArrayList<>(rows.size());
        List<PairRow> pairs = new ArrayList<>();
        for (OfPair row : rows) {
            if (row instanceof PairKline kline) {
                klines.add(kline);
            } else {
                pairs.add((PairRow) row);
            }
        }
        MySqlStoreWriter.write(writer, Tables.KLINE, klines, true, refused);
        // labels are for display only, and the pair's next trade contains them again
        MySqlStoreWriter.write(writer, Tables.PAIR, pairs, false, refused);
    }
}
