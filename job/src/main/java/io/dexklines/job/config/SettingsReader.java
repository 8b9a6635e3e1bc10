package io.dexklines.job.config;

import io.dexklines.clock.Partition;
import io.dexklines.job.compatibility.KlineUpdateMessage;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
import io.dexklines.secret.SecretReference;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.text.AddressCase;
import io.dexklines.text.JdbcUrls;
import io.dexklines.text.RedisUri;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/** Reads and checks the options. Every error message names its key. */
final class SettingsReader {

    private static final List<String> PROTOCOLS =
            List.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");
    private static final List<String> MECHANISMS =
            List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

    /** Less would hold less than a batch of rows. */
    private static final int LEAST_SINK_MEMORY = 1 << 20;

    private static final int MOST_TAPE_TRADES = 100;

    private final Configuration configuration;

    SettingsReader(Configuration configuration) {
        this.configuration = configuration;
    }

    KafkaSettings kafka() {
        int fetchMinBytes = bytes(KlineJobOptions.KAFKA_FETCH_MIN_BYTES);
        int fetchMaxBytes = bytes(KlineJobOptions.KAFKA_FETCH_MAX_BYTES);
        check(
                fetchMinBytes <= fetchMaxBytes,
                KlineJobOptions.KAFKA_FETCH_MIN_BYTES,
                "is more than " + KlineJobOptions.KAFKA_FETCH_MAX_BYTES.key());
        return new KafkaSettings(
                required(KlineJobOptions.KAFKA_BOOTSTRAP_SERVERS),
                required(KlineJobOptions.KAFKA_GROUP_ID),
                parsed(KlineJobOptions.KAFKA_START_OFFSET, StartOffset::of),
                fetchMinBytes,
                fetchMaxBytes,
                positive(KlineJobOptions.KAFKA_FETCH_MAX_WAIT),
                kafkaSecurity(),
                required(KlineJobOptions.KAFKA_TRANSACTIONAL_ID_PREFIX),
                positive(KlineJobOptions.KAFKA_TRANSACTION_TIMEOUT),
                positive(KlineJobOptions.KAFKA_PARTITION_DISCOVERY_INTERVAL));
    }

    private KafkaSettings.Security kafkaSecurity() {
        String protocol = oneOf(KlineJobOptions.KAFKA_SECURITY_PROTOCOL, PROTOCOLS);
        String mechanism = oneOf(KlineJobOptions.KAFKA_SASL_MECHANISM, MECHANISMS);
        String username = optional(KlineJobOptions.KAFKA_USERNAME);
        SecretReference password = secret(KlineJobOptions.KAFKA_PASSWORD);
        KafkaSettings.Security security =
                new KafkaSettings.Security(
                        protocol,
                        mechanism,
                        username,
                        password,
                        optional(KlineJobOptions.KAFKA_CA_FILE));
        if (security.sasl()) {
            check(username != null, KlineJobOptions.KAFKA_USERNAME, "is needed for " + protocol);
            check(password != null, KlineJobOptions.KAFKA_PASSWORD, "is needed for " + protocol);
        } else {
            String unused =
                    "is given, but kafka.security-protocol " + protocol + " does not use it";
            check(username == null, KlineJobOptions.KAFKA_USERNAME, unused);
            check(password == null, KlineJobOptions.KAFKA_PASSWORD, unused);
        }
        return security;
    }

    IngestSettings ingest() {
        return new IngestSettings(
                chainsByTopic(),
                parallelism(KlineJobOptions.INGEST_PARALLELISM),
                notNegative(KlineJobOptions.INGEST_MAX_FUTURE),
                notNegative(KlineJobOptions.INGEST_MAX_DISORDER),
                positive(KlineJobOptions.INGEST_IDLE_TIMEOUT),
                releasedPartitions(),
                writtenTopic(KlineJobOptions.EXCLUDED_TOPIC));
    }

    private Map<String, Set<String>> chainsByTopic() {
        return parsed(KlineJobOptions.INGEST_TOPICS, SettingsReader::chainsByTopic);
    }

