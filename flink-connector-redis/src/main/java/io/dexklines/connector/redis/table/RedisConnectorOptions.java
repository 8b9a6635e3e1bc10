package io.dexklines.connector.redis.table;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.dexklines.connector.redis.FailedCommandPolicy;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions.TypedConfigOptionBuilder;
import org.apache.flink.configuration.MemorySize;

/**
 * The options of a table with {@code 'connector' = 'redis'}. For an option without a default, the
 * sink has a default, which the description names.
 */
public final class RedisConnectorOptions {

    private static final Set<ConfigOption<?>> ALL = new HashSet<>();

    /** The commands that write a row. */
    public enum Command {
        /**
         * Writes a row as a hash. The primary key makes the key, and each other column is a field.
         * A NULL column has no field.
         */
        HSET,

        /** Writes a row as a string. The primary key makes the key, the other column the value. */
        SET,

        /**
         * Writes a row as a member of a sorted set. The last column of the primary key is the
         * member, the columns before it make the key of the set, and the other column is the score.
         */
        ZADD
    }

    // ------------------------------------------------------------------ connection

    public static final ConfigOption<String> URI =
            option(
                    key("uri").stringType(),
                    "The URI of one server: redis://user@host:port/database, or rediss://… for"
                            + " TLS. The user, the port and the database are optional. A"
                            + " password is refused. Set either this or 'nodes'.");

    public static final ConfigOption<RedisConnectionSettings.Topology> TOPOLOGY =
            option(
                    key("topology").enumType(RedisConnectionSettings.Topology.class),
                    RedisConnectionSettings.Topology.STANDALONE,
                    "What 'nodes' are: one server, sentinels, or nodes of a cluster.");

    public static final ConfigOption<List<String>> NODES =
            option(
                    key("nodes").stringType().asList().noDefaultValue(),
                    "host:port of the server, the sentinels, or some nodes of the cluster,"
                            + " separated by ';'. Set either this or 'uri'.");

    public static final ConfigOption<Integer> DATABASE =
            option(
                    key("database").intType(),
                    "The number of the database, with 'nodes'. Default 0, the only one of a"
                            + " cluster. 'uri' contains the database itself.");

    public static final ConfigOption<String> USERNAME =
            option(key("username").stringType(), "The ACL user. Default: 'default'.");

    public static final ConfigOption<String> PASSWORD =
            option(
                    key("password").stringType(),
                    "The reference to the password on the TaskManager: env:NAME or file:/path."
                            + " Never the password itself. Default: no authentication.");

    public static final ConfigOption<String> CLIENT_NAME =
            option(
                    key("client-name").stringType(),
                    "The name that CLIENT LIST shows. Default: none.");

    public static final ConfigOption<String> SENTINEL_MASTER =
            option(
                    key("sentinel.master").stringType(),
                    "The name of the master. Required with sentinels.");

    public static final ConfigOption<String> SENTINEL_USERNAME =
            option(
                    key("sentinel.username").stringType(),
                    "The ACL user for the sentinels. Default: 'default'.");

    public static final ConfigOption<String> SENTINEL_PASSWORD =
            option(
                    key("sentinel.password").stringType(),
                    "The reference to the sentinels' password on the TaskManager: env:NAME or"
                            + " file:/path. Default: no authentication.");

    public static final ConfigOption<Boolean> SENTINEL_TLS =
            option(
                    key("sentinel.tls.enabled").booleanType(),
                    "Whether to use TLS for the sentinels. Default: the same as for Redis.");

    public static final ConfigOption<Boolean> TLS =
            option(
                    key("tls.enabled").booleanType(),
                    false,
                    "Whether to use TLS. rediss:// in 'uri' enables it, too.");

    public static final ConfigOption<Boolean> TLS_VERIFY_HOSTNAME =
            option(
                    key("tls.verify-hostname").booleanType(),
                    true,
                    "Whether the server's certificate has to name the host.");

    public static final ConfigOption<String> TLS_TRUST_STORE =
            option(
                    key("tls.trust-store").stringType(),
                    "A trust store on the TaskManager with the trusted authorities. Default:"
                            + " those of the Java runtime.");

    public static final ConfigOption<String> TLS_TRUST_STORE_PASSWORD =
            option(
                    key("tls.trust-store-password").stringType(),
                    "The password of the store: env:NAME or file:/path.");

    public static final ConfigOption<String> TLS_KEY_STORE =
            option(
                    key("tls.key-store").stringType(),
                    "A key store on the TaskManager with the client certificate. Default: none.");

    public static final ConfigOption<String> TLS_KEY_STORE_PASSWORD =
            option(
                    key("tls.key-store-password").stringType(),
                    "The password of the store: env:NAME or file:/path.");

    public static final ConfigOption<Duration> CONNECT_TIMEOUT =
            option(
                    key("connect-timeout").durationType(),
                    RedisConnectionSettings.DEFAULT_CONNECT_TIMEOUT,
                    "The longest time to establish a connection.");

