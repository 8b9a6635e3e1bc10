package io.dexklines.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
import io.dexklines.secret.SecretReference;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.text.AddressCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KlineJobSettingsTest {

    private static final String BROKER = "--kafka.bootstrap-servers=127.0.0.1:9092";

    @TempDir private Path folder;

    private static KlineJobSettings load(String... more) {
        String[] args = new String[more.length + 1];
        args[0] = BROKER;
        System.arraycopy(more, 0, args, 1, more.length);
        return KlineJobSettings.load(args);
    }

    @Test
    void theDefaultsArePartOfTheInterface() {
        Map<String, String> defaults = new LinkedHashMap<>();
        for (ConfigOption<?> option : KlineJobOptions.all()) {
            defaults.put(option.key(), String.valueOf(option.defaultValue()));
        }

        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("kafka.bootstrap-servers", "null");
        expected.put("kafka.group-id", "dex-klines");
        expected.put("kafka.start-offset", "committed");
        expected.put("kafka.fetch-min-bytes", "1 bytes");
        expected.put("kafka.fetch-max-bytes", "1 mb");
        expected.put("kafka.fetch-max-wait", "PT0.5S");
        expected.put("kafka.security-protocol", "PLAINTEXT");
        expected.put("kafka.sasl-mechanism", "SCRAM-SHA-512");
        expected.put("kafka.username", "null");
        expected.put("kafka.password", "null");
        expected.put("kafka.ca-file", "null");
        expected.put("kafka.transactional-id-prefix", "dex-klines");
        expected.put("kafka.transaction-timeout", "PT15M");
        expected.put("kafka.partition-discovery-interval", "PT1M");
        expected.put(
                "ingest.topics",
                "sol-trades=100000;bsc-trades=56;evm-trades-v4=1,8453,42161,10,137");
        expected.put("ingest.parallelism", "null");
        expected.put("ingest.max-future", "PT1M");
        expected.put("ingest.max-disorder", "PT5S");
        expected.put("ingest.idle-timeout", "PT30S");
        expected.put("ingest.released-partitions", "null");
        expected.put("excluded.topic", "trades-excluded");
        expected.put("klines.intervals", "1m 5m 15m 30m 1h 4h 12h 1d 1w");
        expected.put("klines.live-interval", "PT0.5S");
        expected.put("klines.allowed-lateness", "PT1M");
        expected.put("klines.parallelism", "null");
        expected.put("sinks.memory", "32 mb");
        expected.put("mysql.url", "null");
        expected.put("mysql.former-url", "null");
        expected.put("mysql.username", "null");
        expected.put("mysql.password", "null");
        expected.put("mysql.batch-rows", "10000");
        expected.put("mysql.batch-interval", "PT0.5S");
        expected.put("mysql.live-interval", "PT5S");
        expected.put("mysql.waiting-rows", "1000000");
        expected.put("mysql.refused-topic", "klines-refused");
        expected.put("mysql.address-case", "lower");
        expected.put("redis.uri", "null");
        expected.put("redis.key-prefix", "null");
        expected.put("redis.retention", "newest");
        expected.put("redis.address-case", "lower");
        expected.put("redis.updates-channel", "null");
        expected.put("redis.username", "null");
        expected.put("redis.password", "null");
        expected.put("redis.waiting-rows", "1000000");
        expected.put("relay.urls", "null");
        expected.put("relay.token", "null");
        expected.put("relay.ca-file", "null");
        expected.put("relay.tape-trades", "0");
        expected.put("check.enabled", "true");
        expected.put("check.klines-per-second", "1");
        expected.put("check.delay", "PT30S");
        expected.put("check.patience", "PT2M");
        expected.put("check.relay-urls", "null");
        expected.put("smart-money.enabled", "true");
        expected.put("smart-money.wallets-topic", "smart-money-wallets");
        expected.put("smart-money.follows-topic", "smart-money-follows");
        expected.put("smart-money.notifications-topic", "smart-money-notifications");
        expected.put("smart-money.clusters-topic", "smart-money-clusters");
        expected.put("smart-money.refused-topic", "lists-refused");
        expected.put("smart-money.false-positive-rate", "0.001");
        expected.put("smart-money.expected-wallets", "100000");
        expected.put("smart-money.max-waiting-trades", "100000");
        expected.put("smart-money.max-undecided-trades", "1000000");
        expected.put("smart-money.list-interval", "PT0.1S");
        expected.put("smart-money.remember-trades", "PT24H");
        expected.put("smart-money.remember-first-buys", "PT720H");
        expected.put("smart-money.cluster-wallets", "3");
        expected.put("smart-money.cluster-window", "PT30M");
        expected.put("smart-money.cluster-min-usd", "100.0");
        assertThat(defaults).containsExactlyEntriesOf(expected);
    }

    @Test
    void smartMoneyHasItsDefaultsAndCanBeTurnedOff() {
        assertThat(load().smartMoney())
                .contains(
                        new SmartMoneySettings(
                                "smart-money-wallets",
                                "smart-money-follows",
                                "smart-money-notifications",
                                "smart-money-clusters",
                                "lists-refused",
                                Duration.ofMillis(100),
                                new SmartMoneyRules(
                                        0.001,
                                        100_000,
                                        100_000,
                                        1_000_000,
                                        Duration.ofHours(24).toMillis(),
                                        Duration.ofDays(30).toMillis(),
                                        3,
                                        Duration.ofMinutes(30).toMillis(),
                                        100)));
        assertThat(load("--smart-money.enabled=false").smartMoney()).isEmpty();
    }

    @Test
    void whatReadersOfTheGoConsumersExpectIsOffByDefault() {
        assertThat(load("--redis.uri=redis://cache/1").redis().orElseThrow().compatibility())
                .isEqualTo(RedisCompatibility.OFF);
        assertThat(load("--mysql.url=jdbc:mysql://db/klines", "--mysql.address-case=eip55").mysql())
                .map(MySqlSettings::addressCase)
                .contains(AddressCase.EIP55);
        assertThat(
                        load(
                                        "--redis.uri=redis://cache/1",
                                        "--redis.retention=age",
                                        "--redis.address-case=eip55",
                                        "--redis.updates-channel=kline:updates")
                                .redis()
                                .orElseThrow()
                                .compatibility())
                .isEqualTo(
                        new RedisCompatibility(
                                CacheRetention.AGE, AddressCase.EIP55, "kline:updates"));
        assertThatThrownBy(
                        () ->
                                load(
                                        "--ingest.topics=a-trades=aptos",
                                        "--redis.updates-channel=kline:updates"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "redis.updates-channel: cannot name the chain 'aptos', since an update has"
                                + " a number there");
    }

    @Test
    void everyOptionExplainsItself() {
        for (ConfigOption<?> option : KlineJobOptions.all()) {
            assertThat(option.description().toString()).as(option.key()).isNotBlank();
        }
    }

    @Test
    void theBrokersAloneAreEnough() {
        KlineJobSettings settings = load();

        assertThat(settings.kafka())
                .isEqualTo(
                        new KafkaSettings(
                                "127.0.0.1:9092",
                                "dex-klines",
                                new StartOffset(StartOffset.Kind.COMMITTED, 0),
                                1,
                                1 << 20,
                                Duration.ofMillis(500),
                                new KafkaSettings.Security(
                                        "PLAINTEXT", "SCRAM-SHA-512", null, null, null),
                                "dex-klines",
                                Duration.ofMinutes(15),
                                Duration.ofMinutes(1)));
        assertThat(settings.ingest())
                .isEqualTo(
                        new IngestSettings(
                                Map.of(
                                        "sol-trades", Set.of("100000"),
                                        "bsc-trades", Set.of("56"),
                                        "evm-trades-v4", Set.of("1", "8453", "42161", "10", "137")),
                                0,
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(30),
                                Set.of(),
                                "trades-excluded"));
        assertThat(settings.klines())
                .isEqualTo(
                        new KlineSettings(
                                List.of(
                                        Interval.ONE_MINUTE,
                                        Interval.FIVE_MINUTES,
                                        Interval.FIFTEEN_MINUTES,
                                        Interval.THIRTY_MINUTES,
                                        Interval.ONE_HOUR,
                                        Interval.FOUR_HOURS,
                                        Interval.TWELVE_HOURS,
                                        Interval.ONE_DAY,
                                        Interval.ONE_WEEK),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(60),
                                0));
        assertThat(settings.mysql()).isEmpty();
        assertThat(settings.redis()).isEmpty();
        assertThat(settings.relay()).isEmpty();
    }

    @Test
    void readsEverySink() {
        KlineJobSettings settings =
                load(
                        "--mysql.url=jdbc:mysql://db:3306/klines?socketTimeout=10000",
                        "--mysql.username",
                        "writer",
                        "--mysql.password=env:DB",
                        "--mysql.batch-rows=500",
                        "--mysql.batch-interval=1 s",
                        "--sinks.memory=64 mb",
                        "--mysql.live-interval=20 s",
                        "--mysql.waiting-rows=5000000",
                        "--mysql.refused-topic=refused",
                        "--redis.uri=rediss://cache:6380",
                        "--redis.key-prefix=prod:",
                        "--redis.username=writer",
                        "--redis.password=file:/run/secrets/redis",
                        "--redis.waiting-rows=2000000",
                        "--relay.urls=ws://a:8080/publish, wss://b/publish",
                        "--relay.token=env:TOKEN",
                        "--relay.tape-trades=30");

        assertThat(settings.mysql())
                .contains(
                        new MySqlSettings(
                                List.of("jdbc:mysql://db:3306/klines?socketTimeout=10000"),
                                List.of(),
                                "writer",
                                new SecretReference("env:DB"),
                                500,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(20),
                                5_000_000,
                                64 << 20,
                                "refused",
                                AddressCase.LOWER));
        assertThat(settings.redis())
                .contains(
                        new RedisSettings(
                                "rediss://cache:6380",
                                "prod:",
                                "writer",
                                new SecretReference("file:/run/secrets/redis"),
                                2_000_000,
                                64 << 20,
                                "refused",
                                RedisCompatibility.OFF));
        assertThat(settings.relay())
                .contains(
                        new RelaySettings(
                                List.of("ws://a:8080/publish", "wss://b/publish"),
                                new SecretReference("env:TOKEN"),
                                null,
                                64 << 20,
                                30));
    }

    @Test
    void readsListsOfDatabases() {
        MySqlSettings mysql =
                load(
                                "--mysql.url=jdbc:mysql://a/klines  jdbc:mysql://b/klines",
                                "--mysql.former-url",
                                "jdbc:mysql://a/klines")
                        .mysql()
                        .orElseThrow();

        assertThat(mysql.urls()).containsExactly("jdbc:mysql://a/klines", "jdbc:mysql://b/klines");
        assertThat(mysql.formerUrls()).containsExactly("jdbc:mysql://a/klines");
        assertThat(mysql.completeUrls()).isEqualTo(mysql.formerUrls());
    }

    @Test
    void readsTheCheckWhichCanBeTurnedOff() {
        assertThat(
                        load(
                                        "--check.klines-per-second=5",
                                        "--check.delay=10 s",
                                        "--check.patience=1 min",
                                        "--check.relay-urls=http://a:8080, https://b")
                                .check())
                .contains(
                        new CheckSettings(
                                5,
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(1),
                                List.of("http://a:8080", "https://b")));
        assertThat(load("--check.enabled=false").check()).isEmpty();
    }

    @Test
    void argumentsOutrankTheFile() throws IOException {
        Path file = folder.resolve("job.properties");
        Files.writeString(
                file,
                "# a comment\n"
                        + "kafka.bootstrap-servers = broker:9092\n"
                        + "kafka.group-id = from-the-file\n"
                        + "ingest.topics = bsc-trades=56;x=1,2\n"
                        + "klines.intervals=1m,5m  \n");

        KlineJobSettings settings =
                KlineJobSettings.load(
                        "--config", file.toString(), "--kafka.group-id", "from-the-arguments");

        assertThat(settings.kafka().bootstrapServers()).isEqualTo("broker:9092");
        assertThat(settings.kafka().groupId()).isEqualTo("from-the-arguments");
        assertThat(settings.ingest().chainsByTopic())
                .isEqualTo(Map.of("bsc-trades", Set.of("56"), "x", Set.of("1", "2")));
        assertThat(settings.klines().intervals())
                .containsExactly(Interval.ONE_MINUTE, Interval.FIVE_MINUTES);
    }

    @ParameterizedTest
    @CsvSource({
        "first,FIRST,0",
        "last,LAST,0",
        "committed,COMMITTED,0",
        "1704412823000,TIMESTAMP,1704412823000",
        "0,TIMESTAMP,0",
        "2024-01-05T00:00:23Z,TIMESTAMP,1704412823000",
        "2024-01-05T01:00:23+01:00,TIMESTAMP,1704412823000",
    })
    void startsWhereItIsTold(String text, StartOffset.Kind kind, long timestampMs) {
        assertThat(load("--kafka.start-offset", text).kafka().startOffset())
                .isEqualTo(new StartOffset(kind, timestampMs));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--kafka.goup-id=x|there is no key 'kafka.goup-id': did you mean 'kafka.group-id'?",
                "--brokers=x|there is no key 'brokers'; there are: kafka.bootstrap-servers",
                "--kafka.group-id|--kafka.group-id has no value",
                "hunter2|argument 2 is neither a --key nor the value of one",
                "--kafka.start-offset=now|kafka.start-offset: 'now' is not first, last, committed,",
                "--kafka.start-offset=99999999999999999999|kafka.start-offset: '99999999999999999999' is",
                "--kafka.fetch-min-bytes=60mb|kafka.fetch-min-bytes: is more than kafka.fetch-max-b",
                "--kafka.fetch-max-bytes=3gb|kafka.fetch-max-bytes: is not between 1 byte and 2 GB",
                "--kafka.fetch-min-bytes=0|kafka.fetch-min-bytes: is not between 1 byte and 2 GB",
                "--kafka.fetch-max-wait=soon|kafka.fetch-max-wait: ",
                "--kafka.security-protocol=TLS|kafka.security-protocol: 'TLS' is none of [PLAINTEXT, S",
                "--kafka.sasl-mechanism=GSSAPI|kafka.sasl-mechanism: 'GSSAPI' is none of [PLAIN, SCRAM",
                "--kafka.security-protocol=SASL_SSL|kafka.username: is needed for SASL_SSL",
                "--kafka.username=u|kafka.username: is given, but kafka.security-protocol PLAINTEXT",
                "--kafka.password=env:P|kafka.password: is given, but kafka.security-protocol PLAIN",
                "--kafka.password=hunter2|kafka.password: a secret must be given as env:NAME",
                "--mysql.password=hunter2|mysql.password: a secret must be given as env:NAME",
                "--redis.password=hunter2|redis.password: a secret must be given as env:NAME",
                "--relay.token=hunter2|relay.token: a secret must be given as env:NAME",
                "--kafka.group-id= |kafka.group-id: is required",
                "--kafka.transaction-timeout=0 s|kafka.transaction-timeout: must be at least 1 ms",
                "--ingest.topics=a|ingest.topics: 'a' is not of the form topic=chain,chain",
                "--ingest.topics=a=1=2|ingest.topics: 'a=1=2' is not of the form topic=chain,chain",
                "--ingest.topics=a=1;a=2|ingest.topics: the topic a is there twice",
                "--ingest.topics=a b=1|ingest.topics: 'a b' is not a legal topic name",
                "--ingest.topics=a=1,|ingest.topics: '' of the topic a is not a chain id",
                "--excluded.topic=bsc-trades|excluded.topic: is one of ingest.topics",
                "--excluded.topic=a/b|excluded.topic: 'a/b' is not a legal topic name",
                "--ingest.parallelism=0|ingest.parallelism: must be at least 1",
                "--klines.parallelism=many|klines.parallelism: ",
                "--ingest.idle-timeout=0 s|ingest.idle-timeout: must be at least 1 ms",
                "--ingest.released-partitions=bsc-trades|ingest.released-partitions: 'bsc-trades' is no partition",
                "--ingest.released-partitions=x-0|ingest.released-partitions: x-0 is not of one of ingest.topics",
                "--klines.intervals=2m|klines.intervals: no interval '2m': there are 1s 5s",
                "--klines.intervals=5m 3m|klines.intervals: the intervals 3m 5m do not fit together",
                "--klines.intervals=|klines.intervals: is empty",
                "--klines.live-interval=0 ms|klines.live-interval: must be at least 1 ms",
                "--mysql.batch-rows=0|mysql.batch-rows: must be at least 1",
                "--mysql.live-interval=-1 s|mysql.live-interval: ",
                "--mysql.waiting-rows=0|mysql.waiting-rows: must be at least 1",
                "--mysql.refused-topic=bsc-trades|mysql.refused-topic: is one of ingest.topics",
                "--mysql.refused-topic=trades-excluded|mysql.refused-topic: is excluded.topic too",
                "--mysql.refused-topic=a/b|mysql.refused-topic: 'a/b' is not a legal topic name",
                "--smart-money.enabled=maybe|smart-money.enabled: ",
                "--smart-money.wallets-topic=a/b|smart-money.wallets-topic: 'a/b' is not a legal topic name",
                "--smart-money.follows-topic=bsc-trades|smart-money.follows-topic: is one of ingest.topics",
                "--smart-money.follows-topic=smart-money-wallets|smart-money.follows-topic: is smart-money.wallets-topic too",
                "--smart-money.notifications-topic=sol-trades|smart-money.notifications-topic: is one of ingest.topics",
                "--smart-money.clusters-topic=trades-excluded|smart-money.clusters-topic: is excluded.topic too",
                "--smart-money.refused-topic=klines-refused|smart-money.refused-topic: is mysql.refused-topic too",
                "--smart-money.false-positive-rate=0|smart-money.false-positive-rate: must be above 0 and below 1",
                "--smart-money.false-positive-rate=NaN|smart-money.false-positive-rate: must be above 0 and below 1",
                "--smart-money.expected-wallets=0|smart-money.expected-wallets: must be at least 1",
                "--smart-money.max-waiting-trades=-1|smart-money.max-waiting-trades: must be at least 1",
                "--smart-money.max-undecided-trades=0|smart-money.max-undecided-trades: must be at least 1",
                "--smart-money.list-interval=0 ms|smart-money.list-interval: must be at least 1 ms",
                "--smart-money.remember-trades=0 s|smart-money.remember-trades: must be at least 1 ms",
                "--smart-money.remember-first-buys=0 s|smart-money.remember-first-buys: must be at least 1 ms",
                "--smart-money.cluster-wallets=1|smart-money.cluster-wallets: must be at least 2",
                "--smart-money.cluster-window=0 s|smart-money.cluster-window: must be at least 1 ms",
                "--smart-money.cluster-min-usd=Infinity|smart-money.cluster-min-usd: must not be negative, and finite",
                "--mysql.url=jdbc:h2:mem:x|mysql.url: 'jdbc:h2:mem:x' does not begin with jdbc:mysql:",
                "--mysql.url=jdbc:mysql://h/d?user=u&password=hunter2|mysql.url: holds credentials",
                "--mysql.url=jdbc:mysql://u:hunter2@h/d|mysql.url: holds credentials",
                "--mysql.url=jdbc:mysql://h/d?user=hunter2|mysql.url: holds credentials",
                "--mysql.url=jdbc:mysql://h/d?a=b&PASSWORD=hunter2|mysql.url: holds credentials",
                "--mysql.url=jdbc:mysql://(host=h,user=hunter2)/d|mysql.url: holds credentials",
                "--mysql.url=jdbc:mysql://address=(host=h)(password=hunter2)/d|mysql.url: holds",
                "--mysql.url=jdbc:mysql://h/d jdbc:mysql://h:3306/d|mysql.url: the server of 'jdbc:mysql://h:3306/d' is there twice",
                "--mysql.url=jdbc:mysql://h/d jdbc:mysql://u:hunter2@i/d|mysql.url: holds credentials",
                "--mysql.former-url=jdbc:mysql://h/d?user=hunter2|mysql.former-url: holds credentials",
                "--mysql.former-url=jdbc:mysql://h/d|mysql.former-url: is of no use without mysql.url",
                "--redis.uri=redis://u:hunter2@h:6379|redis.uri: holds credentials",
                "--redis.uri=h:6379|redis.uri: 'h:6379' is not of the form redis://host:port,",
                "--redis.uri=redis-sentinel://h|redis.uri: 'redis-sentinel://h' does not end with",
                "--redis.key-prefix={p}:|redis.key-prefix: '{p}:' has white space or a brace",
                "--redis.updates-channel=kline updates|redis.updates-channel: 'kline updates' has white space",
                "--redis.address-case=upper|redis.address-case: 'upper' is neither lower nor eip55",
                "--redis.address-case=as-sent|redis.address-case: 'as-sent' is not possible, since an address",
                "--redis.retention=1500|redis.retention: '1500' is neither newest nor age",
                "--redis.uri=redis-cluster://h/1|redis.uri: 'redis-cluster://h/1' has a path; a cluster has only one database",
                "--redis.uri=http://h|redis.uri: 'http://h' is not of the form redis://host:port",
                "--relay.urls=ws://a|relay.token: is needed for relay.urls",
                "--relay.urls=ws://a b|relay.urls: 'ws://a b' is not a URI",
                "--relay.tape-trades=101|relay.tape-trades: is not between 0 and 100",
                "--check.enabled=perhaps|check.enabled: ",
                "--check.klines-per-second=0|check.klines-per-second: must be at least 1",
                "--check.delay=0 s|check.delay: must be at least 1 ms",
                "--check.patience=29 s|check.patience: is shorter than check.delay",
                "--check.relay-urls=ws://a|check.relay-urls: 'ws://a' is not of the form http://host:port or",
                "--config=/nowhere/job.properties|--config: cannot read /nowhere/job.properties",
            })
    void refusesWhatCannotBeInWordsThatNameTheKey(String arg, String complaint) {
        assertThatThrownBy(() -> load(arg))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(complaint)
                .hasMessageNotContaining("hunter2")
                .satisfies(
                        thrown -> {
                            for (Throwable t = thrown; t != null; t = t.getCause()) {
                                assertThat(String.valueOf(t.getMessage()))
                                        .doesNotContain("hunter2");
                            }
                        });
    }

    @Test
    void theBrokersAreRequired() {
        assertThatThrownBy(KlineJobSettings::load)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kafka.bootstrap-servers: is required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SASL_PLAINTEXT", "SASL_SSL"})
    void saslTakesAUserAndAReferenceToHisPassword(String protocol) {
        KafkaSettings kafka =
                load(
                                "--kafka.security-protocol",
                                protocol,
                                "--kafka.username=a \"quoted\" \\user",
                                "--kafka.password=env:KAFKA_PASSWORD",
                                "--kafka.ca-file=/etc/ca.pem")
                        .kafka();

        assertThat(kafka.clientProperties())
                .containsEntry("bootstrap.servers", "127.0.0.1:9092")
                .containsEntry("security.protocol", protocol)
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("ssl.truststore.type", "PEM")
                .containsEntry("ssl.truststore.location", "/etc/ca.pem")
                .containsEntry(
                        "sasl.jaas.config",
                        "io.dexklines.job.config.ReferencedPasswordLoginModule required"
                                + " mechanism=\"SCRAM-SHA-512\""
                                + " username=\"a \\\"quoted\\\" \\\\user\""
                                + " password=\"env:KAFKA_PASSWORD\";");
        assertThat(load().kafka().clientProperties())
                .containsOnlyKeys("bootstrap.servers", "security.protocol");
    }

    @Test
    void settingsTravelToTheTaskManagers() throws Exception {
        KlineJobSettings settings =
                load("--mysql.url=jdbc:mysql://db/x", "--relay.urls=ws://a", "--relay.token=env:T");

        assertThat(InstantiationUtil.clone(settings.kafka())).isEqualTo(settings.kafka());
        assertThat(InstantiationUtil.clone(settings.ingest())).isEqualTo(settings.ingest());
        assertThat(InstantiationUtil.clone(settings.klines())).isEqualTo(settings.klines());
        assertThat(InstantiationUtil.clone(settings.mysql().orElseThrow()))
                .isEqualTo(settings.mysql().orElseThrow());
        assertThat(InstantiationUtil.clone(settings.relay().orElseThrow()))
                .isEqualTo(settings.relay().orElseThrow());
    }
}
