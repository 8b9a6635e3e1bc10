package io.dexklines.job.sink.mysql;

import io.dexklines.smartmoney.SmartMoneyTrade;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.Counter;

/** Writes the trades of smart-money wallets, and emits those that MySQL refused. */
final class MySqlSmartMoneyOperator extends MySqlOperator<SmartMoneyTrade> {

    private static final long serialVersionUID = 1L;

    private transient List<SmartMoneyTrade> trades;
    private transient Counter rowsWritten;
    private transient Counter rowsRefused;

    MySqlSmartMoneyOperator(MySqlTarget target) {
        super(target);
    }

    @Override
    void openPending() {
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
        trades.sort(Tables.SMART_MONEY_TRADE.order());
        write(Tables.SMART_MONEY_TRADE, trades, rowsWritten, rowsRefused);
        trades.clear();
    }
}
