package io.dexklines.connector.redis.table;

import io.dexklines.connector.redis.RedisCommand;
import java.util.List;
import org.apache.flink.table.data.RowData;

/** A row is a string; without one when its value is NULL. */
final class StringConverter extends RowConverter {
    private static final long serialVersionUID = 1L;

    private final RowKey key;
    private final ColumnText value;
    private final long ttlMs;

    /**
     * @param ttlMs the time to live, 0 for none
     */
    StringConverter(RowKey key, ColumnText value, long ttlMs) {
        this.key = key;
        this.value = value;
        this.ttlMs = ttlMs;
    }

    @Override
    List<RedisCommand> upsert(RowData row) {
        byte[] bytes = value.bytes(row);
        if (bytes == null) {
            return delete(row);
        }
        RedisCommand.Builder set = RedisCommand.of("SET").key(key.of(row)).arg(bytes);
        if (ttlMs > 0) {
            set.arg("PX").arg(ttlMs);
        }
        return List.of(set.build());
    }

    @Override
    List<RedisCommand> delete(RowData row) {
        return List.of(RedisCommand.of("DEL").key(key.of(row)).build());
    }
}
