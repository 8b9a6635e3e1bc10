package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.store.Written;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import java.util.List;

/** Writes the trades of smart-money wallets, and emits those that MySQL refused. */
final class MySqlSmartMoneyOperator
        extends MySqlOperator<Wallet, SmartMoneyTrade, SmartMoneyTrade> {

    private static final long serialVersionUID = 1L;

    MySqlSmartMoneyOperator(MySqlTarget target) {
        super(target, new SmartMoneyRows());
    }

    @Override
    protected void accept(SmartMoneyTrade trade) {
        offer(trade);
    }

    @Override
    protected int[] lanesOf(Wallet wallet) {
        return target().lanes().lanesOf(wallet.chainId(), wallet.address());
    }

    @Override
    String writerName(int subtask) {
        return job() + "/smart-money-" + subtask;
    }

    @Override
    void write(
            MySqlWriter writer,
            List<SmartMoneyTrade> rows,
            List<Written.Refusal<SmartMoneyTrade>> refused)
            throws InterruptedException {
        MySqlStoreWriter.write(writer, Tables.SMART_MONEY_TRADE, rows, true, refused);
    }
}
