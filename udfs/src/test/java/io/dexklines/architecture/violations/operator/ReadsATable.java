package io.dexklines.architecture.violations.operator;

import org.apache.flink.table.data.RowData;

/** An operator that reads rows of a table. */
public final class ReadsATable {

    private RowData row;

    public RowData row() {
        return row;
    }
}
