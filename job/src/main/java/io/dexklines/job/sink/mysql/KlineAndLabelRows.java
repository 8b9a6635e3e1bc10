package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.OfPair;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.mysql.Tables.PairRow;
import io.dexklines.job.sink.store.KlineRows;
import io.dexklines.job.sink.store.RowType;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.Pair;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/** Klines, and the labels of their pairs. In state, labels are an update without klines. */
final class KlineAndLabelRows implements RowType<Pair, OfPair> {

    private static final long serialVersionUID = 1L;

    private static final KlineRows KLINES = new KlineRows();

    /** The identity of the labels of a pair. */
    private record LabelsKey(Pair pair) {}

    @Override
    public Pair partition(OfPair row) {
        return row.pair();
    }

    @Override
    public Object key(OfPair row) {
        return row instanceof PairKline kline ? KLINES.key(kline) : new LabelsKey(row.pair());
    }

    @Override
    public String keyInPartition(OfPair row) {
        return row instanceof PairKline kline ? KLINES.keyInPartition(kline) : "labels";
    }

    @Override
    public boolean supersedes(OfPair row, OfPair held) {
        return !(row instanceof PairKline kline) || KLINES.supersedes(kline, (PairKline) held);
    }

    @Override
    public boolean isLive(OfPair row) {
        return row instanceof PairKline kline && KLINES.isLive(kline);
    }

    @Override
    public void write(OfPair row, DataOutput out) throws IOException {
        if (row instanceof PairKline kline) {
            KLINES.write(kline, out);
        } else {
            new KlineUpdates(row.pair(), ((PairRow) row).labels(), List.of()).write(out);
        }
    }

    @Override
    public OfPair read(DataInput in) throws IOException {
        KlineUpdates updates = KlineUpdates.read(in);
        return updates.klines().isEmpty()
                ? new PairRow(updates.pair(), updates.labels())
                : new PairKline(updates.pair(), updates.klines().get(0));
    }
}
