package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisFrame;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One command to Redis: a plain one with its arguments, or the call of a {@link RedisScript} with
 * its keys and arguments.
 *
 * <pre>{@code
 * RedisCommand.of("ZADD").key("recent").arg(openTimeMs).arg(member).build()
 * RedisCommand.call(GUARDED_SET).key("{42}:price").arg(version).arg(price).build()
 * }</pre>
 *
 * <p>A command may be carried out more than once, and an older one after a newer one: it has to set
 * values ({@code SET}, {@code HSET}, {@code ZADD}), not change them ({@code INCRBY}, {@code
 * LPUSH}), and where the newest has to win it has to be guarded by a version.
 *
 * <p>Texts are sent as UTF-8. Arrays are not copied: whoever hands one over does not change it
 * afterwards.
 */
public final class RedisCommand implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final byte[] EVALSHA = utf8("EVALSHA");
    private static final byte[] EVAL = utf8("EVAL");

    /** What an argument costs on the wire beside its bytes: its length and two line ends. */
    private static final int BYTES_AROUND_ARGUMENT = 10;

    /** A key longer than this is cut in messages. */
    private static final int SHOWN_KEY_BYTES = 100;

    private final String name;
    private final RedisScript script;
    private final int routingKey;
    private final int keyCount;
    private final byte[][] args;

    /**
     * @param name the plain command, null for the call of a script
     * @param script the script, null for a plain command
     * @param routingKey index in args of the key that decides the node
     * @param keyCount how many of args are keys; those of a script come first
     */
    RedisCommand(String name, RedisScript script, int routingKey, int keyCount, byte[][] args) {
        this.name = name;
        this.script = script;
        this.routingKey = routingKey;
        this.keyCount = keyCount;
        this.args = args;
    }

    /** A plain command, such as {@code ZADD}; keys and arguments follow in the order of Redis. */
    public static Builder of(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank() || name.contains(" ")) {
            throw new IllegalArgumentException(
                    "not the name of a command: '" + name + "'; a sub-command is an argument");
        }
        return new Builder(name, null);
    }

    /** The call of a script; keys and arguments arrive in it as {@code KEYS} and {@code ARGV}. */
    public static Builder call(RedisScript script) {
        return new Builder(null, Objects.requireNonNull(script, "script"));
    }

    /** The name of a plain command; null for the call of a script. */
    String name() {
        return name;
    }

    /** The script that is called; null for a plain command. */
    RedisScript script() {
        return script;
    }

    int routingKey() {
        return routingKey;
    }

    int keyCount() {
        return keyCount;
    }

    byte[][] args() {
        return args;
    }

    /** About how many bytes the command takes on the wire. */
    long sizeInBytes() {
        long size = script == null ? name.length() : script.digest().length() + EVALSHA.length;
        for (byte[] arg : args) {
            size += arg.length + BYTES_AROUND_ARGUMENT;
        }
        return size;
    }

    /**
     * The command for the wire.
     *
     * @param scriptByText whether to send the text of a script rather than its digest
     */
    RedisFrame frame(boolean scriptByText) {
        byte[] key = args[routingKey];
        if (script == null) {
            return new RedisFrame(utf8(name), key, args);
        }
        byte[][] all = new byte[args.length + 2][];
        all[0] = utf8(scriptByText ? script.text() : script.digest());
        all[1] = utf8(Integer.toString(keyCount));
        System.arraycopy(args, 0, all, 2, args.length);
        return new RedisFrame(scriptByText ? EVAL : EVALSHA, key, all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RedisCommand
                && Objects.equals(((RedisCommand) other).name, name)
                && Objects.equals(((RedisCommand) other).script, script)
                && ((RedisCommand) other).routingKey == routingKey
                && ((RedisCommand) other).keyCount == keyCount
                && Arrays.deepEquals(((RedisCommand) other).args, args);
    }

    @Override
    public int hashCode() {
        return 31 * Objects.hash(name, script, routingKey, keyCount) + Arrays.deepHashCode(args);
    }

    /** The command and its first key; no argument, for logs see it. */
    @Override
    public String toString() {
        byte[] key = args[routingKey];
        String shown =
                new String(key, 0, Math.min(key.length, SHOWN_KEY_BYTES), StandardCharsets.UTF_8);
        return (script == null ? name : "the call of " + script)
                + " on key '"
                + shown
                + (key.length > SHOWN_KEY_BYTES ? "…'" : "'");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Collects the keys and arguments of a command. */
    public static final class Builder {
        private final String name;
        private final RedisScript script;
        private final List<byte[]> keys = new ArrayList<>(2);
        private final List<byte[]> args = new ArrayList<>();
        private int routingKey = -1;
        private int keyCount;

        private Builder(String name, RedisScript script) {
            this.name = name;
            this.script = script;
        }

        /** A key; the first decides the node in a cluster. Every command needs one. */
        public Builder key(String key) {
            return key(utf8(key));
        }

        /** A key; the first decides the node in a cluster. Every command needs one. */
        public Builder key(byte[] key) {
            Objects.requireNonNull(key, "key");
            List<byte[]> place = script == null ? args : keys;
            if (routingKey < 0) {
                routingKey = place.size();
            }
            place.add(key);
            keyCount++;
            return this;
        }

        /** An argument. */
        public Builder arg(String value) {
            return arg(utf8(value));
        }

        /** An argument. */
        public Builder arg(byte[] value) {
            args.add(Objects.requireNonNull(value, "value"));
            return this;
        }

        /** An argument, in decimal. */
        public Builder arg(long value) {
            return arg(Long.toString(value));
        }

        /**
         * An argument, as the shortest decimal that reads back as the same double.
         *
         * @throws IllegalArgumentException for NaN, which Redis has no word for
         */
        public Builder arg(double value) {
            if (Double.isNaN(value)) {
                throw new IllegalArgumentException("NaN is no argument of a command");
            }
            if (Double.isInfinite(value)) {
                return arg(value > 0 ? "+inf" : "-inf");
            }
            return arg(Double.toString(value));
        }

        /**
         * The command.
         *
         * @throws IllegalStateException when it has no key
         */
        public RedisCommand build() {
            if (keyCount == 0) {
                throw new IllegalStateException(
                        (script == null ? name : script.toString())
                                + " has no key, which decides the node of a cluster it goes to");
            }
            List<byte[]> all = new ArrayList<>(keys);
            all.addAll(args);
            return new RedisCommand(name, script, routingKey, keyCount, all.toArray(new byte[0][]));
        }
    }
}
