package io.dexklines.job.config;

import io.dexklines.kline.CacheRetention;
import io.dexklines.text.AddressCase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * Every key that the job reads, with its default and what goes wrong if its value is too low or too
 * high. {@link KlineJobSettings} reads and checks the values. The table of {@code
 * docs/configuration.md} and {@code flink-conf/klines.properties} hold the same texts. The text of
 * a description before its first "Too" is the meaning of the key.
 */
public final class KlineJobOptions {

    private static final List<ConfigOption<?>> ALL = new ArrayList<>();

    public static final ConfigOption<String> KAFKA_BOOTSTRAP_SERVERS =
            text(
                    "kafka.bootstrap-servers",
                    null,
                    "The brokers, host:port, separated by commas. Required.");

    public static final ConfigOption<String> KAFKA_GROUP_ID =
            text(
                    "kafka.group-id",
                    "dex-klines",
                    "The consumer group under which offsets are committed at checkpoints. A "
                            + "running job resumes from its checkpoint, not from them.");

    public static final ConfigOption<String> KAFKA_START_OFFSET =
            text(
                    "kafka.start-offset",
                    "committed",
                    "Where a job without a checkpoint starts: first, last, committed (like first, "
                            + "but refused if the group has committed offsets: then an earlier job read up "
                            + "to there, and its state is needed), epoch milliseconds, or an instant such "
                            + "as 2024-01-05T00:00:00Z. With last, which is the time of the start, and "
                            + "with a time, the first klines are those that open then or later, and "
                            + "earlier trades are late. Where retention has removed the beginning of a "
                            + "topic, klines begin ingest.max-future after its first record at the "
                            + "earliest. Too early: older klines are computed again. Too late: an "
                            + "instant that does not begin the largest interval misses the current kline "
                            + "of that interval.");

    public static final ConfigOption<MemorySize> KAFKA_FETCH_MIN_BYTES =
            size(
                    "kafka.fetch-min-bytes",
                    new MemorySize(1),
                    "How many bytes a broker gathers before it answers a fetch. Too low: many "
                            + "small fetches while trades are few. Too high: trades wait for others, up to "
                            + "kafka.fetch-max-wait.");

    public static final ConfigOption<MemorySize> KAFKA_FETCH_MAX_BYTES =
            size(
                    "kafka.fetch-max-bytes",
                    MemorySize.ofMebiBytes(1),
                    "The most bytes that a broker returns to one fetch; a larger record is "
                            + "returned alone. Too low: more fetches than necessary while the job catches "
                            + "up. Too high: each source subtask may hold that many bytes on the heap, "
                            + "twice while it decodes.");

    public static final ConfigOption<Duration> KAFKA_FETCH_MAX_WAIT =
            duration(
                    "kafka.fetch-max-wait",
                    Duration.ofMillis(500),
                    "How long a broker waits for kafka.fetch-min-bytes. Too low: empty answers "
                            + "cost CPU on both sides. Too high: with kafka.fetch-min-bytes above 1, that "
                            + "much latency.");

    public static final ConfigOption<String> KAFKA_SECURITY_PROTOCOL =
            text(
                    "kafka.security-protocol",
                    "PLAINTEXT",
                    "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.");

    public static final ConfigOption<String> KAFKA_SASL_MECHANISM =
            text(
                    "kafka.sasl-mechanism",
                    "SCRAM-SHA-512",
                    "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512. Ignored unless the protocol uses "
                            + "SASL.");

    public static final ConfigOption<String> KAFKA_USERNAME =
            text("kafka.username", null, "The SASL user. Required if the protocol uses SASL.");

    public static final ConfigOption<String> KAFKA_PASSWORD =
            text(
                    "kafka.password",
                    null,
                    "The SASL password: env:NAME or file:/path. Required if the protocol uses "
                            + "SASL.");

    public static final ConfigOption<String> KAFKA_CA_FILE =
            text(
                    "kafka.ca-file",
                    null,
                    "A PEM file with the certificate authorities to trust; Java's own by default. "
                            + "It is read on every TaskManager and on the JobManager.");

    public static final ConfigOption<String> KAFKA_TRANSACTIONAL_ID_PREFIX =
            text(
                    "kafka.transactional-id-prefix",
                    "dex-klines",
                    "The prefix of the transactional ids. Two jobs on one cluster need different "
                            + "prefixes, or they fence each other. A job must keep its prefix, or the "
                            + "transactions that it left open block readers until they time out.");

