package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisScript;
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
import java.util.ArrayList;
import java.util.List;

/**
 * How klines get into Redis: one script a kline, which never lets an older version replace a newer
 * one, keeps the newest 1500 of a pair and interval, and lets what nobody writes to expire.
 *
 * <p>The set is {@code kline:{chain_id}:{pair_addr}:{interval}}, the score is the open time in
 * epoch seconds, and the member is {@code
 * pair_addr,open_time,open,close,high,low,mcap_open,mcap_high,mcap_low,mcap_close,volume_usd,volume_token,buys,sells,trades}.
 */
public final class KlineRedisScript {

    /** How many klines of a pair and interval stay. */
    public static final int KEPT_KLINES = 1500;

    /** After how many seconds without a write a set goes. */
    public static final long EXPIRY_SECONDS = 30L * 24 * 3600;

    private static final String FORCE = "force";

    private static final String RESOURCE = "put-kline.lua";

    private KlineRedisScript() {}

    /**
     * One call of the script, for one kline.
     *
     * @param key its only key
     * @param arguments what follows the key
     */
    public record Call(String key, List<String> arguments) {

        /** For the connector. */
        public RedisCommand command(RedisScript script) {
            RedisCommand.Builder command = RedisCommand.call(script).key(key);
            arguments.forEach(command::arg);
            return command.build();
        }
    }

    /** The script, in Lua. It touches one key, so it runs on a cluster too. */
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

    /** The calls that put {@code updates}, in their order. */
    public static List<Call> calls(KlineUpdates updates) {
        List<Call> calls = new ArrayList<>(updates.klines().size());
        for (Kline kline : updates.klines()) {
            calls.add(call(updates.pair(), kline));
        }
        return calls;
    }

    /** The call that puts one kline whatever version is there: for an operator's rebuild alone. */
    public static Call forcedCall(Pair pair, Kline kline) {
        Call guarded = call(pair, kline);
        List<String> arguments = new ArrayList<>(guarded.arguments());
        arguments.add(FORCE);
        return new Call(guarded.key(), arguments);
    }

    /** The call that puts one kline. */
    public static Call call(Pair pair, Kline kline) {
        return new Call(
                key(pair, kline),
                List.of(
                        Long.toString(openTimeSeconds(kline)),
                        member(pair, kline),
                        Long.toString(kline.trades()),
                        Integer.toString(KEPT_KLINES),
                        Long.toString(EXPIRY_SECONDS)));
    }

    private static String key(Pair pair, Kline kline) {
        return "kline:" + pair.chainId() + ':' + pair.address() + ':' + kline.interval().code();
    }

    private static String member(Pair pair, Kline kline) {
        Member member = new Member(new StringBuilder(256).append(pair.address()));
        KlineColumns.REDIS_MEMBER.forEach(column -> column.write(kline, member));
        return member.text.toString();
    }

    private static long openTimeSeconds(Kline kline) {
        return Math.floorDiv(kline.openTimeMs(), 1000L);
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
