package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.store.RowType;
import io.dexklines.smartmoney.SmartMoneyEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The events of smart money by their streams. There is only one version of each. */
final class SmartMoneyEventRows implements RowType<String, SmartMoneyEvent> {

    private static final long serialVersionUID = 1L;

    private record Key(String stream, String id) {}

    @Override
    public String partition(SmartMoneyEvent row) {
        return row.stream();
    }

    @Override
    public Object key(SmartMoneyEvent row) {
        return new Key(row.stream(), row.id());
    }

    @Override
    public String keyInPartition(SmartMoneyEvent row) {
        return row.id();
    }

    @Override
    public boolean supersedes(SmartMoneyEvent row, SmartMoneyEvent held) {
        return false;
    }

    @Override
    public boolean isLive(SmartMoneyEvent row) {
        return false;
    }

    @Override
    public void write(SmartMoneyEvent row, DataOutput out) throws IOException {
        row.write(out);
    }

    @Override
    public SmartMoneyEvent read(DataInput in) throws IOException {
        return SmartMoneyEvent.read(in);
    }
}