    public static final ConfigOption<Duration> KAFKA_TRANSACTION_TIMEOUT =
            duration(
                    "kafka.transaction-timeout",
                    Duration.ofMinutes(15),
                    "How long a transaction may stay open before the broker aborts it. Too low, "
                            + "shorter than two checkpoints may take: the job does not start. Too low "
                            + "for the checkpoints that fail in succession, or for a restart: excluded "
                            + "trades, refused klines and notifications are lost. Too high: readers with "
                            + "read_committed wait that long if the job does not restart; above the "
                            + "broker's transaction.max.timeout.ms (15 min by default) the job does not "
                            + "start.");

    public static final ConfigOption<Duration> KAFKA_PARTITION_DISCOVERY_INTERVAL =
            duration(
                    "kafka.partition-discovery-interval",
                    Duration.ofMinutes(1),
                    "How often the job looks for new partitions. Too low: needless metadata "
                            + "requests. Too high: a new partition is read that much later, and holds the "
                            + "clocks of its chains until then.");

    public static final ConfigOption<String> INGEST_TOPICS =
            text(
                    "ingest.topics",
                    "sol-trades=100000;bsc-trades=56;evm-trades-v4=1,8453,42161,10,137",
                    "The topics, each with the chains it may carry: "
                            + "topic=chain,chain;topic=chain. Trades of any other chain are excluded as "
                            + "unknown_chain.");

    public static final ConfigOption<Integer> INGEST_PARALLELISM =
            integer(
                    "ingest.parallelism",
                    null,
                    "Subtasks that read and decode; the job's parallelism by default. Too low: the "
                            + "job falls behind while it has CPU to spare. Too high: subtasks beyond the "
                            + "number of partitions are idle.");

    public static final ConfigOption<Duration> INGEST_MAX_FUTURE =
            duration(
                    "ingest.max-future",
                    Duration.ofSeconds(60),
                    "How far block_time may be ahead of the clock before a trade is excluded as "
                            + "future. Too low: a slow clock here excludes good trades. Too high: one fast "
                            + "clock at a producer opens klines before their time.");

    public static final ConfigOption<Duration> INGEST_MAX_DISORDER =
            duration(
                    "ingest.max-disorder",
                    Duration.ofSeconds(5),
                    "How far the trades of a chain, over all its partitions, may be out of order by "
                            + "block_time without being late. Too low: trades of producers that send out "
                            + "of order or retry correct closed klines, or are late. Too high: klines close "
                            + "that much later.");

    public static final ConfigOption<Duration> INGEST_IDLE_TIMEOUT =
            duration(
                    "ingest.idle-timeout",
                    Duration.ofSeconds(30),
                    "How long after the last trade of a chain its klines are closed by the clock "
                            + "of the JobManager, and how long a partition that could not be read holds "
                            + "the clocks of its chains once it is read to its end. Too low, shorter than "
                            + "producers retry after an outage: the trades that they send again may be "
                            + "late. Too high: the last klines of a quiet chain close that much later, and "
                            + "so do all klines after an outage.");

    public static final ConfigOption<String> INGEST_RELEASED_PARTITIONS =
            text(
                    "ingest.released-partitions",
                    null,
                    "Partitions that hold no clock, as topic-number, separated by commas: for a "
                            + "partition that never comes back. Trades that come from them all the same "
                            + "may be late.");

    public static final ConfigOption<String> EXCLUDED_TOPIC =
            text(
                    "excluded.topic",
                    "trades-excluded",
                    "The topic of every trade that is not counted, with the reason.");

    public static final ConfigOption<String> KLINES_INTERVALS =
            text(
                    "klines.intervals",
                    "1m 5m 15m 30m 1h 4h 12h 1d 1w",
                    "Any of 1s 5s 15s 30s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 1w 1M; each must "
                            + "be a multiple of the smallest. Too few: users who need another interval "
                            + "have to merge smaller klines. Too many: each interval costs every "
                            + "destination as many more writes, and every pair some memory.");

    public static final ConfigOption<Duration> KLINES_LIVE_INTERVAL =
            duration(
                    "klines.live-interval",
                    Duration.ofMillis(500),
                    "The longest time until a kline that changed is emitted. Too low: every sink "
                            + "has proportionally more to write. Too high: charts stutter.");

