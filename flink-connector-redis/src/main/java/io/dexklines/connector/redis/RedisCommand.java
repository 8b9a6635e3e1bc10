package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.EncodedCommand;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A Redis command: either a plain command with its arguments, or a call of a {@link RedisScript}
 * with its keys and arguments.
 *
 * <pre>{@code
 * RedisCommand.of("ZADD").key("recent").arg(openTimeMs).arg(member).build()
 * RedisCommand.call(GUARDED_SET).key("{42}:price").arg(version).arg(price).build()
 * }</pre>
 *
 * <p>The sink may send a command more than once, and an older command after a newer one. Therefore
 * a command has to set a value ({@code SET}, {@code HSET}, {@code ZADD}) and not change one ({@code
 * INCRBY}, {@code LPUSH}). If the newest value has to win, guard it by a version.
 *
 * <p>Strings are encoded in UTF-8. Byte arrays are not copied and must not be changed afterwards.
 */
public final class RedisCommand implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final byte[] EVALSHA = utf8("EVALSHA");
    private static final byte[] EVAL = utf8("EVAL");

    /** Bytes of the protocol around an argument: its length and two line ends. */
    private static final int BYTES_AROUND_ARGUMENT = 10;

    /** Longest part of a key that messages show, in bytes. */
    private static final int MAX_SHOWN_KEY_BYTES = 100;

    private final String name;
    private final RedisScript script;
    private final int routingKey;
    private final int keyCount;
    private final byte[][] args;

    /**
     * @param name the name of a plain command; null for a script call
     * @param script the script; null for a plain command
     * @param routingKey index in {@code args} of the key that selects the node
     * @param keyCount number of keys in {@code args}; the keys of a script call come first
     */
    RedisCommand(String name, RedisScript script, int routingKey, int keyCount, byte[][] args) {
        this.name = name;
        this.script = script;
        this.routingKey = routingKey;
        this.keyCount = keyCount;
        this.args = args;
    }

    /**
     * Starts a plain command, such as {@code ZADD}. Add keys and arguments in the order of Redis.
     *
     * @throws IllegalArgumentException if the name is blank or contains a space
     */
    public static Builder of(String name) {
        Objects.requireNonNull(name, "name");
        if (name.isBlank() || name.contains(" ")) {
            throw new IllegalArgumentException(
                    "not the name of a command: '" + name + "'; a sub-command is an argument");
        }
        return new Builder(name, null);
    }

    /**
     * Starts a call of a script, which receives its parameters as {@code KEYS} and {@code ARGV}.
     */
    public static Builder call(RedisScript script) {
        return new Builder(null, Objects.requireNonNull(script, "script"));
    }

    /** Returns the name of a plain command; null for a script call. */
    String name() {
        return name;
    }

    /** Returns the script of a script call; null for a plain command. */
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

    /** Returns the approximate size of the encoded command. */
    long sizeInBytes() {
        long size = script == null ? name.length() : script.digest().length() + EVALSHA.length;
        for (byte[] arg : args) {
            size += arg.length + BYTES_AROUND_ARGUMENT;
        }
        return size;
    }

    /**
     * Encodes the command.
     *
     * @param scriptByText whether to send a script by its text ({@code EVAL}) instead of its digest
     *     ({@code EVALSHA})
     */
    EncodedCommand encode(boolean scriptByText) {
        byte[] key = args[routingKey];
        if (script == null) {
            return new EncodedCommand(utf8(name), key, args);
        }
        byte[][] all = new byte[args.length + 2][];
        all[0] = utf8(scriptByText ? script.text() : script.digest());
        all[1] = utf8(Integer.toString(keyCount));
        System.arraycopy(args, 0, all, 2, args.length);
        return new EncodedCommand(scriptByText ? EVAL : EVALSHA, key, all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RedisCommand that
                && Objects.equals(that.name, name)
                && Objects.equals(that.script, script)
                && that.routingKey == routingKey
                && that.keyCount == keyCount
                && Arrays.deepEquals(that.args, args);
    }

    @Override
    public int hashCode() {
        return 31 * Objects.hash(name, script, routingKey, keyCount) + Arrays.deepHashCode(args);
    }

    /** Returns the command and its first key, without arguments, because messages are logged. */
    @Override
    public String toString() {
        byte[] key = args[routingKey];
        int shownBytes = Math.min(key.length, MAX_SHOWN_KEY_BYTES);
        return (script == null ? name : "the call of " + script)
                + " on key '"
                + new String(key, 0, shownBytes, StandardCharsets.UTF_8)
                + (key.length > MAX_SHOWN_KEY_BYTES ? "…'" : "'");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A builder that collects the keys and arguments of a command. */
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

        /** Adds a key. The first key selects the node of a cluster; every command needs one. */
        public Builder key(String key) {
            return key(utf8(key));
        }

        /** Adds a key. The first key selects the node of a cluster; every command needs one. */
        public Builder key(byte[] key) {
            Objects.requireNonNull(key, "key");
            List<byte[]> target = script == null ? args : keys;
            if (routingKey < 0) {
                routingKey = target.size();
            }
            target.add(key);
            keyCount++;
            return this;
        }

        /** Adds an argument. */
        public Builder arg(String value) {
            return arg(utf8(value));
        }

        /** Adds an argument. */
        public Builder arg(byte[] value) {
            args.add(Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Adds an argument in decimal notation. */
        public Builder arg(long value) {
            return arg(Long.toString(value));
        }

        /**
         * Adds an argument as the shortest decimal that parses to the same double.
         *
         * @throws IllegalArgumentException for NaN, which Redis cannot represent
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
         * Builds the command.
         *
         * @throws IllegalStateException if the command has no key
         */
        public RedisCommand build() {
            if (keyCount == 0) {
                throw new IllegalStateException(
                        (script == null ? name : script.toString())
                                + " has no key; the key selects the node of a cluster");
            }
            List<byte[]> all = new ArrayList<>(keys);
            all.addAll(args);
            return new RedisCommand(name, script, routingKey, keyCount, all.toArray(new byte[0][]));
        }
    }
}
