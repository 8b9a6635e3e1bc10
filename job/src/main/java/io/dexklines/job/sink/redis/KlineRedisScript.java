package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisScript;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.text.Column;
import io.dexklines.text.DecimalText;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The script that puts a kline into Redis. It never replaces a newer version by an older one, keeps
 * the newest 1500 klines of a pair and interval, or those of {@link CacheRetention#AGE}, and lets
 * sets without writes expire.
 *
 * <p>The key of a set is {@code kline:{chain_id}:{pair_addr}:{interval}}, the score is the open
 * time in epoch seconds, and a member is the address of the pair and the values of {@link
 * KlineColumns#REDIS_MEMBER}, separated by commas.
 */
public final class KlineRedisScript {

    /** The number of klines that a set keeps. */
    public static final int KEPT_KLINES = CacheRetention.NEWEST_KLINES;

    private static final String RESOURCE = "put-kline.lua";

    private static final String GUARDED = "";
    private static final String FORCE = "force";

    private KlineRedisScript() {}

    /**
     * A call of the script for one kline.
     *
     * @param key the only key, without the prefix of the settings
     * @param arguments the arguments after the key
     */
    public record Call(String key, List<String> arguments) {

        /**
         * Returns the call as a command of the connector.
         *
         * @param keyPrefix the text in front of the key; may be empty
         */
        public RedisCommand command(RedisScript script, String keyPrefix) {
            RedisCommand.Builder command = RedisCommand.call(script).key(keyPrefix + key);
            arguments.forEach(command::arg);
            return command.build();
        }
    }

    /** Returns the Lua source. The script uses a single key, so it also runs on a Redis cluster. */
    public static String text() {
        try (InputStream script = KlineRedisScript.class.getResourceAsStream(RESOURCE)) {
            if (script == null) {
                throw new IllegalStateException("the script " + RESOURCE + " is not in the jar");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the time without a write after which a set expires: 30 times its interval, but at
     * least 6 hours and at most 30 days. The sets of a pair that no longer trades therefore leave
     * one after the other, the smallest interval first.
     */
    public static Duration expiry(Interval interval) {
        return CacheRetention.NEWEST.expiry(interval);
    }

    /**
     * Returns whether the set of a kline still exists at a time if the kline was the last one that
     * was put.
     *
     * @param timeMs epoch milliseconds
     */
    static boolean isHeldAt(Kline newest, long timeMs) {
        return isHeldAt(RedisCompatibility.OFF, newest, timeMs);
    }

    static boolean isHeldAt(RedisCompatibility compatibility, Kline newest, long timeMs) {
        long expiryMs = compatibility.retention().expiry(newest.interval()).toMillis();
        return newest.closeTimeMs() + expiryMs > timeMs;
    }

    /** Returns the calls that put the updates, in their order. */
    public static List<Call> calls(KlineUpdates updates) {
        return updates.klines().stream().map(kline -> call(updates.pair(), kline)).toList();
    }

    /** Returns the call that puts a kline unconditionally. Only for a rebuild by an operator. */
    public static Call forcedCall(Pair pair, Kline kline) {
        return forcedCall(RedisCompatibility.OFF, pair, kline);
    }

    static Call forcedCall(RedisCompatibility compatibility, Pair pair, Kline kline) {
        return call(compatibility, pair, kline, FORCE);
    }

    /** Returns the call that puts a kline. */
    public static Call call(Pair pair, Kline kline) {
        return call(RedisCompatibility.OFF, pair, kline);
    }

    static Call call(RedisCompatibility compatibility, Pair pair, Kline kline) {
        return call(compatibility, pair, kline, GUARDED);
    }

    private static Call call(
            RedisCompatibility compatibility, Pair pair, Kline kline, String guard) {
        CacheRetention retention = compatibility.retention();
        Interval interval = kline.interval();
        String address = compatibility.address(pair);
        List<String> arguments = new ArrayList<>();
        arguments.add(Long.toString(Math.floorDiv(kline.openTimeMs(), 1000L)));
        arguments.add(member(address, kline));
        arguments.add(Long.toString(kline.trades()));
        arguments.add(Integer.toString(retention.older(interval)));
        arguments.add(Long.toString(retention.expiry(interval).toSeconds()));
        boolean byAge = retention == CacheRetention.AGE;
        if (byAge || guard.equals(FORCE)) {
            arguments.add(guard);
        }
        if (byAge) {
            arguments.add(Long.toString(retention.age(interval).toSeconds()));
        }
        return new Call(key(pair.chainId(), address, interval), arguments);
    }

    /** Returns the key of the set of a pair and interval. */
    static String key(Pair pair, Interval interval) {
        return key(RedisCompatibility.OFF, pair, interval);
    }

    static String key(RedisCompatibility compatibility, Pair pair, Interval interval) {
        return key(pair.chainId(), compatibility.address(pair), interval);
    }

    private static String key(String chainId, String address, Interval interval) {
        return "kline:" + chainId + ':' + address + ':' + interval.code();
    }

    private static String member(String address, Kline kline) {
        Member member = new Member(new StringBuilder(256).append(address));
        KlineColumns.REDIS_MEMBER.forEach(column -> column.write(kline, member));
        return member.text.toString();
    }

    /** Appends values, each after a comma. */
    private record Member(StringBuilder text) implements Column.Writer<RuntimeException> {

        @Override
        public void text(String name, String value) {
            text.append(',').append(value);
        }

        @Override
        public void whole(String name, long value) {
            text.append(',').append(value);
        }

        @Override
        public void number(String name, double value) {
            text.append(',').append(DecimalText.of(value));
        }

        @Override
        public void flag(String name, boolean value) {
            text.append(',').append(value);
        }
    }
}
