package io.dexklines.job.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/**
 * Every key that the job reads, with its default and what goes wrong when it is too low or too
 * high. {@link KlineJobSettings} reads and checks them. The README's table and {@code
 * flink-conf/klines.properties} are made of these texts: what stands before the first "Too" says
 * what the key is.
 */
public final class KlineJobOptions {

    public static final ConfigOption<String> KAFKA_BOOTSTRAP_SERVERS =
            key("kafka.bootstrap-servers")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The brokers, host:port, separated by commas. Required.");

    public static final ConfigOption<String> KAFKA_GROUP_ID =
            key("kafka.group-id")
                    .stringType()
                    .defaultValue("dex-klines")
                    .withDescription(
                            "The consumer group under which offsets are committed at"
                                    + " checkpoints. A running job resumes from its checkpoint, not"
                                    + " from them.");

    public static final ConfigOption<String> KAFKA_START_OFFSET =
            key("kafka.start-offset")
                    .stringType()
                    .defaultValue("committed")
                    .withDescription(
                            "Where a job without a checkpoint starts: first, last,"
                                    + " committed (first where nothing is committed), epoch"
                                    + " milliseconds, or an instant such as 2024-01-05T00:00:00Z:"
                                    + " then with the first kline of each interval that opens then"
                                    + " or later, and earlier trades are late. Too"
                                    + " early: older klines are computed again, from what the topics"
                                    + " still hold of them. Too late: last and committed miss the"
                                    + " first trades of the klines under way; an instant that is not"
                                    + " the beginning of the largest interval, its current kline.");

    public static final ConfigOption<MemorySize> KAFKA_FETCH_MIN_BYTES =
            key("kafka.fetch-min-bytes")
                    .memoryType()
                    .defaultValue(new MemorySize(1))
                    .withDescription(
                            "How much a broker gathers before it answers a fetch. Too low:"
                                    + " many small fetches, where trades are few. Too high: trades"
                                    + " wait for others, up to kafka.fetch-max-wait.");

    public static final ConfigOption<MemorySize> KAFKA_FETCH_MAX_BYTES =
            key("kafka.fetch-max-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(50))
                    .withDescription(
                            "How much a broker answers at most to one fetch; a larger"
                                    + " record comes alone. Too low: more fetches than a catching-up"
                                    + " job needs. Too high: each source subtask may hold that much"
                                    + " heap, twice while it decodes.");

    public static final ConfigOption<Duration> KAFKA_FETCH_MAX_WAIT =
            key("kafka.fetch-max-wait")
                    .durationType()
                    .defaultValue(Duration.ofMillis(500))
                    .withDescription(
                            "How long a broker waits for kafka.fetch-min-bytes. Too low:"
                                    + " empty answers cost CPU on both sides. Too high: with"
                                    + " kafka.fetch-min-bytes above 1, that much latency.");

    public static final ConfigOption<String> KAFKA_SECURITY_PROTOCOL =
            key("kafka.security-protocol")
                    .stringType()
                    .defaultValue("PLAINTEXT")
                    .withDescription("PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.");

    public static final ConfigOption<String> KAFKA_SASL_MECHANISM =
            key("kafka.sasl-mechanism")
                    .stringType()
                    .defaultValue("SCRAM-SHA-512")
                    .withDescription(
                            "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512. Without meaning where"
                                    + " the protocol is not SASL's.");

    public static final ConfigOption<String> KAFKA_USERNAME =
            key("kafka.username")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The SASL user. Required where the protocol is SASL's.");

    public static final ConfigOption<String> KAFKA_PASSWORD =
            key("kafka.password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The SASL password: env:NAME or file:/path. Required where the"
                                    + " protocol is SASL's.");

    public static final ConfigOption<String> KAFKA_CA_FILE =
            key("kafka.ca-file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "A PEM file with the authorities to trust, Java's own by"
                                    + " default. It is read on every TaskManager and on the"
                                    + " JobManager.");

    public static final ConfigOption<String> KAFKA_TRANSACTIONAL_ID_PREFIX =
            key("kafka.transactional-id-prefix")
                    .stringType()
                    .defaultValue("dex-klines")
                    .withDescription(
                            "Begins the transactional ids. Two jobs on one cluster must"
                                    + " differ, or they fence each other; a job must keep its own, or"
                                    + " what it left open blocks readers until the timeout.");

    public static final ConfigOption<Duration> KAFKA_TRANSACTION_TIMEOUT =
            key("kafka.transaction-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "After this the broker aborts a transaction. Too low, shorter"
                                    + " than the longest checkpoint plus the longest outage: excluded"
                                    + " trades and refused klines are lost. Too high: readers of read_committed wait as"
                                    + " long behind a job that never came back; above the broker's"
                                    + " transaction.max.timeout.ms (15 min by default) the job does"
                                    + " not start.");

    public static final ConfigOption<Duration> KAFKA_PARTITION_DISCOVERY_INTERVAL =
            key("kafka.partition-discovery-interval")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(1))
                    .withDescription(
                            "How often new partitions are looked for. Too low: needless"
                                    + " metadata requests. Too high: a new partition is read that"
                                    + " much later, and its trades may be late.");

