package io.dexklines.connector.redis.table;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommandConverter;
import java.util.List;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.table.data.RowData;

/** Turns a change of a table into commands: what a row is now, or that it is gone. */
abstract class RowConverter implements RedisCommandConverter<RowData> {
    private static final long serialVersionUID = 1L;

    @Override
    public final List<RedisCommand> convert(RowData row, SinkWriter.Context context) {
        return switch (row.getRowKind()) {
            case INSERT, UPDATE_AFTER -> upsert(row);
            case DELETE -> delete(row);
            // the row that comes after it has the same key
            case UPDATE_BEFORE -> List.of();
        };
    }

    abstract List<RedisCommand> upsert(RowData row);

    /** For a row of which only the primary key has to be there, unless the converter says else. */
    abstract List<RedisCommand> delete(RowData row);
}
