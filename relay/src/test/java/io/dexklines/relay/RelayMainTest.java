package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
import io.dexklines.relay.publish.UpstreamAddress;
import io.dexklines.relay.store.RedisAddress;
import io.dexklines.relay.store.StoreAddress;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.relay.token.TokenGrant;
import io.dexklines.relay.token.TokenIssuer;
import io.dexklines.relay.token.TokenKeys;
import io.dexklines.relay.token.TokenRefusal;
import io.dexklines.relay.token.UserTokens;
import io.dexklines.text.AddressCase;
import io.dexklines.text.RedisUri;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.ParameterException;

class RelayMainTest {

    @TempDir Path folder;

    @Test
    void argumentsBecomeSettings() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "a publisher's token\n");

        RelaySettings settings =
                RelayMain.settings(
                        "--publisher-token", "file:" + token,
                        "--host", "127.0.0.2",
                        "--port", "0",
                        "--max-streams-per-connection", "7",
                        "--max-blocked", "3",
                        "--ping-interval", "5",
                        "--idle-timeout", "6");

        assertThat(settings.address().host()).isEqualTo("127.0.0.2");
        assertThat(settings.address().port()).isZero();
        assertThat(settings.userTokens()).isNull();
        assertThat(settings.pingIntervalMs()).isEqualTo(5_000);
        assertThat(settings.subscriberLimits().maxStreams()).isEqualTo(7);
        assertThat(settings.subscriberLimits().maxBlockedMs()).isEqualTo(3_000);
        assertThat(settings.subscriberLimits().idleTimeoutMs()).isEqualTo(6_000);
        assertThat(settings.subscriberLimits().maxFramesPerSecond()).isEqualTo(10);
        assertThat(settings.compatibility()).isFalse();
        assertThat(
                        RelayMain.settings("--publisher-token", "file:" + token, "--compatibility")
                                .compatibility())
                .isTrue();
    }

    @Test
    void keysAndRevocationsOfUserTokensAreReadAtTheStart() throws Exception {
        String token = "file:" + Files.writeString(folder.resolve("token"), "t");
        String key = "a: hunter2-hunter2-hunter2-hunter2-\n";
        Path keys = Files.writeString(folder.resolve("keys"), key);
        Path revocations = Files.writeString(folder.resolve("revocations"), "");
        String issued =
                new TokenIssuer(TokenKeys.parse(key), Clock.systemUTC())
                        .issue("alice", Duration.ofMinutes(1));

        RelaySettings settings =
                RelayMain.settings(
                        "--publisher-token",
                        token,
                        "--user-token-keys",
                        "file:" + keys,
                        "--user-token-revocations",
                        revocations.toString(),
                        "--user-token-reload",
                        "3");
        UserTokens tokens = settings.userTokens();

        assertThat(settings.userTokenReloadMs()).isEqualTo(3_000);
        TokenGrant grant = tokens.verify("alice", issued);
        Files.writeString(revocations, "token " + grant.tokenId() + "\n");
        assertThat(tokens.reload()).isTrue();
        assertThat(tokens.refusalOf(grant)).contains(TokenRefusal.REVOKED);
        Files.delete(revocations);
        assertThat(tokens.reload()).isFalse();
        assertThat(tokens.refusalOf(grant)).contains(TokenRefusal.REVOKED);
    }

    @Test
    void invalidKeysAndRevocationsOfUserTokensAreRefused() throws IOException {
        String token = "file:" + Files.writeString(folder.resolve("token"), "t");
        String keys =
                "file:"
                        + Files.writeString(
                                folder.resolve("keys"), "a: hunter2-hunter2-hunter2-hunter2-");
        String noKeys = "file:" + Files.writeString(folder.resolve("no-keys"), "hunter2\n");

        assertRefused(
                "--user-token-keys: a secret must be given as env:NAME",
                "--publisher-token",
                token,
                "--user-token-keys",
                "hunter2");
        assertRefused(
                "line 1: expected `kid: secret`",
                "--publisher-token",
                token,
                "--user-token-keys",
                noKeys);
        assertRefused(
                "cannot read /no/such/file",
                "--publisher-token",
                token,
                "--user-token-keys",
                keys,
                "--user-token-revocations",
                "/no/such/file");
        assertRefused(
                "Missing required argument(s): --user-token-keys=REFERENCE",
                "--publisher-token",
                token,
                "--user-token-revocations",
                "/no/such/file");
        assertRefused(
                "--max-user-token-lifetime: must be positive",
                "--publisher-token",
                token,
                "--user-token-keys",
                keys,
                "--max-user-token-lifetime",
                "0");
    }

    @Test
    void theFormerSecretOfUserTokensIsRefusedWithWhatToDo() throws IOException {
        String token = "file:" + Files.writeString(folder.resolve("token"), "t");

        assertRefused(
                "--user-token-secret: its tokens never expired and are no longer accepted; give"
                        + " --user-token-keys and issue JSON Web Tokens, see docs/upgrade.md",
                "--publisher-token",
                token,
                "--user-token-secret",
                token);
    }

    @Test
    void storesAndUpstreamsAreOptional() throws IOException {
        String token = "file:" + Files.writeString(folder.resolve("token"), "a token");
        String password = "file:" + Files.writeString(folder.resolve("password"), "hunter2\n");

        assertThat(RelayMain.settings("--publisher-token", token).stores())
                .isEqualTo(StoreSettings.NONE);

        RelaySettings settings =
                RelayMain.settings(
                        "--publisher-token",
                        token,
                        "--mysql-url",
                        "jdbc:mysql://host/klines jdbc:mysql://second/klines",
                        "--mysql-user",
                        "relay",
                        "--mysql-password",
                        password,
                        "--redis-uri",
                        "rediss-cluster://a,b:7000",
                        "--redis-key-prefix",
                        "prod:",
                        "--intervals",
                        "1h,1m",
                        "--upstream",
                        "ws://a:1/follow,wss://b/follow");

        assertThat(settings.stores().mysql())
                .containsExactly(
                        new StoreAddress("jdbc:mysql://host/klines", "relay", "hunter2"),
                        new StoreAddress("jdbc:mysql://second/klines", "relay", "hunter2"));
        assertThat(settings.stores().redis().orElseThrow())
                .isEqualTo(
                        new RedisAddress(
                                RedisUri.parse("rediss-cluster://a,b:7000"), "prod:", null, null));
        assertThat(settings.intervals()).containsExactly(Interval.ONE_MINUTE, Interval.ONE_HOUR);
        assertThat(settings.upstreams())
                .extracting(UpstreamAddress::uri)
                .containsExactly(URI.create("ws://a:1/follow"), URI.create("wss://b/follow"));
        assertThat(settings.toString()).doesNotContain("hunter2").doesNotContain("a token");
    }

    @Test
    void theCacheMayBeKeptForReadersOfTheGoConsumers() throws IOException {
        String token = "file:" + Files.writeString(folder.resolve("token"), "a token");

        RelaySettings settings =
                RelayMain.settings(
                        "--publisher-token",
                        token,
                        "--redis-uri",
                        "redis://host/1",
                        "--redis-retention",
                        "age",
                        "--redis-address-case",
                        "eip55");

        assertThat(settings.stores().redis().orElseThrow())
                .isEqualTo(
                        new RedisAddress(
                                RedisUri.parse("redis://host/1"),
                                "",
                                null,
                                null,
                                CacheRetention.AGE,
                                AddressCase.EIP55));
    }

    @Test
    void theFollowsOfUsersAreAtBrokersWithALogin() throws IOException {
        String token = "file:" + Files.writeString(folder.resolve("token"), "t");
        String keys =
                "file:" + Files.writeString(folder.resolve("keys"), "a: " + "k".repeat(32) + "\n");
        String password = "file:" + Files.writeString(folder.resolve("password"), "hunter2\"\\\n");
        Path properties =
                Files.writeString(
                        folder.resolve("kafka.properties"),
                        "security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n");
        assertThat(RelayMain.settings("--publisher-token", token).follows()).isNull();

        RelaySettings settings =
                RelayMain.settings(
                        "--publisher-token",
                        token,
                        "--user-token-keys",
                        keys,
                        "--kafka-bootstrap-servers",
                        "a:9092,b:9092",
                        "--kafka-properties",
                        properties.toString(),
                        "--kafka-user",
                        "relay",
                        "--kafka-password",
                        password,
                        "--max-follows-per-user",
                        "7",
                        "--max-follow-list-bytes",
                        "2m");

        assertThat(settings.follows().clientProperties())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required"
                                + " username=\"relay\" password=\"hunter2\\\"\\\\\";");
        assertThat(settings.follows().maxPerUser()).isEqualTo(7);
        assertThat(settings.follows().maxBytes()).isEqualTo(2 << 20);
        assertThat(settings.follows())
                .hasToString("smart-money-follows at a:9092,b:9092 by SASL_SSL");
        assertThat(settings.toString()).doesNotContain("hunter2");

        String[] brokers = {
            "--publisher-token",
            token,
            "--user-token-keys",
            keys,
            "--kafka-bootstrap-servers",
            "a:1"
        };
        assertRefused(
                "--kafka-bootstrap-servers: needs --user-token-keys, since users follow",
                "--publisher-token",
                token,
                "--kafka-bootstrap-servers",
                "a:1");
        assertRefused(
                "--kafka-user: needs --kafka-password, and vice versa",
                and(brokers, "--kafka-user", "relay"));
        assertRefused(
                "--kafka-user: needs sasl.mechanism PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
                and(brokers, "--kafka-user", "relay", "--kafka-password", password));
        assertRefused(
                "--kafka-properties: cannot read /no/such/file",
                and(brokers, "--kafka-properties", "/no/such/file"));
        Files.writeString(properties, "reconnect.backoff.ms=hunter2\n");
        assertRefused(
                "--kafka-bootstrap-servers, --kafka-properties: invalid reconnect.backoff.ms",
                and(brokers, "--kafka-properties", properties.toString()));
        assertRefused(
                "--max-follows-per-user: must be positive",
                and(brokers, "--max-follows-per-user", "0"));
    }

    private static String[] and(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void anInvalidArgumentIsRefusedInOneLineThatNamesIt() throws IOException {
        String token = "file:" + Files.writeString(folder.resolve("token"), "t");
        String nothing = "file:" + Files.writeString(folder.resolve("empty"), "\n");

        assertRefused(
                "--publisher-token: a secret must be given as env:NAME", "--publisher-token", "t");
        assertRefused("--publisher-token: no secret at", "--publisher-token", nothing);
        assertRefused("no secret at", "--publisher-token", "file:" + folder.resolve("missing"));
        assertRefused("no secret at", "--publisher-token", "env:NO_SUCH_VARIABLE_HERE");
        assertRefused("--port: 70000 is not", "--publisher-token", token, "--port", "70000");
        assertRefused(
                "--admin-port: must not be the public port",
                "--publisher-token",
                token,
                "--admin-port",
                "8080");
        assertRefused(
                "--trusted-proxies: 'proxy' is not a network such as 10.0.0.0/8",
                "--publisher-token",
                token,
                "--trusted-proxies",
                "proxy");
        assertRefused(
                "--proxy-protocol: needs --trusted-proxies",
                "--publisher-token",
                token,
                "--proxy-protocol");
        assertRefused(
                "--tls-certificate: needs --tls-key",
                "--publisher-token",
                token,
                "--tls-certificate",
                folder.resolve("token").toString());
        assertRefused(
                "--admin-tls: cannot read",
                "--publisher-token",
                token,
                "--admin-tls-certificate",
                folder.resolve("missing").toString(),
                "--admin-tls-key",
                folder.resolve("missing").toString());
        assertRefused("'--port': 'x' is not an int", "--publisher-token", token, "--port", "x");
        assertRefused("--max-backlog: must be", "--publisher-token", token, "--max-backlog", "0");
        assertRefused(
                "'--max-blocked': 'x' is not", "--publisher-token", token, "--max-blocked", "x");
        assertRefused("Unknown options: '--colour'", "--publisher-token", token, "--colour", "red");
        assertRefused("parameter for option '--port'", "--publisher-token", token, "--port");
        assertRefused(
                "--mysql-url: holds credentials",
                "--publisher-token",
                token,
                "--mysql-url",
                "jdbc:mysql://me:hunter2@host/klines");
        assertRefused(
                "--mysql-url: the server of 'jdbc:mysql://host/klines' is there twice",
                "--publisher-token",
                token,
                "--mysql-url",
                "jdbc:mysql://host/klines jdbc:mysql://host/klines");
        assertRefused(
                "--redis-uri: 'http://host' is not of the form redis://host:port",
                "--publisher-token",
                token,
                "--redis-uri",
                "http://host");
        assertRefused(
                "--redis-uri: holds credentials",
                "--publisher-token",
                token,
                "--redis-uri",
                "redis://me:hunter2@host");
        assertRefused(
                "--redis-key-prefix: '{a}' has white space or a brace",
                "--publisher-token",
                token,
                "--redis-uri",
                "redis://host",
                "--redis-key-prefix",
                "{a}");
        assertRefused(
                "--redis-address-case: 'upper' is neither lower nor eip55",
                "--publisher-token",
                token,
                "--redis-uri",
                "redis://host",
                "--redis-address-case",
                "upper");
        assertRefused(
                "--redis-retention: 'days' is neither newest nor age",
                "--publisher-token",
                token,
                "--redis-uri",
                "redis://host",
                "--redis-retention",
                "days");
        assertRefused(
                "Missing required argument(s): --mysql-url=URL",
                "--publisher-token",
                token,
                "--mysql-password",
                token);
        assertRefused("no interval '2m'", "--publisher-token", token, "--intervals", "2m");
        assertRefused(
                "--upstream: expected ws://host:port/follow",
                "--publisher-token",
                token,
                "--upstream",
                "ws://host:8080");
        assertRefused(
                "--idle-timeout: must be longer",
                "--publisher-token",
                token,
                "--idle-timeout",
                "20");
    }

    @Test
    void anErrorIsOneLineOnStandardErrorAndStatus2() {
        StringWriter errors = new StringWriter();

        int status = RelayMain.commandLine().setErr(new PrintWriter(errors)).execute("--port", "x");

        assertThat(status).isEqualTo(2);
        assertThat(errors)
                .hasToString(
                        "klines-relay: Invalid value for option '--port': 'x' is not an int"
                                + System.lineSeparator());
    }

    @Test
    void settingsAreCheckedWhenTheRelayStarts() {
        StringWriter errors = new StringWriter();

        int status =
                RelayMain.commandLine()
                        .setErr(new PrintWriter(errors))
                        .execute("--publisher-token", "hunter2");

        assertThat(status).isEqualTo(2);
        assertThat(errors.toString())
                .startsWith("klines-relay: --publisher-token: a secret must be given as env:NAME")
                .doesNotContain("hunter2")
                .hasLineCount(1);
    }

    @Test
    void helpNamesEveryOptionAndItsDefault() {
        StringWriter usage = new StringWriter();

        int status = RelayMain.commandLine().setOut(new PrintWriter(usage)).execute("--help");

        assertThat(status).isZero();
        assertThat(usage.toString())
                .contains("--publisher-token=REFERENCE", "env:KLINES_RELAY_TOKEN")
                .contains("--max-held-bytes=SIZE", "Memory for the newest klines")
                .contains("--max-connections=N", "10000")
                .contains("--upstream=URL[,URL...]");
    }

    @Test
    void theLastOfRepeatedOptionsWins() throws IOException {
        String token = "file:" + Files.writeString(folder.resolve("token"), "t");

        assertThat(
                        RelayMain.settings("--publisher-token", token, "--port", "1", "--port", "2")
                                .address()
                                .port())
                .isEqualTo(2);
    }

    private static void assertRefused(String message, String... args) {
        assertThatThrownBy(() -> RelayMain.settings(args))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("\n");
    }
}