    public static final ConfigOption<Duration> KLINES_ALLOWED_LATENESS =
            duration(
                    "klines.allowed-lateness",
                    Duration.ofSeconds(60),
                    "How long after the close of its smallest kline a trade still corrects it. "
                            + "Too low: redelivered and delayed trades are excluded as late. Too high: the "
                            + "state holds the identities of more trades, by which it detects duplicates.");

    public static final ConfigOption<Integer> KLINES_PARALLELISM =
            integer(
                    "klines.parallelism",
                    null,
                    "Subtasks that compute klines; the job's parallelism by default. Too low: the "
                            + "job falls behind. Too high: idle subtasks and more connections to each "
                            + "destination; a pair stays on one subtask in any case.");

    public static final ConfigOption<MemorySize> SINKS_MEMORY =
            size(
                    "sinks.memory",
                    MemorySize.ofMebiBytes(32),
                    "The most heap that each subtask of MySQL, of Redis and of the relay uses for what "
                            + "it keeps in memory: rows that wait, labels, and klines to send again. "
                            + "There are three such subtasks in a slot, and the fourth, of smart money, "
                            + "rarely has rows. Too low: rows wait in state, which is slower with "
                            + "RocksDB, and a relay or a Redis that starts empty has fewer klines at "
                            + "once. Too high: a store that is slow fills the heap.");

    public static final ConfigOption<String> MYSQL_URL =
            text(
                    "mysql.url",
                    null,
                    "jdbc:mysql://host:port/database, without user and password. Its parameters "
                            + "override the job's defaults; sslMode=VERIFY_IDENTITY is worth adding. "
                            + "Several servers are separated by white space and share the rows "
                            + "(docs/scaling.md); never change their order or number without "
                            + "mysql.former-url. Without a URL, nothing is written to MySQL.");

    public static final ConfigOption<String> MYSQL_FORMER_URL =
            text(
                    "mysql.former-url",
                    null,
                    "The former value of mysql.url, while rows move to another list of servers: "
                            + "every row is written to its server of both lists. Remove it when the "
                            + "rows are copied and every reader has the new list, see "
                            + "docs/scaling.md.");

    public static final ConfigOption<String> MYSQL_USERNAME =
            text(
                    "mysql.username",
                    null,
                    "The user. It needs SELECT, INSERT and UPDATE, see sql/mysql.");

    public static final ConfigOption<String> MYSQL_PASSWORD =
            text("mysql.password", null, "The user's password: env:NAME or file:/path.");

    public static final ConfigOption<Integer> MYSQL_BATCH_ROWS =
            integer(
                    "mysql.batch-rows",
                    10_000,
                    "The number of pending rows that starts a write, and the most rows of a "
                            + "transaction. Too low: the database commits more often for the same rows. "
                            + "Too high: long transactions, which hold row locks and are written again as "
                            + "a whole when they fail.");

    public static final ConfigOption<Duration> MYSQL_BATCH_INTERVAL =
            duration(
                    "mysql.batch-interval",
                    Duration.ofMillis(500),
                    "The longest time that a row waits for its batch. Too low: many small "
                            + "transactions. Too high: closed klines come to the table that much later.");

    public static final ConfigOption<Duration> MYSQL_LIVE_INTERVAL =
            duration(
                    "mysql.live-interval",
                    Duration.ofSeconds(5),
                    "The shortest time between two writes of an open kline. Too low: the database "
                            + "writes the same rows over and over. Too high: open rows lag behind the "
                            + "market; closed ones do not.");

    public static final ConfigOption<Integer> MYSQL_WAITING_ROWS =
            integer(
                    "mysql.waiting-rows",
                    1_000_000,
                    "The most rows that wait for the database in the state of the job, which goes "
                            + "on during an outage. Then the job is held back. A pair that trades all "
                            + "the time has about 20 such rows after ten minutes in the default "
                            + "intervals, and 850 in all intervals; each takes about 350 bytes. Too low: "
                            + "an outage soon stops live klines and checkpoints. Too high: more state.");

    public static final ConfigOption<String> MYSQL_REFUSED_TOPIC =
            text(
                    "mysql.refused-topic",
                    "klines-refused",
                    "The topic of the klines and trades that MySQL or Redis refused for their "
                            + "content, with the error; the rest of their batch is written.");