    private Set<Partition> releasedPartitions() {
        ConfigOption<String> option = KlineJobOptions.INGEST_RELEASED_PARTITIONS;
        if (optional(option) == null) {
            return Set.of();
        }
        Set<Partition> released =
                parsed(
                        option,
                        text ->
                                Arrays.stream(text.split(",", -1))
                                        .map(partition -> Partition.parse(partition.trim()))
                                        .collect(Collectors.toCollection(TreeSet::new)));
        for (Partition partition : released) {
            check(
                    chainsByTopic().containsKey(partition.topic()),
                    option,
                    partition + " is not of one of " + KlineJobOptions.INGEST_TOPICS.key());
        }
        return Set.copyOf(released);
    }

    /** Returns the name of a topic that the job writes. */
    private String writtenTopic(ConfigOption<String> option) {
        String topic = parsed(option, SettingsReader::legalTopicName);
        check(
                !chainsByTopic().containsKey(topic),
                option,
                "is one of "
                        + KlineJobOptions.INGEST_TOPICS.key()
                        + ": the job would read its own output");
        return topic;
    }

    KlineSettings klines() {
        return new KlineSettings(
                parsed(KlineJobOptions.KLINES_INTERVALS, SettingsReader::intervals),
                positive(KlineJobOptions.KLINES_LIVE_INTERVAL),
                notNegative(KlineJobOptions.KLINES_ALLOWED_LATENESS),
                parallelism(KlineJobOptions.KLINES_PARALLELISM));
    }

    Optional<MySqlSettings> mysql() {
        String username = optional(KlineJobOptions.MYSQL_USERNAME);
        SecretReference password = secret(KlineJobOptions.MYSQL_PASSWORD);
        int batchRows = positiveInt(KlineJobOptions.MYSQL_BATCH_ROWS);
        Duration batchInterval = positive(KlineJobOptions.MYSQL_BATCH_INTERVAL);
        Duration liveInterval = notNegative(KlineJobOptions.MYSQL_LIVE_INTERVAL);
        int waitingRows = positiveInt(KlineJobOptions.MYSQL_WAITING_ROWS);
        String refusedTopic = writtenTopic(KlineJobOptions.MYSQL_REFUSED_TOPIC);
        AddressCase addressCase = parsed(KlineJobOptions.MYSQL_ADDRESS_CASE, AddressCase::ofCode);
        distinct(List.of(KlineJobOptions.EXCLUDED_TOPIC, KlineJobOptions.MYSQL_REFUSED_TOPIC));
        List<String> formerUrls =
                optional(KlineJobOptions.MYSQL_FORMER_URL) == null
                        ? List.of()
                        : parsed(KlineJobOptions.MYSQL_FORMER_URL, JdbcUrls::parse);
        if (optional(KlineJobOptions.MYSQL_URL) == null) {
            check(
                    formerUrls.isEmpty(),
                    KlineJobOptions.MYSQL_FORMER_URL,
                    "is of no use without mysql.url");
            return Optional.empty();
        }
        return Optional.of(
                new MySqlSettings(
                        parsed(KlineJobOptions.MYSQL_URL, JdbcUrls::parse),
                        formerUrls,
                        username,
                        password,
                        batchRows,
                        batchInterval,
                        liveInterval,
                        waitingRows,
                        sinkMemory(),
                        refusedTopic,
                        addressCase));
    }

    /** Returns the bytes of heap that a subtask of a sink may use. */
    private int sinkMemory() {
        int bytes = bytes(KlineJobOptions.SINKS_MEMORY);
        check(bytes >= LEAST_SINK_MEMORY, KlineJobOptions.SINKS_MEMORY, "must be at least 1 mb");
        return bytes;
    }

