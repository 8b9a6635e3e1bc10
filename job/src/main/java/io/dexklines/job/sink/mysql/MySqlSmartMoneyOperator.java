package io.dexklines.job.sink.mysql;

import io.dexklines.smartmoney.SmartMoneyTrade;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.Counter;

/** Writes the trades of listed wallets; emits those that MySQL refused. */
final class MySqlSmartMoneyOperator extends MySqlOperator<SmartMoneyTrade, RefusedSmartMoneyTrade> {

    private static final long serialVersionUID = 1L;

    private transient SmartMoneyTable table;
    private transient List<SmartMoneyTrade> trades;
    private transient Counter rowsWritten;
    private transient Counter rowsRefused;

    MySqlSmartMoneyOperator(MySqlTarget target) {
        super(target);
    }

    @Override
    void openPending() {
        table = new SmartMoneyTable();
        trades = new ArrayList<>();
        rowsWritten = counter(MySqlMetric.ROWS_WRITTEN);
        rowsRefused = counter(MySqlMetric.ROWS_REFUSED);
        gauge(MySqlMetric.ROWS_PENDING, trades::size);
    }

    @Override
    void offer(SmartMoneyTrade trade) {
        trades.add(trade);
    }

    @Override
    int dueRows() {
        return trades.size();
    }

    @Override
    void writePending(boolean all, long nowMs) throws IOException, InterruptedException {
        trades.sort(SmartMoneyTable.BY_PRIMARY_KEY);
        List<RefusedRow<SmartMoneyTrade>> refused = write(table, trades, rowsWritten, rowsRefused);
        trades.clear();
        for (RefusedRow<SmartMoneyTrade> each : refused) {
            emit(
                    new RefusedSmartMoneyTrade(
                            each.row(), each.sqlState(), each.errorCode(), each.reason()));
        }
    }
}