    public static final ConfigOption<String> MYSQL_ADDRESS_CASE =
            text(
                    "mysql.address-case",
                    AddressCase.LOWER.code(),
                    "The case of EVM addresses in the views for readers of the Go consumers: lower, or "
                            + "eip55, the checksum that go-ethereum writes. With eip55, the job adds "
                            + "each pair to the table pair_spelling, which klines migrate "
                            + "--compatibility-address-case eip55 creates, see docs/compatibility.md.");

    public static final ConfigOption<String> REDIS_URI =
            text(
                    "redis.uri",
                    null,
                    "redis://host:port for one server, redis-sentinel://host:port,host:port/master, or "
                            + "redis-cluster://host:port,host:port with some nodes of a cluster; "
                            + "rediss, rediss-sentinel and rediss-cluster use TLS. Without user and "
                            + "password. Without a URI, nothing is written to Redis.");

    public static final ConfigOption<String> REDIS_KEY_PREFIX =
            text(
                    "redis.key-prefix",
                    null,
                    "The text in front of all keys, such as prod: if a Redis is shared; none by "
                            + "default. The relay's --redis-key-prefix must be the same. No braces: "
                            + "the keys need no hash tags, since a pair's klines of an interval are "
                            + "one key. A new prefix leaves the former keys to expire.");

    public static final ConfigOption<String> REDIS_RETENTION =
            text(
                    "redis.retention",
                    CacheRetention.NEWEST.code(),
                    "Which klines of a pair and interval Redis keeps: newest, the newest 1500, or age, "
                            + "what the Go consumers keep: 3 days of 1m, 7 days of longer intervals, and "
                            + "up to 300 older klines. The relay's --redis-retention must be the same, "
                            + "see docs/compatibility.md.");

    public static final ConfigOption<String> REDIS_ADDRESS_CASE =
            text(
                    "redis.address-case",
                    AddressCase.LOWER.code(),
                    "The case of EVM addresses in the keys and members of Redis: lower, or eip55, the "
                            + "checksum that go-ethereum writes. The relay's --redis-address-case must be "
                            + "the same. A new case leaves the former keys to expire, see "
                            + "docs/compatibility.md.");

    public static final ConfigOption<String> REDIS_UPDATES_CHANNEL =
            text(
                    "redis.updates-channel",
                    null,
                    "The Pub/Sub channel on which each change of a kline is published as JSON, "
                            + "kline:updates for readers of the Go consumers, see "
                            + "docs/compatibility.md. Without a channel, nothing is published there.");

    public static final ConfigOption<String> REDIS_USERNAME =
            text("redis.username", null, "The user; Redis's default user by default.");

    public static final ConfigOption<String> REDIS_PASSWORD =
            text("redis.password", null, "The user's password: env:NAME or file:/path.");

    public static final ConfigOption<Integer> REDIS_WAITING_ROWS =
            integer(
                    "redis.waiting-rows",
                    1_000_000,
                    "The most klines that wait for Redis in the state of the job. Beyond them, the "
                            + "job lets the klines of pairs go, and fills those pairs from MySQL when "
                            + "Redis is back. Too low: more to fill. Too high: more state.");

    public static final ConfigOption<String> RELAY_URLS =
            text(
                    "relay.urls",
                    null,
                    "ws://host:port/publish of every relay, or wss for TLS, separated by commas. "
                            + "Without URLs, nothing is published.");

    public static final ConfigOption<String> RELAY_TOKEN =
            text(
                    "relay.token",
                    null,
                    "The publisher's token: env:NAME or file:/path. Required with relay.urls.");

    public static final ConfigOption<String> RELAY_CA_FILE =
            text(
                    "relay.ca-file",
                    null,
                    "A PEM file with the certificate authorities of the relays to trust; Java's own "
                            + "by default. It is read on every TaskManager, and also for "
                            + "check.relay-urls.");

    public static final ConfigOption<Integer> RELAY_TAPE_TRADES =
            integer(
                    "relay.tape-trades",
                    0,
                    "How many trades of a pair the relays get per klines.live-interval at most, for "
                            + "the streams @trade: the newest, with the number of those left out; 0 "
                            + "to 100. With 0, no trade is published. Up to an eighth of "
                            + "sinks.memory waits for relays, besides that of klines. Too low: the "
                            + "tape of a busy pair has gaps. Too high: a busy market takes more of "
                            + "the job's CPU time.");