    public static final ConfigOption<Duration> REQUEST_TIMEOUT =
            option(
                    key("request-timeout").durationType(),
                    RedisConnectionSettings.DEFAULT_REQUEST_TIMEOUT,
                    "The longest time for a node to reply to a whole batch.");

    // ------------------------------------------------------------------ rows

    public static final ConfigOption<Command> COMMAND =
            option(key("command").enumType(Command.class), "The command that writes a row.");

    public static final ConfigOption<String> KEY_PREFIX =
            option(
                    key("key.prefix").stringType(),
                    "",
                    "The prefix of the key, before its columns.");

    public static final ConfigOption<String> KEY_SEPARATOR =
            option(
                    key("key.separator").stringType(),
                    ":",
                    "The ASCII character between the columns of the key. Inside all columns but"
                            + " the last, separators and backslashes are escaped by a backslash,"
                            + " so that no two rows share a key.");

    public static final ConfigOption<Duration> TTL =
            option(
                    key("ttl").durationType(),
                    "The time to live of the hash, the string, or the whole sorted set. Each"
                            + " write restarts it. Default: no expiry.");

    public static final ConfigOption<String> VERSION_COLUMN =
            option(
                    key("version-column").stringType(),
                    "With HSET: an integer column, NOT NULL. A row never replaces a row with a"
                            + " larger version, even if it is delayed or redelivered.");

    public static final ConfigOption<Duration> VERSION_TOMBSTONE_TTL =
            option(
                    key("version.tombstone-ttl").durationType(),
                    Duration.ofHours(1),
                    "How long Redis keeps the version of a deleted row, so that an older write"
                            + " does not restore the row.");

    // ------------------------------------------------------------------ sink

    public static final ConfigOption<FailedCommandPolicy> ON_FAILED_COMMAND =
            option(
                    key("sink.on-failed-command").enumType(FailedCommandPolicy.class),
                    FailedCommandPolicy.FAIL,
                    "What to do with a row if Redis will never carry out one of its commands, or"
                            + " if it is larger than 'sink.record.max-size'.");

    public static final ConfigOption<Integer> BATCH_MAX_SIZE =
            option(
                    key("sink.batch.max-size").intType(),
                    "The largest number of rows in one pipeline. Default 500.");

    public static final ConfigOption<MemorySize> FLUSH_BUFFER_SIZE =
            option(
                    key("sink.flush-buffer.size").memoryType(),
                    "The largest size of one pipeline. Default 4 MiB.");

    public static final ConfigOption<Duration> FLUSH_BUFFER_TIMEOUT =
            option(
                    key("sink.flush-buffer.timeout").durationType(),
                    "The longest time a row waits for a full batch. Default 100 ms.");

    public static final ConfigOption<Integer> REQUESTS_MAX_INFLIGHT =
            option(
                    key("sink.requests.max-inflight").intType(),
                    "The largest number of batches in flight for each subtask. Default 2 with a"
                            + " version column, otherwise 1: batches overtake each other, and"
                            + " only a version tells which write is newer.");

    public static final ConfigOption<Integer> REQUESTS_MAX_BUFFERED =
            option(
                    key("sink.requests.max-buffered").intType(),
                    "How many rows a subtask buffers before it backpressures. Default 5000.");

    public static final ConfigOption<MemorySize> RECORD_MAX_SIZE =
            option(
                    key("sink.record.max-size").memoryType(),
                    "The largest size of the commands of one row. Default 1 MiB.");

    public static final ConfigOption<Duration> RETRY_INITIAL_DELAY =
            option(
                    key("sink.retry.initial-delay").durationType(),
                    "The delay before the first retry. It doubles with each attempt. Default 50"
                            + " ms.");

    public static final ConfigOption<Duration> RETRY_MAX_DELAY =
            option(
                    key("sink.retry.max-delay").durationType(),
                    "The longest delay before a retry. Default 2 s.");

    public static final ConfigOption<Duration> RETRY_BUDGET =
            option(
                    key("sink.retry.budget").durationType(),
                    "How long a row may fail before the job fails. Default 10 min.");

    private RedisConnectorOptions() {}

    /** Returns all options of the connector. */
    static Set<ConfigOption<?>> all() {
        return Set.copyOf(ALL);
    }

    private static <T> ConfigOption<T> option(TypedConfigOptionBuilder<T> key, String description) {
        return option(key.noDefaultValue(), description);
    }

    private static <T> ConfigOption<T> option(
            TypedConfigOptionBuilder<T> key, T defaultValue, String description) {
        return option(key.defaultValue(defaultValue), description);
    }

    private static <T> ConfigOption<T> option(ConfigOption<T> option, String description) {
        ConfigOption<T> described = option.withDescription(description);
        ALL.add(described);
        return described;
    }
}