    Optional<RedisSettings> redis() {
        String username = optional(KlineJobOptions.REDIS_USERNAME);
        SecretReference password = secret(KlineJobOptions.REDIS_PASSWORD);
        int waitingRows = positiveInt(KlineJobOptions.REDIS_WAITING_ROWS);
        String refusedTopic = writtenTopic(KlineJobOptions.MYSQL_REFUSED_TOPIC);
        String keyPrefix =
                optional(KlineJobOptions.REDIS_KEY_PREFIX) == null
                        ? ""
                        : parsed(KlineJobOptions.REDIS_KEY_PREFIX, RedisUri::checkKeyPrefix);
        RedisCompatibility compatibility = redisCompatibility();
        if (optional(KlineJobOptions.REDIS_URI) == null) {
            return Optional.empty();
        }
        check(
                username == null || password != null,
                KlineJobOptions.REDIS_PASSWORD,
                "is needed for redis.username");
        String uri = required(KlineJobOptions.REDIS_URI);
        parsed(KlineJobOptions.REDIS_URI, RedisUri::parse);
        return Optional.of(
                new RedisSettings(
                        uri,
                        keyPrefix,
                        username,
                        password,
                        waitingRows,
                        sinkMemory(),
                        refusedTopic,
                        compatibility));
    }

    private RedisCompatibility redisCompatibility() {
        return new RedisCompatibility(
                parsed(KlineJobOptions.REDIS_RETENTION, CacheRetention::ofCode),
                parsed(KlineJobOptions.REDIS_ADDRESS_CASE, AddressCase::ofCode),
                redisUpdatesChannel());
    }

    private String redisUpdatesChannel() {
        String channel = optional(KlineJobOptions.REDIS_UPDATES_CHANNEL);
        if (channel == null) {
            return null;
        }
        check(
                channel.matches("\\S+"),
                KlineJobOptions.REDIS_UPDATES_CHANNEL,
                "'" + channel + "' has white space");
        for (Set<String> chains : chainsByTopic().values()) {
            for (String chain : chains) {
                check(
                        KlineUpdateMessage.canName(chain),
                        KlineJobOptions.REDIS_UPDATES_CHANNEL,
                        "cannot name the chain '"
                                + chain
                                + "', since an update has a number there");
            }
        }
        return channel;
    }

    Optional<RelaySettings> relay() {
        SecretReference token = secret(KlineJobOptions.RELAY_TOKEN);
        int tapeTrades = tapeTrades();
        if (optional(KlineJobOptions.RELAY_URLS) == null) {
            return Optional.empty();
        }
        List<String> urls =
                parsed(KlineJobOptions.RELAY_URLS, text -> addresses(text, "ws", "wss"));
        check(token != null, KlineJobOptions.RELAY_TOKEN, "is needed for relay.urls");
        return Optional.of(
                new RelaySettings(
                        urls,
                        token,
                        optional(KlineJobOptions.RELAY_CA_FILE),
                        sinkMemory(),
                        tapeTrades));
    }

    private int tapeTrades() {
        int trades = read(KlineJobOptions.RELAY_TAPE_TRADES);
        check(
                trades >= 0 && trades <= MOST_TAPE_TRADES,
                KlineJobOptions.RELAY_TAPE_TRADES,
                "is not between 0 and " + MOST_TAPE_TRADES);
        return trades;
    }

    Optional<CheckSettings> check() {
        Duration delay = positive(KlineJobOptions.CHECK_DELAY);
        Duration patience = positive(KlineJobOptions.CHECK_PATIENCE);
        check(
                patience.compareTo(delay) >= 0,
                KlineJobOptions.CHECK_PATIENCE,
                "is shorter than " + KlineJobOptions.CHECK_DELAY.key());
        List<String> relayUrls =
                optional(KlineJobOptions.CHECK_RELAY_URLS) == null
                        ? List.of()
                        : parsed(
                                KlineJobOptions.CHECK_RELAY_URLS,
                                text -> addresses(text, "http", "https"));
        CheckSettings settings =
                new CheckSettings(
                        positiveInt(KlineJobOptions.CHECK_KLINES_PER_SECOND),
                        delay,
                        patience,
                        relayUrls,
                        optional(KlineJobOptions.RELAY_CA_FILE));
        return read(KlineJobOptions.CHECK_ENABLED) ? Optional.of(settings) : Optional.empty();
    }