    public static final ConfigOption<Boolean> CHECK_ENABLED =
            flag(
                    "check.enabled",
                    true,
                    "Whether the job compares samples of the klines that it closed with what MySQL, "
                            + "Redis and the relays hold: true or false.");

    public static final ConfigOption<Integer> CHECK_KLINES_PER_SECOND =
            integer(
                    "check.klines-per-second",
                    1,
                    "How many closed klines each subtask that computes klines compares per second, "
                            + "on average over check.delay. Too low: it takes long until a fault of few "
                            + "klines is found. Too high: that many more reads of every store.");

    public static final ConfigOption<Duration> CHECK_DELAY =
            duration(
                    "check.delay",
                    Duration.ofSeconds(30),
                    "How long after its emission a kline is first compared. Too low: klines that "
                            + "are still on their way are read for nothing. Too high: faults are found "
                            + "that much later.");

    public static final ConfigOption<Duration> CHECK_PATIENCE =
            duration(
                    "check.patience",
                    Duration.ofMinutes(2),
                    "How long after its emission a kline may be missing or older in a store before "
                            + "it counts as such; at least check.delay. Too low: a store that is slow "
                            + "for a while counts as wrong. Too high: faults are reported that much "
                            + "later.");

    public static final ConfigOption<String> CHECK_RELAY_URLS =
            text(
                    "check.relay-urls",
                    null,
                    "http://host:port or https://host:port of the relays whose history is compared, "
                            + "separated by commas. Without URLs, no relay is compared.");

    public static final ConfigOption<Boolean> SMART_MONEY_ENABLED =
            flag(
                    "smart-money.enabled",
                    true,
                    "Whether the job looks for trades of smart-money wallets: true or false. If "
                            + "false, none of the smart-money topics is needed.");

    public static final ConfigOption<String> SMART_MONEY_WALLETS_TOPIC =
            text(
                    "smart-money.wallets-topic",
                    "smart-money-wallets",
                    "The compacted topic of the smart-money wallets. A record with the key "
                            + "rebuild makes the job rebuild the filter.");

    public static final ConfigOption<String> SMART_MONEY_FOLLOWS_TOPIC =
            text(
                    "smart-money.follows-topic",
                    "smart-money-follows",
                    "The compacted topic of the users who follow a wallet.");

    public static final ConfigOption<String> SMART_MONEY_NOTIFICATIONS_TOPIC =
            text(
                    "smart-money.notifications-topic",
                    "smart-money-notifications",
                    "The topic of the notifications, one for each follower and trade, exactly "
                            + "once. Readers with isolation.level=read_committed see them after the next "
                            + "checkpoint.");

    public static final ConfigOption<String> SMART_MONEY_CLUSTERS_TOPIC =
            text(
                    "smart-money.clusters-topic",
                    "smart-money-clusters",
                    "The topic of the clusters: several wallets that bought one token within a "
                            + "short time. Each is written exactly once.");

    public static final ConfigOption<String> SMART_MONEY_REFUSED_TOPIC =
            text(
                    "smart-money.refused-topic",
                    "lists-refused",
                    "The topic of list records without effect, with the reason: records that are "
                            + "neither a wallet nor a follow, and follows of wallets that are not "
                            + "listed.");

    public static final ConfigOption<Double> SMART_MONEY_FALSE_POSITIVE_RATE =
            number(
                    "smart-money.false-positive-rate",
                    0.001,
                    "The share of other wallets that pass the filter, above 0 and below 1; an "
                            + "exact check after the filter stops them. Too low: a large filter, which "
                            + "every subtask and every checkpoint holds. Too high: trades of other "
                            + "wallets are shuffled for nothing.");

    public static final ConfigOption<Integer> SMART_MONEY_EXPECTED_WALLETS =
            integer(
                    "smart-money.expected-wallets",
                    100_000,
                    "The number of wallets for which the filter of a chain is sized; the filter "
                            + "grows with more. Too low: a filter of several layers, each of which costs "
                            + "a lookup. Too high: memory for wallets that are never listed.");

    public static final ConfigOption<Integer> SMART_MONEY_MAX_WAITING_TRADES =
            integer(
                    "smart-money.max-waiting-trades",
                    100_000,
                    "How many trades of one subtask wait in memory for the lists; the oldest ones "
                            + "beyond that pass unfiltered and wait in state. Each takes 750 bytes. "
                            + "Too low: trades of other wallets are shuffled while the lists load. Too "
                            + "high: more memory.");

