package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.store.Written;
import io.dexklines.smartmoney.SmartMoneyEvent;
import java.util.List;

/** Writes the events of smart money, and emits nothing. */
final class MySqlEventOperator extends MySqlOperator<String, SmartMoneyEvent, SmartMoneyEvent> {

    private static final long serialVersionUID = 1L;

    /** Stands for the address where rows are assigned to servers: see {@code docs/scaling.md}. */
    private static final String ADDRESS = "events";

    MySqlEventOperator(MySqlTarget target) {
        super(target, new SmartMoneyEventRows());
    }

    @Override
    protected void accept(SmartMoneyEvent event) {
        offer(event);
    }

    @Override
    protected int[] lanesOf(String stream) {
        return target().lanes().lanesOf(stream, ADDRESS);
    }

    @Override
    String writerName(int subtask) {
        return job() + "/smart-money-events-" + subtask;
    }

    @Override
    void write(
            MySqlWriter writer,
            List<SmartMoneyEvent> rows,
            List<Written.Refusal<SmartMoneyEvent>> refused)
            throws InterruptedException {
        MySqlStoreWriter.write(writer, Tables.SMART_MONEY_EVENT, rows, false, refused);
    }
}
