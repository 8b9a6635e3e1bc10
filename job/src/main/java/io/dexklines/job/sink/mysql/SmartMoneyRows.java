package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.store.RowType;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The trades of smart-money wallets, of which there is only one version each. */
final class SmartMoneyRows implements RowType<Wallet, SmartMoneyTrade> {

    private static final long serialVersionUID = 1L;

    @Override
    public Wallet partition(SmartMoneyTrade row) {
        return row.wallet();
    }

    @Override
    public Object key(SmartMoneyTrade row) {
        return row.id();
    }

    @Override
    public String keyInPartition(SmartMoneyTrade row) {
        return row.id();
    }

    @Override
    public boolean supersedes(SmartMoneyTrade row, SmartMoneyTrade held) {
        return false;
    }

    @Override
    public boolean isLive(SmartMoneyTrade row) {
        return false;
    }

    @Override
    public void write(SmartMoneyTrade row, DataOutput out) throws IOException {
        row.write(out);
    }

    @Override
    public SmartMoneyTrade read(DataInput in) throws IOException {
        return SmartMoneyTrade.read(in);
    }
}
