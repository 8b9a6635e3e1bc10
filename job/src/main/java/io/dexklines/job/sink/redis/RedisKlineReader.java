package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisReader;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.text.Column;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads single members of the sorted sets that {@link KlineRedisScript} fills. */
public final class RedisKlineReader implements KlineReader {

    private static final String SEPARATOR = ",";

    private final RedisReader redis;
    private final String keyPrefix;

    private RedisKlineReader(RedisReader redis, String keyPrefix) {
        this.redis = redis;
        this.keyPrefix = keyPrefix;
    }

    /**
     * Returns an opener of readers of a Redis.
     *
     * @param keyPrefix the text in front of all keys; may be empty
     */
    public static Opener of(RedisConnectionSettings connection, String keyPrefix) {
        return () -> new RedisKlineReader(RedisReader.of(connection), keyPrefix);
    }

    @Override
    public StoredKline read(PairKline.Key kline) throws IOException {
        String key = keyPrefix + KlineRedisScript.key(kline.pair(), kline.interval());
        long openTime = Math.floorDiv(kline.openTimeMs(), 1000L);
        List<String> members;
        try {
            members = redis.membersAt(key, openTime);
            if (members.isEmpty()) {
                return redis.countAbove(key, openTime) >= KlineRedisScript.KEPT_KLINES
                        ? new StoredKline.NotKept()
                        : new StoredKline.Missing();
            }
        } catch (RedisReader.WrongTypeException e) {
            return new StoredKline.Unreadable(e.getMessage());
        }
        if (members.size() > 1) {
            return new StoredKline.Unreadable("several members: " + members);
        }
        try {
            return version(kline, members.get(0));
        } catch (IllegalArgumentException e) {
            return new StoredKline.Unreadable("the member " + members.get(0));
        }
    }

    private static StoredKline version(PairKline.Key kline, String member) {
        String[] fields = member.split(SEPARATOR, -1);
        List<Column<Kline>> columns = KlineColumns.REDIS_MEMBER;
        if (fields.length != 1 + columns.size() || !fields[0].equals(kline.pair().address())) {
            throw new IllegalArgumentException("not a member of this pair");
        }
        Map<Column<Kline>, String> texts = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            texts.put(columns.get(i), fields[1 + i]);
        }
        return StoredKline.Version.of(columns, new Texts(texts));
    }

    private record Texts(Map<Column<Kline>, String> byColumn)
            implements KlineColumns.Values<NumberFormatException> {

        @Override
        public long whole(Column<Kline> column) {
            return Long.parseLong(byColumn.get(column));
        }

        @Override
        public double number(Column<Kline> column) {
            return Double.parseDouble(byColumn.get(column));
        }

        @Override
        public boolean flag(Column<Kline> column) {
            return Boolean.parseBoolean(byColumn.get(column));
        }
    }

    @Override
    public void close() {
        redis.close();
    }
}