    Optional<SmartMoneySettings> smartMoney() {
        String notificationsTopic = writtenTopic(KlineJobOptions.SMART_MONEY_NOTIFICATIONS_TOPIC);
        String clustersTopic = writtenTopic(KlineJobOptions.SMART_MONEY_CLUSTERS_TOPIC);
        String refusedTopic = writtenTopic(KlineJobOptions.SMART_MONEY_REFUSED_TOPIC);
        SmartMoneySettings settings =
                new SmartMoneySettings(
                        listTopic(KlineJobOptions.SMART_MONEY_WALLETS_TOPIC),
                        listTopic(KlineJobOptions.SMART_MONEY_FOLLOWS_TOPIC),
                        notificationsTopic,
                        clustersTopic,
                        refusedTopic,
                        positive(KlineJobOptions.SMART_MONEY_LIST_INTERVAL),
                        smartMoneyRules());
        distinct(
                List.of(
                        KlineJobOptions.EXCLUDED_TOPIC,
                        KlineJobOptions.MYSQL_REFUSED_TOPIC,
                        KlineJobOptions.SMART_MONEY_WALLETS_TOPIC,
                        KlineJobOptions.SMART_MONEY_FOLLOWS_TOPIC,
                        KlineJobOptions.SMART_MONEY_NOTIFICATIONS_TOPIC,
                        KlineJobOptions.SMART_MONEY_CLUSTERS_TOPIC,
                        KlineJobOptions.SMART_MONEY_REFUSED_TOPIC));
        return read(KlineJobOptions.SMART_MONEY_ENABLED) ? Optional.of(settings) : Optional.empty();
    }

    private SmartMoneyRules smartMoneyRules() {
        double falsePositiveRate = read(KlineJobOptions.SMART_MONEY_FALSE_POSITIVE_RATE);
        check(
                falsePositiveRate > 0 && falsePositiveRate < 1,
                KlineJobOptions.SMART_MONEY_FALSE_POSITIVE_RATE,
                "must be above 0 and below 1");
        int clusterWallets = read(KlineJobOptions.SMART_MONEY_CLUSTER_WALLETS);
        check(
                clusterWallets >= 2,
                KlineJobOptions.SMART_MONEY_CLUSTER_WALLETS,
                "must be at least 2");
        double clusterMinUsd = read(KlineJobOptions.SMART_MONEY_CLUSTER_MIN_USD);
        check(
                clusterMinUsd >= 0 && Double.isFinite(clusterMinUsd),
                KlineJobOptions.SMART_MONEY_CLUSTER_MIN_USD,
                "must not be negative, and finite");
        return new SmartMoneyRules(
                falsePositiveRate,
                positiveInt(KlineJobOptions.SMART_MONEY_EXPECTED_WALLETS),
                positiveInt(KlineJobOptions.SMART_MONEY_MAX_WAITING_TRADES),
                positiveInt(KlineJobOptions.SMART_MONEY_MAX_UNDECIDED_TRADES),
                positive(KlineJobOptions.SMART_MONEY_REMEMBER_TRADES).toMillis(),
                positive(KlineJobOptions.SMART_MONEY_REMEMBER_FIRST_BUYS).toMillis(),
                clusterWallets,
                positive(KlineJobOptions.SMART_MONEY_CLUSTER_WINDOW).toMillis(),
                clusterMinUsd);
    }

    private String listTopic(ConfigOption<String> option) {
        String topic = parsed(option, SettingsReader::legalTopicName);
        check(
                !chainsByTopic().containsKey(topic),
                option,
                "is one of " + KlineJobOptions.INGEST_TOPICS.key() + " too");
        return topic;
    }

    /** Checks that the topics differ. */
    private void distinct(List<ConfigOption<String>> options) {
        Map<String, ConfigOption<String>> byTopic = new LinkedHashMap<>();
        for (ConfigOption<String> option : options) {
            ConfigOption<String> other = byTopic.putIfAbsent(optional(option), option);
            check(
                    other == null,
                    option,
                    "is "
                            + (other == null ? "" : other.key())
                            + " too: each kind of record needs a topic of its own");
        }
    }

    private static List<Interval> intervals(String text) {
        List<Interval> intervals = new ArrayList<>();
        for (String code : text.split("[\\s,]+")) {
            intervals.add(Interval.ofCode(code));
        }
        return Interval.validated(intervals);
    }

