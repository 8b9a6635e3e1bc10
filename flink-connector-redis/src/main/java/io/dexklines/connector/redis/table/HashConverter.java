package io.dexklines.connector.redis.table;

import io.dexklines.connector.redis.RedisCommand;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.RowData;

/** A row is a hash; fields of it that the table has no column for are left alone. */
final class HashConverter extends RowConverter {
    private static final long serialVersionUID = 1L;

    private final RowKey key;
    private final List<ColumnText> fields;
    private final long ttlMs;

    /**
     * @param fields the columns to write
     * @param ttlMs the time to live, 0 for none
     */
    HashConverter(RowKey key, List<ColumnText> fields, long ttlMs) {
        this.key = key;
        this.fields = List.copyOf(fields);
        this.ttlMs = ttlMs;
    }

    @Override
    List<RedisCommand> upsert(RowData row) {
        byte[] rowKey = key.of(row);
        RedisCommand.Builder set = RedisCommand.of("HSET").key(rowKey);
        RedisCommand.Builder clear = RedisCommand.of("HDEL").key(rowKey);
        int cleared = 0;
        for (ColumnText field : fields) {
            byte[] value = field.bytes(row);
            if (value == null) {
                clear.arg(field.name());
                cleared++;
            } else {
                set.arg(field.name()).arg(value);
            }
        }
        List<RedisCommand> commands = new ArrayList<>(3);
        if (cleared < fields.size()) {
            commands.add(set.build());
        }
        if (cleared > 0) {
            commands.add(clear.build());
        }
        if (ttlMs > 0) {
            commands.add(RedisCommand.of("PEXPIRE").key(rowKey).arg(ttlMs).build());
        }
        return commands;
    }

    @Override
    List<RedisCommand> delete(RowData row) {
        return List.of(RedisCommand.of("DEL").key(key.of(row)).build());
    }
}