    public static final ConfigOption<Integer> SMART_MONEY_MAX_UNDECIDED_TRADES =
            integer(
                    "smart-money.max-undecided-trades",
                    1_000_000,
                    "How many trades of the whole job may wait in state for lists that cannot be "
                            + "read. Beyond half of it, those of wallets that are not listed as far as is "
                            + "known are let go. Too low: in a long outage of the lists, smart money "
                            + "misses trades. Too high: each takes 400 bytes of disk with RocksDB, and "
                            + "one kilobyte of the heap with the heap backend.");

    public static final ConfigOption<Duration> SMART_MONEY_LIST_INTERVAL =
            duration(
                    "smart-money.list-interval",
                    Duration.ofMillis(100),
                    "How often the job asks for the ends of the lists; a trade waits for the next "
                            + "answer. Too low: needless requests to the brokers and watermarks to every "
                            + "subtask. Too high: alerts come that much later.");

    public static final ConfigOption<Duration> SMART_MONEY_REMEMBER_TRADES =
            duration(
                    "smart-money.remember-trades",
                    Duration.ofHours(24),
                    "How long a trade of a smart-money wallet is remembered to detect duplicates. "
                            + "Too low: a replay of older trades alerts again. Too high: more state, in "
                            + "proportion to the number of such trades.");

    public static final ConfigOption<Duration> SMART_MONEY_REMEMBER_FIRST_BUYS =
            duration(
                    "smart-money.remember-first-buys",
                    Duration.ofDays(30),
                    "How long after the last buy of a wallet in a pair its next buy there does "
                            + "not count as the first. Too low: old holdings look new. Too high: state for "
                            + "every pair that a wallet ever bought.");

    public static final ConfigOption<Integer> SMART_MONEY_CLUSTER_WALLETS =
            integer(
                    "smart-money.cluster-wallets",
                    3,
                    "How many smart-money wallets have to buy one token to form a cluster; at "
                            + "least 2. Too low: clusters arise by chance. Too high: a cluster is reported "
                            + "after the price has moved.");

    public static final ConfigOption<Duration> SMART_MONEY_CLUSTER_WINDOW =
            duration(
                    "smart-money.cluster-window",
                    Duration.ofMinutes(30),
                    "The span of block time within which they have to buy. Too low: wallets that "
                            + "follow each other slowly are missed. Too high: unrelated buys form a "
                            + "cluster.");

    public static final ConfigOption<Double> SMART_MONEY_CLUSTER_MIN_USD =
            number(
                    "smart-money.cluster-min-usd",
                    100.0,
                    "The smallest value of a buy that counts, in USD. Too low: tiny buys form "
                            + "clusters. Too high: clusters of small buys are missed.");

    private KlineJobOptions() {}

    /** Returns all options, in the order of their declaration. */
    public static List<ConfigOption<?>> all() {
        return Collections.unmodifiableList(ALL);
    }

    private static ConfigOption<String> text(String key, String value, String description) {
        return option(ConfigOptions.key(key).stringType(), value, description);
    }

    private static ConfigOption<Integer> integer(String key, Integer value, String description) {
        return option(ConfigOptions.key(key).intType(), value, description);
    }

    private static ConfigOption<Double> number(String key, Double value, String description) {
        return option(ConfigOptions.key(key).doubleType(), value, description);
    }

    private static ConfigOption<Boolean> flag(String key, Boolean value, String description) {
        return option(ConfigOptions.key(key).booleanType(), value, description);
    }

    private static ConfigOption<Duration> duration(String key, Duration value, String description) {
        return option(ConfigOptions.key(key).durationType(), value, description);
    }

    private static ConfigOption<MemorySize> size(String key, MemorySize value, String description) {
        return option(ConfigOptions.key(key).memoryType(), value, description);
    }

    /**
     * @param value the default value; null for none
     */
    private static <T> ConfigOption<T> option(
            ConfigOptions.TypedConfigOptionBuilder<T> key, T value, String description) {
        ConfigOption<T> option = value == null ? key.noDefaultValue() : key.defaultValue(value);
        ConfigOption<T> described = option.withDescription(description);
        ALL.add(described);
        return described;
    }
}