    private static Map<String, Set<String>> chainsByTopic(String text) {
        Map<String, Set<String>> chainsByTopic = new LinkedHashMap<>();
        for (String entry : text.split(";")) {
            String[] parts = entry.split("=", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException(
                        "'" + entry.trim() + "' is not of the form topic=chain,chain");
            }
            String topic = legalTopicName(parts[0].trim());
            Set<String> chains = new LinkedHashSet<>();
            for (String chain : parts[1].split(",", -1)) {
                if (!chain.trim().matches("[0-9A-Za-z_-]{1,32}")) {
                    throw new IllegalArgumentException(
                            "'" + chain.trim() + "' of the topic " + topic + " is not a chain id");
                }
                chains.add(chain.trim());
            }
            if (chainsByTopic.put(topic, Collections.unmodifiableSet(chains)) != null) {
                throw new IllegalArgumentException("the topic " + topic + " is there twice");
            }
        }
        return Collections.unmodifiableMap(chainsByTopic);
    }

    private static String legalTopicName(String name) {
        if (!name.matches("[a-zA-Z0-9._-]{1,249}")) {
            throw new IllegalArgumentException("'" + name + "' is not a legal topic name");
        }
        return name;
    }

    private static List<String> addresses(String text, String scheme, String secureScheme) {
        return Arrays.stream(text.split(","))
                .map(url -> address(url.trim(), scheme, secureScheme))
                .collect(Collectors.toUnmodifiableList());
    }

    private static String address(String text, String scheme, String secureScheme) {
        if (text.contains("@")) {
            throw new IllegalArgumentException(
                    "holds credentials, which have keys of their own; the value given is not"
                            + " repeated here");
        }
        try {
            URI uri = new URI(text);
            boolean schemeFits =
                    scheme.equals(uri.getScheme()) || secureScheme.equals(uri.getScheme());
            if (schemeFits && uri.getHost() != null) {
                return text;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is not a URI: " + e.getReason(), e);
        }
        throw new IllegalArgumentException(
                String.format(
                        "'%s' is not of the form %s://host:port or %s://host:port",
                        text, scheme, secureScheme));
    }

    private String required(ConfigOption<String> option) {
        String value = optional(option);
        check(value != null, option, "is required");
        return value;
    }

    /** Returns the value; null if there is none or if it is blank. */
    private String optional(ConfigOption<String> option) {
        String value = configuration.get(option);
        return value == null || value.isEmpty() ? null : value;
    }

    private <T> T parsed(ConfigOption<String> option, Function<String, T> parser) {
        String value = optional(option);
        check(value != null, option, "is empty");
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw invalid(option, e.getMessage(), e);
        }
    }

    private SecretReference secret(ConfigOption<String> option) {
        return optional(option) == null ? null : parsed(option, SecretReference::new);
    }

    private String oneOf(ConfigOption<String> option, List<String> values) {
        String value = required(option);
        check(values.contains(value), option, "'" + value + "' is none of " + values);
        return value;
    }

    private int bytes(ConfigOption<MemorySize> option) {
        long bytes = read(option).getBytes();
        check(bytes >= 1 && bytes <= Integer.MAX_VALUE, option, "is not between 1 byte and 2 GB");
        return (int) bytes;
    }

    private Duration positive(ConfigOption<Duration> option) {
        Duration value = read(option);
        check(value.toMillis() > 0, option, "must be at least 1 ms");
        return value;
    }

    private Duration notNegative(ConfigOption<Duration> option) {
        Duration value = read(option);
        check(!value.isNegative(), option, "must not be negative");
        return value;
    }

    private int positiveInt(ConfigOption<Integer> option) {
        int value = read(option);
        check(value > 0, option, "must be at least 1");
        return value;
    }

    private int parallelism(ConfigOption<Integer> option) {
        return configuration.contains(option) ? positiveInt(option) : 0;
    }

    private <T> T read(ConfigOption<T> option) {
        try {
            return configuration.get(option);
        } catch (IllegalArgumentException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw invalid(option, reason.getMessage(), e);
        }
    }

    private static void check(boolean holds, ConfigOption<?> option, String otherwise) {
        if (!holds) {
            throw invalid(option, otherwise, null);
        }
    }

    private static IllegalArgumentException invalid(
            ConfigOption<?> option, String problem, Throwable cause) {
        return new IllegalArgumentException(option.key() + ": " + problem, cause);
    }
}
