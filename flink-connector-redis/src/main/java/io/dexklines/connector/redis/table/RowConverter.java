package io.dexklines.connector.redis.table;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommandConverter;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.table.data.RowData;

/** Converts a change of a table to commands that write or delete a row. */
abstract class RowConverter implements RedisCommandConverter<RowData> {
    private static final long serialVersionUID = 1L;

    final RowKey key;
    final long ttlMs;

    /**
     * @param ttlMs the time to live; 0 for none
     */
    RowConverter(RowKey key, long ttlMs) {
        this.key = key;
        this.ttlMs = ttlMs;
    }

    @Override
    public final List<RedisCommand> convert(RowData row, SinkWriter.Context context) {
        return switch (row.getRowKind()) {
            case INSERT, UPDATE_AFTER -> upsert(row);
            case DELETE -> delete(row);
            // the UPDATE_AFTER that follows has the same key
            case UPDATE_BEFORE -> List.of();
        };
    }

    abstract List<RedisCommand> upsert(RowData row);

    /**
     * Returns the commands that delete a row. Only its primary key has to be present, unless the
     * converter requires more.
     */
    List<RedisCommand> delete(RowData row) {
        return List.of(RedisCommand.of("DEL").key(key.of(row)).build());
    }

    RedisCommand expire(byte[] rowKey) {
        return RedisCommand.of("PEXPIRE").key(rowKey).arg(ttlMs).build();
    }

    /** Writes a row as a hash. Fields that are not columns of the table remain unchanged. */
    static final class HashConverter extends RowConverter {
        private static final long serialVersionUID = 1L;

        private final List<ColumnEncoder> fields;

        /**
         * @param fields the columns to write
         */
        HashConverter(RowKey key, List<ColumnEncoder> fields, long ttlMs) {
            super(key, ttlMs);
            this.fields = List.copyOf(fields);
        }

        @Override
        List<RedisCommand> upsert(RowData row) {
            byte[] rowKey = key.of(row);
            RedisCommand.Builder set = RedisCommand.of("HSET").key(rowKey);
            RedisCommand.Builder clear = RedisCommand.of("HDEL").key(rowKey);
            int cleared = 0;
            for (ColumnEncoder field : fields) {
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
                commands.add(expire(rowKey));
            }
            return commands;
        }
    }

    /** Writes a row as a string. A NULL value deletes the string. */
    static final class StringConverter extends RowConverter {
        private static final long serialVersionUID = 1L;

        private final ColumnEncoder value;

        StringConverter(RowKey key, ColumnEncoder value, long ttlMs) {
            super(key, ttlMs);
            this.value = value;
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
    }

    /** Writes a row as a member of a sorted set. A NULL score removes the member. */
    static final class SortedSetConverter extends RowConverter {
        private static final long serialVersionUID = 1L;

        private final ColumnEncoder member;
        private final ColumnEncoder score;

        /**
         * @param score a numeric column
         * @param ttlMs the time to live of the whole set; 0 for none
         */
        SortedSetConverter(RowKey key, ColumnEncoder member, ColumnEncoder score, long ttlMs) {
            super(key, ttlMs);
            this.member = member;
            this.score = score;
        }

        @Override
        List<RedisCommand> upsert(RowData row) {
            byte[] scoreBytes = score.bytes(row);
            if (scoreBytes == null) {
                return delete(row);
            }
            byte[] set = key.of(row);
            RedisCommand add =
                    RedisCommand.of("ZADD").key(set).arg(scoreBytes).arg(memberOf(row)).build();
            return ttlMs == 0 ? List.of(add) : List.of(add, expire(set));
        }

        @Override
        List<RedisCommand> delete(RowData row) {
            return List.of(RedisCommand.of("ZREM").key(key.of(row)).arg(memberOf(row)).build());
        }

        private byte[] memberOf(RowData row) {
            return member.requiredBytes(row, RowKey.ROLE);
        }
    }
}
