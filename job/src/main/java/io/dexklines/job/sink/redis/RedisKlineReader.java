package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisReader;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
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
    private final RedisCompatibility compatibility;

    private RedisKlineReader(
            RedisReader redis, String keyPrefix, RedisCompatibility compatibility) {
        this.redis = redis;
        this.keyPrefix = keyPrefix;
        this.compatibility = compatibility;
    }

    /**
     * Returns an opener of readers of a Redis with every option for readers of the Go consumers
     * off.
     *
     * @param keyPrefix the text in front of all keys; may be empty
     */
    public static Opener of(RedisConnectionSettings connection, String keyPrefix) {
        return of(connection, keyPrefix, RedisCompatibility.OFF);
    }

    /**
     * Returns an opener of readers of a Redis.
     *
     * @param keyPrefix the text in front of all keys; may be empty
     */
    public static Opener of(
            RedisConnectionSettings connection,
            String keyPrefix,
            RedisCompatibility compatibility) {
        return () -> new RedisKlineReader(RedisReader.of(connection), keyPrefix, compatibility);
    }

    @Override
    public StoredKline read(PairKline.Key kline) throws IOException {
        String key =
                keyPrefix + KlineRedisScript.key(compatibility, kline.pair(), kline.interval());
        long openTime = Math.floorDiv(kline.openTimeMs(), 1000L);
        List<String> members;
        try {
            members = redis.membersAt(key, openTime);
            if (members.isEmpty()) {
                return isBeyondTheDepth(key, kline.interval(), openTime)
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

    /** Returns whether the set keeps newer klines only. */
    private boolean isBeyondTheDepth(String key, Interval interval, long openTime)
            throws IOException {
        CacheRetention retention = compatibility.retention();
        long newer = redis.countAbove(key, openTime);
        long ageSeconds = retention.age(interval).toSeconds();
        if (ageSeconds > 0) {
            double olderFrom = redis.highestScore(key).orElse(openTime) - ageSeconds;
            if (openTime > olderFrom) {
                return false;
            }
            newer -= redis.countAbove(key, olderFrom);
        }
        return newer >= retention.older(interval);
    }

    private StoredKline version(PairKline.Key kline, String member) {
        String[] fields = member.split(SEPARATOR, -1);
        List<Column<Kline>> columns = KlineColumns.REDIS_MEMBER;
        if (fields.length != 1 + columns.size()
                || !fields[0].equals(compatibility.address(kline.pair()))) {
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
