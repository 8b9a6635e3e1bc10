package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisScript;
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
 * the newest 1500 klines of a pair and interval, and lets sets without writes expire.
 *
 * <p>The key of a set is {@code kline:{chain_id}:{pair_addr}:{interval}}, the score is the open
 * time in epoch seconds, and a member is the address of the pair and the values of {@link
 * KlineColumns#REDIS_MEMBER}, separated by commas.
 */
public final class KlineRedisScript {

    /** The number of klines that a set keeps. */
    public static final int KEPT_KLINES = 1500;

    private static final Duration SHORTEST_EXPIRY = Duration.ofHours(6);
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(30);

    /** A set stays for so many of its intervals without a write. */
    private static final int EXPIRY_INTERVALS = 30;

    private static final String FORCE = "force";

    private static final String RESOURCE = "put-kline.lua";

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
        long openTimeMs = interval.openTimeMs(0);
        Duration expiry =
                Duration.ofMillis(interval.closeTimeMs(openTimeMs) - openTimeMs)
                        .multipliedBy(EXPIRY_INTERVALS);
        if (expiry.compareTo(SHORTEST_EXPIRY) < 0) {
            return SHORTEST_EXPIRY;
        }
        return expiry.compareTo(LONGEST_EXPIRY) > 0 ? LONGEST_EXPIRY : expiry;
    }

    /**
     * Returns whether the set of a kline still exists at a time if the kline was the last one that
     * was put.
     *
     * @param timeMs epoch milliseconds
     */
    static boolean isHeldAt(Kline newest, long timeMs) {
        return newest.closeTimeMs() + expiry(newest.interval()).toMillis() > timeMs;
    }

    /** Returns the calls that put the updates, in their order. */
    public static List<Call> calls(KlineUpdates updates) {
        return updates.klines().stream().map(kline -> call(updates.pair(), kline)).toList();
    }

    /** Returns the call that puts a kline unconditionally. Only for a rebuild by an operator. */
    public static Call forcedCall(Pair pair, Kline kline) {
        Call guarded = call(pair, kline);
        List<String> arguments = new ArrayList<>(guarded.arguments());
        arguments.add(FORCE);
        return new Call(guarded.key(), arguments);
    }

    /** Returns the call that puts a kline. */
    public static Call call(Pair pair, Kline kline) {
        return new Call(
                key(pair, kline.interval()),
                List.of(
                        Long.toString(Math.floorDiv(kline.openTimeMs(), 1000L)),
                        member(pair, kline),
                        Long.toString(kline.trades()),
                        Integer.toString(KEPT_KLINES),
                        Long.toString(expiry(kline.interval()).toSeconds())));
    }

    /** Returns the key of the set of a pair and interval. */
    static String key(Pair pair, Interval interval) {
        return "kline:" + pair.chainId() + ':' + pair.address() + ':' + interval.code();
    }

    private static String member(Pair pair, Kline kline) {
        Member member = new Member(new StringBuilder(256).append(pair.address()));
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