    public static final ConfigOption<String> INGEST_TOPICS =
            key("ingest.topics")
                    .stringType()
                    .defaultValue(
                            "sol-trades=100000;bsc-trades=56;evm-trades-v4=1,8453,42161,10,137")
                    .withDescription(
                            "The topics, each with the chains it may carry:"
                                    + " topic=chain,chain;topic=chain. Trades of any other chain are"
                                    + " excluded as unknown_chain.");

    public static final ConfigOption<Integer> INGEST_PARALLELISM =
            key("ingest.parallelism")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Subtasks that read and decode; the job's parallelism by"
                                    + " default. Too low: the job falls behind while it has CPU to"
                                    + " spare. Too high: more than there are partitions do nothing.");

    public static final ConfigOption<Duration> INGEST_MAX_FUTURE =
            key("ingest.max-future")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(60))
                    .withDescription(
                            "How far block_time may be ahead of the clock before a trade is"
                                    + " excluded as future. Too low: a slow clock here excludes good"
                                    + " trades. Too high: one fast clock at a producer closes klines"
                                    + " early and makes the trades of the others late.");

    public static final ConfigOption<Duration> INGEST_MAX_DISORDER =
            key("ingest.max-disorder")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription(
                            "How far a partition's records may be out of order by their"
                                    + " time without being late. Too low: trades of a disorderly"
                                    + " producer correct closed klines, or are late. Too high: klines"
                                    + " close this much later.");

    public static final ConfigOption<Duration> INGEST_IDLE_TIMEOUT =
            key("ingest.idle-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "After this long without a valid trade a partition no longer"
                                    + " holds the others back. Too low, shorter than a broker's"
                                    + " restart: what comes after it may be late. Too high: a quiet"
                                    + " topic holds back the closing of all klines as long.");

    public static final ConfigOption<String> EXCLUDED_TOPIC =
            key("excluded.topic")
                    .stringType()
                    .defaultValue("trades-excluded")
                    .withDescription(
                            "Where every trade goes that is not counted, with the reason.");

    public static final ConfigOption<String> KLINES_INTERVALS =
            key("klines.intervals")
                    .stringType()
                    .defaultValue("1m 5m 15m 30m 1h 4h 12h 1d 1w")
                    .withDescription(
                            "Any of 1s 5s 15s 30s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 1w"
                                    + " 1M, each made of whole ones of the smallest. Too few:"
                                    + " whoever needs another has to merge it of those that are"
                                    + " there. Too many: each costs every destination as many more"
                                    + " writes, and every pair some memory.");

    public static final ConfigOption<Duration> KLINES_LIVE_INTERVAL =
            key("klines.live-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(500))
                    .withDescription(
                            "A kline that changed is emitted within this. Too low: every"
                                    + " sink has proportionally more to write. Too high: charts"
                                    + " stutter.");

    public static final ConfigOption<Duration> KLINES_ALLOWED_LATENESS =
            key("klines.allowed-lateness")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(60))
                    .withDescription(
                            "How long after its smallest kline closed a trade still"
                                    + " corrects it. Too low: redelivered and delayed trades are"
                                    + " excluded as late. Too high: the identities of as many trades"
                                    + " stay in state, to tell duplicates.");

    public static final ConfigOption<Integer> KLINES_PARALLELISM =
            key("klines.parallelism")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Subtasks that compute klines; the job's parallelism by"
                                    + " default. Too low: the job falls behind. Too high: idle"
                                    + " subtasks and more connections to each destination; a pair"
                                    + " stays on one in any case.");

    public static final ConfigOption<String> MYSQL_URL =
            key("mysql.url")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "jdbc:mysql://host:port/database, without user and password."
                                    + " Its parameters outrank the job's own: sslMode=VERIFY_IDENTITY"
                                    + " is one to add. Without it, nothing goes to MySQL.");

    public static final ConfigOption<String> MYSQL_USERNAME =
            key("mysql.username")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The user. It needs SELECT, INSERT and UPDATE, see sql/mysql.");

    public static final ConfigOption<String> MYSQL_PASSWORD =
            key("mysql.password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The user's password: env:NAME or file:/path.");

    public static final ConfigOption<Integer> MYSQL_BATCH_ROWS =
            key("mysql.batch-rows")
                    .intType()
                    .defaultValue(10_000)
                    .withDescription(
                            "Rows are written when so many wait; a transaction holds no"
                                    + " more. Too low: the database commits more often for the same"
                                    + " rows. Too high: long transactions, which hold row locks and,"
                                    + " when they fail, are written again as a whole.");

    public static final ConfigOption<Duration> MYSQL_BATCH_INTERVAL =
            key("mysql.batch-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(500))
                    .withDescription(
                            "Rows are written when the first of them has waited so long."
                                    + " Too low: many small transactions. Too high: closed klines"
                                    + " come to the table that much later.");

    public static final ConfigOption<Duration> MYSQL_LIVE_INTERVAL =
            key("mysql.live-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription(
                            "An open kline that was just written is not written again"
                                    + " within this; a checkpoint writes it in any case. Too low: the"
                                    + " database writes the same rows over and over. Too high: open"
                                    + " rows lag behind the market; closed ones do not.");

    public static final ConfigOption<Duration> MYSQL_RETRY_BUDGET =
            key("mysql.retry-budget")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "How long to try again while the database is away or in"
                                    + " contention, before the job fails and restarts from its last"
                                    + " checkpoint. Too low: every restart of the database is a"
                                    + " restart of the job. Too high: an outage shows in checkpoints"
                                    + " that fail, not in a job that fails.");

    public static final ConfigOption<String> MYSQL_REFUSED_TOPIC =
            key("mysql.refused-topic")
                    .stringType()
                    .defaultValue("klines-refused")
                    .withDescription(
                            "The Kafka topic of the klines that the database refused for"
                                    + " their content, with its reason; the rest of their batch is"
                                    + " written.");

    public static final ConfigOption<String> REDIS_URI =
            key("redis.uri")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "redis://host:port or rediss://host:port, without user and"
                                    + " password. Without it, nothing goes to Redis.");

    public static final ConfigOption<String> REDIS_USERNAME =
            key("redis.username")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The user; the default one by default.");

    public static final ConfigOption<String> REDIS_PASSWORD =
            key("redis.password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The user's password: env:NAME or file:/path.");

    public static final ConfigOption<String> RELAY_URLS =
            key("relay.urls")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "ws://host:port/publish of every relay, separated by commas."
                                    + " Without it, nothing goes to a relay.");

    public static final ConfigOption<String> RELAY_TOKEN =
            key("relay.token")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The publisher's token: env:NAME or file:/path. Required with"
                                    + " relay.urls.");

    public static final ConfigOption<Boolean> SMART_MONEY_ENABLED =
            key("smart-money.enabled")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription(
                            "Whether trades of listed wallets are looked for: true or"
                                    + " false. Without it, none of its topics is needed.");

    public static final ConfigOption<String> SMART_MONEY_WALLETS_TOPIC =
            key("smart-money.wallets-topic")
                    .stringType()
                    .defaultValue("smart-money-wallets")
                    .withDescription(
                            "The compacted topic of the wallets whose trades are looked for."
                                    + " A record with the key rebuild has the filter built anew.");

    public static final ConfigOption<String> SMART_MONEY_FOLLOWS_TOPIC =
            key("smart-money.follows-topic")
                    .stringType()
                    .defaultValue("smart-money-follows")
                    .withDescription("The compacted topic of who follows which wallet.");

    public static final ConfigOption<String> SMART_MONEY_NOTIFICATIONS_TOPIC =
            key("smart-money.notifications-topic")
                    .stringType()
                    .defaultValue("smart-money-notifications")
                    .withDescription(
                            "Where each follower is told of each trade, exactly once."
                                    + " Readers with isolation.level=read_committed see it after the"
                                    + " next checkpoint.");

    public static final ConfigOption<String> SMART_MONEY_CLUSTERS_TOPIC =
            key("smart-money.clusters-topic")
                    .stringType()
                    .defaultValue("smart-money-clusters")
                    .withDescription(
                            "Where it is told, exactly once, that several wallets bought one"
                                    + " token within a short time.");

    public static final ConfigOption<Double> SMART_MONEY_FALSE_POSITIVE_RATE =
            key("smart-money.false-positive-rate")
                    .doubleType()
                    .defaultValue(0.001)
                    .withDescription(
                            "The share of unknown wallets that pass the filter, above 0 and"
                                    + " below 1; an exact check behind it stops them. Too low: a"
                                    + " filter of many bytes, of which every subtask and every"
                                    + " checkpoint holds one. Too high: trades of unknown wallets are"
                                    + " shuffled for nothing.");

    public static final ConfigOption<Integer> SMART_MONEY_EXPECTED_WALLETS =
            key("smart-money.expected-wallets")
                    .intType()
                    .defaultValue(100_000)
                    .withDescription(
                            "How many wallets the filter of a chain is made for; it grows"
                                    + " with more. Too low: a filter of several layers, each of which"
                                    + " costs a look. Too high: bytes for wallets that never come.");

    public static final ConfigOption<Integer> SMART_MONEY_MAX_WAITING_TRADES =
            key("smart-money.max-waiting-trades")
                    .intType()
                    .defaultValue(100_000)
                    .withDescription(
                            "How many trades of one subtask wait for the lists; the oldest"
                                    + " beyond it pass unfiltered, and none is missed. Each takes half"
                                    + " a kilobyte. Too low: unknown wallets are shuffled while the"
                                    + " lists load. Too high: so much memory.");

    public static final ConfigOption<Duration> SMART_MONEY_LIST_INTERVAL =
            key("smart-money.list-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(100))
                    .withDescription(
                            "How often the ends of the lists are asked for; a trade waits for"
                                    + " the next answer. Too low: requests to the brokers, and"
                                    + " watermarks to every subtask, for nothing. Too high: alerts"
                                    + " come that much later.");

    public static final ConfigOption<Duration> SMART_MONEY_REMEMBER_TRADES =
            key("smart-money.remember-trades")
                    .durationType()
                    .defaultValue(Duration.ofHours(24))
                    .withDescription(
                            "For how long a trade of a listed wallet that comes again is"
                                    + " found out. Too low: a replay of older trades alerts again. Too"
                                    + " high: state that follows the number of such trades.");

    public static final ConfigOption<Duration> SMART_MONEY_REMEMBER_FIRST_BUYS =
            key("smart-money.remember-first-buys")
                    .durationType()
                    .defaultValue(Duration.ofDays(30))
                    .withDescription(
                            "For how long after a wallet's last buy in a pair the next one is"
                                    + " not its first. Too low: old holdings look new. Too high: state"
                                    + " for every pair that a wallet ever bought.");

    public static final ConfigOption<Integer> SMART_MONEY_CLUSTER_WALLETS =
            key("smart-money.cluster-wallets")
                    .intType()
                    .defaultValue(3)
                    .withDescription(
                            "How many listed wallets have to buy one token to be a cluster; at"
                                    + " least 2. Too low: chance makes clusters. Too high: a cluster"
                                    + " is told when the price has moved.");

    public static final ConfigOption<Duration> SMART_MONEY_CLUSTER_WINDOW =
            key("smart-money.cluster-window")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(30))
                    .withDescription(
                            "Within how much block time they have to buy. Too low: those who"
                                    + " follow each other slowly are missed. Too high: what has nothing"
                                    + " to do with each other is one cluster.");

    public static final ConfigOption<Double> SMART_MONEY_CLUSTER_MIN_USD =
            key("smart-money.cluster-min-usd")
                    .doubleType()
                    .defaultValue(100.0)
                    .withDescription(
                            "The least value in USD of a buy that counts. Too low: dust makes"
                                    + " clusters. Too high: small wallets never do.");

    private static final List<ConfigOption<?>> ALL =
            List.of(
                    KAFKA_BOOTSTRAP_SERVERS,
                    KAFKA_GROUP_ID,
                    KAFKA_START_OFFSET,
                    KAFKA_FETCH_MIN_BYTES,
                    KAFKA_FETCH_MAX_BYTES,
                    KAFKA_FETCH_MAX_WAIT,
                    KAFKA_SECURITY_PROTOCOL,
                    KAFKA_SASL_MECHANISM,
                    KAFKA_USERNAME,
                    KAFKA_PASSWORD,
                    KAFKA_CA_FILE,
                    KAFKA_TRANSACTIONAL_ID_PREFIX,
                    KAFKA_TRANSACTION_TIMEOUT,
                    KAFKA_PARTITION_DISCOVERY_INTERVAL,
                    INGEST_TOPICS,
                    INGEST_PARALLELISM,
                    INGEST_MAX_FUTURE,
                    INGEST_MAX_DISORDER,
                    INGEST_IDLE_TIMEOUT,
                    EXCLUDED_TOPIC,
                    KLINES_INTERVALS,
                    KLINES_LIVE_INTERVAL,
                    KLINES_ALLOWED_LATENESS,
                    KLINES_PARALLELISM,
                    MYSQL_URL,
                    MYSQL_USERNAME,
                    MYSQL_PASSWORD,
                    MYSQL_BATCH_ROWS,
                    MYSQL_BATCH_INTERVAL,
                    MYSQL_LIVE_INTERVAL,
                    MYSQL_RETRY_BUDGET,
                    MYSQL_REFUSED_TOPIC,
                    REDIS_URI,
                    REDIS_USERNAME,
                    REDIS_PASSWORD,
                    RELAY_URLS,
                    RELAY_TOKEN,
                    SMART_MONEY_ENABLED,
                    SMART_MONEY_WALLETS_TOPIC,
                    SMART_MONEY_FOLLOWS_TOPIC,
                    SMART_MONEY_NOTIFICATIONS_TOPIC,
                    SMART_MONEY_CLUSTERS_TOPIC,
                    SMART_MONEY_FALSE_POSITIVE_RATE,
                    SMART_MONEY_EXPECTED_WALLETS,
                    SMART_MONEY_MAX_WAITING_TRADES,
                    SMART_MONEY_LIST_INTERVAL,
                    SMART_MONEY_REMEMBER_TRADES,
                    SMART_MONEY_REMEMBER_FIRST_BUYS,
                    SMART_MONEY_CLUSTER_WALLETS,
                    SMART_MONEY_CLUSTER_WINDOW,
                    SMART_MONEY_CLUSTER_MIN_USD);

    private KlineJobOptions() {}

    /** All options, in the order in which they are explained. */
    public static List<ConfigOption<?>> all() {
        return ALL;
    }
}
