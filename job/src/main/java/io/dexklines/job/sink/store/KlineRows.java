package io.dexklines.job.sink.store;

import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/** The rows of a store of klines. In state, a kline is an update of one kline. */
public final class KlineRows implements RowType<Pair, PairKline> {

    private static final long serialVersionUID = 1L;

    @Override
    public Pair partition(PairKline row) {
        return row.pair();
    }

    @Override
    public Object key(PairKline row) {
        return row.key();
    }

    @Override
    public String keyInPartition(PairKline row) {
        return row.kline().interval().code() + '/' + row.kline().openTimeMs();
    }

    @Override
    public boolean supersedes(PairKline row, PairKline held) {
        return row.kline().supersedes(held.kline());
    }

    @Override
    public boolean isLive(PairKline row) {
        return !row.kline().closed();
    }

    @Override
    public void write(PairKline row, DataOutput out) throws IOException {
        new KlineUpdates(row.pair(), PairLabels.UNKNOWN, List.of(row.kline())).write(out);
    }

    @Override
    public PairKline read(DataInput in) throws IOException {
        KlineUpdates updates = KlineUpdates.read(in);
        return new PairKline(updates.pair(), updates.klines().get(0));
    }
}
