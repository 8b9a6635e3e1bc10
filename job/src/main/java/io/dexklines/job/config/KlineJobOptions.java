package io.dexklines.job.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/**
 * Every key that the job reads, with its default and what goes wrong when it is too low or too
 * high. {@link KlineJobSettings} reads and checks them.
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
                            "The consumer group under which offsets are committed at checkpoints."
                                    + " A running job resumes from its checkpoint, not from them.");

    public static final ConfigOption<String> KAFKA_START_OFFSET =
            key("kafka.start-offset")
                    .stringType()
                    .defaultValue("committed")
                    .withDescription(
                            "Where a job without a checkpoint starts: first, last, committed (first"
                                    + " where nothing is committed), epoch milliseconds, or an"
                                    + " instant such as 2024-01-05T00:00:00Z.");

    public static final ConfigOption<MemorySize> KAFKA_FETCH_MIN_BYTES =
            key("kafka.fetch-min-bytes")
                    .memoryType()
                    .defaultValue(new MemorySize(1))
                    .withDescription(
                            "How much a broker gathers before it answers a fetch. More means fewer"
                                    + " requests and up to kafka.fetch-max-wait more latency.");

    public static final ConfigOption<MemorySize> KAFKA_FETCH_MAX_BYTES =
            key("kafka.fetch-max-bytes")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(50))
                    .withDescription(
                            "How much a broker answers at most to one fetch; a larger record comes"
                                    + " alone. It costs that much heap per source subtask.");

    public static final ConfigOption<Duration> KAFKA_FETCH_MAX_WAIT =
            key("kafka.fetch-max-wait")
                    .durationType()
                    .defaultValue(Duration.ofMillis(500))
                    .withDescription("How long a broker waits for kafka.fetch-min-bytes.");

    public static final ConfigOption<String> KAFKA_SECURITY_PROTOCOL =
            key("kafka.security-protocol")
                    .stringType()
                    .defaultValue("PLAINTEXT")
                    .withDescription("PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL.");

    public static final ConfigOption<String> KAFKA_SASL_MECHANISM =
            key("kafka.sasl-mechanism")
                    .stringType()
                    .defaultValue("SCRAM-SHA-512")
                    .withDescription("PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.");

    public static final ConfigOption<String> KAFKA_USERNAME =
            key("kafka.username").stringType().noDefaultValue().withDescription("The SASL user.");

    public static final ConfigOption<String> KAFKA_PASSWORD =
            key("kafka.password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Its password: env:NAME or file:/path.");

    public static final ConfigOption<String> KAFKA_CA_FILE =
            key("kafka.ca-file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "A PEM file with the authorities to trust instead of Java's own; it is"
                                    + " read on every TaskManager and on the JobManager.");

    public static final ConfigOption<String> KAFKA_TRANSACTIONAL_ID_PREFIX =
            key("kafka.transactional-id-prefix")
                    .stringType()
                    .defaultValue("dex-klines")
                    .withDescription(
                            "Begins the transactional ids. Two jobs on one cluster must differ, or"
                                    + " they fence each other; a job must keep its own, or what it"
                                    + " left open blocks readers until the timeout.");

    public static final ConfigOption<Duration> KAFKA_TRANSACTION_TIMEOUT =
            key("kafka.transaction-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "After this the broker aborts a transaction. Shorter than the longest"
                                    + " checkpoint plus the longest outage, and excluded trades are"
                                    + " lost; longer than the broker's transaction.max.timeout.ms"
                                    + " (15 minutes by default), and the job does not start.");

    public static final ConfigOption<Duration> KAFKA_PARTITION_DISCOVERY_INTERVAL =
            key("kafka.partition-discovery-interval")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(1))
                    .withDescription("How often new partitions are looked for.");

    public static final ConfigOption<String> INGEST_TOPICS =
            key("ingest.topics")
                    .stringType()
                    .defaultValue(
                            "sol-trades=100000;bsc-trades=56;evm-trades-v4=1,8453,42161,10,137")
                    .withDescription(
                            "The topics, each with the chains it may carry:"
                                    + " topic=chain,chain;topic=chain.");

    public static final ConfigOption<Integer> INGEST_PARALLELISM =
            key("ingest.parallelism")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Subtasks that read and decode; the job's parallelism by default. More"
                                    + " than there are partitions do nothing.");

    public static final ConfigOption<Duration> INGEST_MAX_FUTURE =
            key("ingest.max-future")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(60))
                    .withDescription(
                            "How far block_time may be ahead of the clock before a trade is"
                                    + " excluded as future. Too low, and a slow clock here excludes"
                                    + " good trades; too high, and a fast clock there makes the"
                                    + " rest late.");

    public static final ConfigOption<Duration> INGEST_MAX_DISORDER =
            key("ingest.max-disorder")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription(
                            "How far a partition's records may be out of order by their time"
                                    + " without being late. Klines close this much later.");

    public static final ConfigOption<Duration> INGEST_IDLE_TIMEOUT =
            key("ingest.idle-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "After this long without a valid trade a partition no longer holds the"
                                    + " others back. Shorter than a broker's restart, and what"
                                    + " comes after it may be late.");

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
                            "Any of 1s 5s 15s 30s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 1w 1M, each"
                                    + " made of whole ones of the smallest.");

    public static final ConfigOption<Duration> KLINES_LIVE_INTERVAL =
            key("klines.live-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(500))
                    .withDescription(
                            "A kline that changed is emitted within this. Lower costs every sink"
                                    + " proportionally more.");

    public static final ConfigOption<Duration> KLINES_ALLOWED_LATENESS =
            key("klines.allowed-lateness")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(60))
                    .withDescription(
                            "How long after its smallest kline closed a trade still corrects it."
                                    + " Identities are remembered, in state, for as long.");

    public static final ConfigOption<Integer> KLINES_PARALLELISM =
            key("klines.parallelism")
                    .intType()
                    .noDefaultValue()
                    .withDescription(
                            "Subtasks that compute klines; the job's parallelism by default.");

    public static final ConfigOption<String> MYSQL_URL =
            key("mysql.url")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "jdbc:mysql://host:port/database, without user and password. Without"
                                    + " it, nothing goes to MySQL.");

    public static final ConfigOption<String> MYSQL_USERNAME =
            key("mysql.username").stringType().noDefaultValue().withDescription("The user.");

    public static final ConfigOption<String> MYSQL_PASSWORD =
            key("mysql.password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Its password: env:NAME or file:/path.");

    public static final ConfigOption<Integer> MYSQL_BATCH_ROWS =
            key("mysql.batch-rows")
                    .intType()
                    .defaultValue(10_000)
                    .withDescription("Rows are written when so many wait.");

    public static final ConfigOption<Duration> MYSQL_BATCH_INTERVAL =
            key("mysql.batch-interval")
                    .durationType()
                    .defaultValue(Duration.ofMillis(500))
                    .withDescription("Rows are written when the first of them has waited so long.");

    public static final ConfigOption<String> REDIS_URI =
            key("redis.uri")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "redis://host:port or rediss://host:port, without user and password."
                                    + " Without it, nothing goes to Redis.");

    public static final ConfigOption<String> REDIS_USERNAME =
            key("redis.username").stringType().noDefaultValue().withDescription("The user.");

    public static final ConfigOption<String> REDIS_PASSWORD =
            key("redis.password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("Its password: env:NAME or file:/path.");

    public static final ConfigOption<String> RELAY_URLS =
            key("relay.urls")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "ws://host:port/publish of every relay, separated by commas. Without"
                                    + " it, nothing goes to a relay.");

    public static final ConfigOption<String> RELAY_TOKEN =
            key("relay.token")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The publisher's token: env:NAME or file:/path.");

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
                    REDIS_URI,
                    REDIS_USERNAME,
                    REDIS_PASSWORD,
                    RELAY_URLS,
                    RELAY_TOKEN);

    private KlineJobOptions() {}

    /** All options, in the order in which they are explained. */
    public static List<ConfigOption<?>> all() {
        return ALL;
    }
}
