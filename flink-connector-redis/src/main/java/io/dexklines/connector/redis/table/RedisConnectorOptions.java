package io.dexklines.connector.redis.table;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.dexklines.connector.redis.FailedCommandPolicy;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/**
 * The options of a table with {@code 'connector' = 'redis'}. Those without a default leave the
 * matter to the sink, whose default the description names.
 */
public final class RedisConnectorOptions {

    // ------------------------------------------------------------------ where Redis is

    public static final ConfigOption<String> URI =
            key("uri")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "One server: redis://host:port/database, or rediss://… for TLS. Port,"
                                    + " database and a user before the host may be left out; a"
                                    + " password is refused. Either this or 'nodes'.");

    public static final ConfigOption<RedisConnectionSettings.Topology> TOPOLOGY =
            key("topology")
                    .enumType(RedisConnectionSettings.Topology.class)
                    .defaultValue(RedisConnectionSettings.Topology.STANDALONE)
                    .withDescription(
                            "Who answers at 'nodes': one server, sentinels, or a cluster.");

    public static final ConfigOption<List<String>> NODES =
            key("nodes")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "host:port of the server, of the sentinels, or of some nodes of the"
                                    + " cluster, separated by ';'. Either this or 'uri'.");

    public static final ConfigOption<Integer> DATABASE =
            key("database")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "The number of the database, with 'nodes'; 0 by default, the only one"
                                    + " of a cluster. With 'uri' it stands there.");

    public static final ConfigOption<String> USERNAME =
            key("username")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The ACL user; by default the server's user 'default'.");

    public static final ConfigOption<String> PASSWORD =
            key("password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Where the TaskManager finds the password: env:NAME or file:/path."
                                    + " Never the password itself. No authentication by default.");

    public static final ConfigOption<String> CLIENT_NAME =
            key("client-name")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The name that CLIENT LIST shows; none by default.");

    public static final ConfigOption<String> SENTINEL_MASTER =
            key("sentinel.master")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The name of the master; needed with sentinels.");

    public static final ConfigOption<String> SENTINEL_USERNAME =
            key("sentinel.username")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The ACL user at the sentinels.");

    public static final ConfigOption<String> SENTINEL_PASSWORD =
            key("sentinel.password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Where the TaskManager finds the password of the sentinels: env:NAME or"
                                    + " file:/path.");

    public static final ConfigOption<Boolean> SENTINEL_TLS =
            key("sentinel.tls.enabled")
                    .booleanType()
                    .noDefaultValue()
                    .withDescription("Whether to speak TLS to the sentinels; as to Redis.");

    public static final ConfigOption<Boolean> TLS =
            key("tls.enabled")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription("Whether to speak TLS; rediss:// in 'uri' says so, too.");

    public static final ConfigOption<Boolean> TLS_VERIFY_HOSTNAME =
            key("tls.verify-hostname")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription("Whether the server's certificate has to name the host.");

    public static final ConfigOption<String> TLS_TRUST_STORE =
            key("tls.trust-store")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "A key store on the TaskManager with the authorities to trust; by"
                                    + " default those of the Java runtime.");

    public static final ConfigOption<String> TLS_TRUST_STORE_PASSWORD =
            key("tls.trust-store-password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Where its password is found: env:NAME or file:/path.");

    public static final ConfigOption<String> TLS_KEY_STORE =
            key("tls.key-store")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "A key store on the TaskManager with the certificate to show the"
                                    + " server; none by default.");

    public static final ConfigOption<String> TLS_KEY_STORE_PASSWORD =
            key("tls.key-store-password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Where its password is found: env:NAME or file:/path.");

    public static final ConfigOption<Duration> CONNECT_TIMEOUT =
            key("connect-timeout")
                    .durationType()
                    .defaultValue(RedisConnectionSettings.DEFAULT_CONNECT_TIMEOUT)
                    .withDescription("How long a connection may take to be made.");

    public static final ConfigOption<Duration> REQUEST_TIMEOUT =
            key("request-timeout")
                    .durationType()
                    .defaultValue(RedisConnectionSettings.DEFAULT_REQUEST_TIMEOUT)
                    .withDescription("How long a node may take to answer a whole batch.");

    // ------------------------------------------------------------------ what a row is there

    public static final ConfigOption<RedisTableCommand> COMMAND =
            key("command")
                    .enumType(RedisTableCommand.class)
                    .noDefaultValue()
                    .withDescription("What a row is in Redis.");

    public static final ConfigOption<String> KEY_PREFIX =
            key("key.prefix")
                    .stringType()
                    .defaultValue("")
                    .withDescription("Stands before the columns of the key, as it is.");

    public static final ConfigOption<String> KEY_SEPARATOR =
            key("key.separator")
                    .stringType()
                    .defaultValue(":")
                    .withDescription(
                            "The one character between the columns of the key. In all of them but"
                                    + " the last it is preceded by a backslash, and so is a"
                                    + " backslash, so that no two rows share a key.");

    public static final ConfigOption<Duration> TTL =
            key("ttl")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "The time to live, set anew by each write: of the hash, the string, or"
                                    + " the whole sorted set. By default they stay.");

    public static final ConfigOption<String> VERSION_COLUMN =
            key("version-column")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "With HSET: an integer column, NOT NULL. A row never replaces one of a"
                                    + " larger version, however late or often it comes.");

    public static final ConfigOption<Duration> VERSION_TOMBSTONE_TTL =
            key("version.tombstone-ttl")
                    .durationType()
                    .defaultValue(Duration.ofHours(1))
                    .withDescription(
                            "How long the version of a deleted row is kept, in place of the row, so"
                                    + " that an older write does not bring it back.");

    // ------------------------------------------------------------------ how it is written

    public static final ConfigOption<FailedCommandPolicy> ON_FAILED_COMMAND =
            key("sink.on-failed-command")
                    .enumType(FailedCommandPolicy.class)
                    .defaultValue(FailedCommandPolicy.FAIL)
                    .withDescription(
                            "What happens to a row that Redis refuses for good, or that is larger"
                                    + " than 'sink.record.max-size'.");

    public static final ConfigOption<Integer> BATCH_MAX_SIZE =
            key("sink.batch.max-size")
                    .intType()
                    .noDefaultValue()
                    .withDescription("Rows in one pipeline; 500 by default.");

    public static final ConfigOption<MemorySize> FLUSH_BUFFER_SIZE =
            key("sink.flush-buffer.size")
                    .memoryType()
                    .noDefaultValue()
                    .withDescription("Bytes in one pipeline; 4 MiB by default.");

    public static final ConfigOption<Duration> FLUSH_BUFFER_TIMEOUT =
            key("sink.flush-buffer.timeout")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "How long a row waits for its batch to fill; 100 ms by default.");

    public static final ConfigOption<Integer> REQUESTS_MAX_INFLIGHT =
            key("sink.requests.max-inflight")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Batches on their way per subtask. By default 2 with a version column,"
                                    + " and 1 without: batches overtake each other, and then only a"
                                    + " version tells which write of a row is the newer.");

    public static final ConfigOption<Integer> REQUESTS_MAX_BUFFERED =
            key("sink.requests.max-buffered")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Rows waiting per subtask until it backpressures; 5000 by default.");

    public static final ConfigOption<MemorySize> RECORD_MAX_SIZE =
            key("sink.record.max-size")
                    .memoryType()
                    .noDefaultValue()
                    .withDescription("Bytes of the commands of one row; 1 MiB by default.");

    public static final ConfigOption<Duration> RETRY_INITIAL_DELAY =
            key("sink.retry.initial-delay")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "The delay before what failed is sent again; it doubles each time."
                                    + " 50 ms by default.");

    public static final ConfigOption<Duration> RETRY_MAX_DELAY =
            key("sink.retry.max-delay")
                    .durationType()
                    .noDefaultValue()
                    .withDescription("The longest such delay; 2 s by default.");

    public static final ConfigOption<Duration> RETRY_BUDGET =
            key("sink.retry.budget")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "How long a row may fail until the job does; 10 min by default.");

    private RedisConnectorOptions() {}
}
