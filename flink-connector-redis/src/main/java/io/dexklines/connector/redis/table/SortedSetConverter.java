package io.dexklines.connector.redis.table;

import io.dexklines.connector.redis.RedisCommand;
import java.util.List;
import org.apache.flink.table.data.RowData;

/** A row is a member of a sorted set; it is none when its score is NULL. */
final class SortedSetConverter extends RowConverter {
    private static final long serialVersionUID = 1L;

    private final RowKey key;
    private final ColumnText member;
    private final ColumnText score;
    private final long ttlMs;

    /**
     * @param score a numeric column
     * @param ttlMs the time to live of the whole set, 0 for none
     */
    SortedSetConverter(RowKey key, ColumnText member, ColumnText score, long ttlMs) {
        this.key = key;
        this.member = member;
        this.score = score;
        this.ttlMs = ttlMs;
    }

    @Override
    List<RedisCommand> upsert(RowData row) {
        byte[] scoreText = score.bytes(row);
        if (scoreText == null) {
            return delete(row);
        }
        byte[] set = key.of(row);
        RedisCommand add =
                RedisCommand.of("ZADD").key(set).arg(scoreText).arg(memberOf(row)).build();
        return ttlMs == 0
                ? List.of(add)
                : List.of(add, RedisCommand.of("PEXPIRE").key(set).arg(ttlMs).build());
    }

    @Override
    List<RedisCommand> delete(RowData row) {
        return List.of(RedisCommand.of("ZREM").key(key.of(row)).arg(memberOf(row)).build());
    }

    private byte[] memberOf(RowData row) {
        byte[] bytes = member.bytes(row);
        if (bytes == null) {
            throw new IllegalArgumentException(
                    "the column '" + member.name() + "' of the primary key is NULL");
        }
        return bytes;
    }
}
