package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.relay.token.Revocations;
import io.dexklines.relay.token.TestTokens;
import io.dexklines.relay.token.TokenIssuer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests the tokens of users through real connections. The time of tokens is the test's, and keys
 * and revocations change when the test changes them.
 */
class AlertTokensITCase {

    private static final String PUBLISHER_TOKEN = "the publishers' token";
    private static final String ALERTS = "user:alice@alerts";
    private static final String CONFIRMED = "{\"result\":null,\"id\":%d}";
    private static final long RELOAD_MS = 50;

    private final TestTokens test = new TestTokens();
    private final List<TestClient> clients = new ArrayList<>();
    private RelayServer server;
    private TestClient publisher;

    @BeforeEach
    void start() {
        server =
                RelayServer.start(
                        RelaySettings.builder(PUBLISHER_TOKEN)
                                .port(0)
                                .userTokens(test.tokens())
                                .userTokenReloadMs(RELOAD_MS)
                                .maxFramesPerSecond(1000)
                                .build());
        publisher =
                opened(
                        TestClient.to(server, "/publish")
                                .header("Authorization", "Bearer " + PUBLISHER_TOKEN));
    }

    @AfterEach
    void stop() {
        clients.forEach(TestClient::close);
        server.close();
    }

    // ---- admission

    @Test
    void alertsNeedATokenOfTheirUserInTheHandshakeOrTheRequest() {
        String token = test.issue("alice");

        assertThat(TestClient.to(server, "/ws/" + ALERTS).refusal()).isEqualTo(401);
        assertThat(
                        TestClient.to(server, "/ws/" + ALERTS)
                                .header("Authorization", "Bearer " + test.issue("bob"))
                                .refusal())
                .isEqualTo(401);
        assertThat(TestClient.to(server, "/ws/" + ALERTS + "?token=" + token).refusal())
                .as("a token in an address, which ends in logs")
                .isEqualTo(401);
        TestClient byHeader = withBearer("/ws/" + ALERTS, token);
        TestClient laterByHeader = withBearer("/ws", token);
        assertThat(laterByHeader.send(subscribe(1, null)).next()).isEqualTo(CONFIRMED.formatted(1));
        TestClient byRequest = connect("/ws");
        assertThat(byRequest.send(subscribe(1, token)).next()).isEqualTo(CONFIRMED.formatted(1));
        awaitSubscriptions(3);

        publish("a");

        assertThat(byHeader.next()).isEqualTo(alert("a"));
        assertThat(laterByHeader.next()).isEqualTo(alert("a"));
        assertThat(byRequest.next()).isEqualTo(alert("a"));
    }

    @Test
    void anErrorSaysWhatIsWrongWithATokenAndIsCounted() {
        TestClient client = connect("/ws");
        String expired = test.issue("alice");
        test.advance(TokenIssuer.LIFETIME);
        String valid = test.issue("alice");

        assertThat(client.send(subscribe(1, null)).next())
                .isEqualTo(error(1, "needs a token of that user"));
        assertThat(client.send(subscribe(2, "nonsense")).next())
                .isEqualTo(error(2, "the token is not a JSON Web Token"));
        assertThat(client.send(subscribe(3, expired)).next())
                .isEqualTo(error(3, "the token has expired"));
        assertThat(client.send(subscribe(4, test.issue("bob"))).next())
                .isEqualTo(error(4, "the token is another user's"));
        assertThat(client.send(subscribe(5, "0".repeat(64))).next())
                .isEqualTo(
                        error(
                                5,
                                "tokens of this form are no longer accepted, a JSON Web Token is"
                                        + " needed"));
        assertThat(client.send(subscribe(6, valid)).next()).isEqualTo(CONFIRMED.formatted(6));

        assertThat(metric("refused_tokens_total{reason=\"missing\"}")).isEqualTo(1);
        assertThat(metric("refused_tokens_total{reason=\"malformed\"}")).isEqualTo(1);
        assertThat(metric("refused_tokens_total{reason=\"expired\"}")).isEqualTo(1);
        assertThat(metric("refused_tokens_total{reason=\"other_user\"}")).isEqualTo(1);
        assertThat(metric("refused_tokens_total{reason=\"former\"}")).isEqualTo(1);
    }

    // ---- the end of a live subscription

    @Test
    void anExpiredTokenEndsItsSubscriptionAndNothingElse() {
        TestClient combined =
                withBearer("/stream?streams=" + ALERTS + "/1@smartmoney", test.issue("alice"));
        TestClient raw = withBearer("/ws/" + ALERTS, test.issue("alice"));
        awaitSubscriptions(3);

        test.advance(TokenIssuer.LIFETIME);

        assertThat(raw.next())
                .matches(
                        "\\{\"e\":\"unsubscribed\",\"E\":\\d+,\"stream\":\"user:alice@alerts\","
                                + "\"code\":-2015,\"reason\":\"expired\","
                                + "\"msg\":\"user:alice@alerts: the token has expired\"}");
        assertThat(combined.next())
                .startsWith("{\"stream\":\"user:alice@alerts\",\"data\":{\"e\":\"unsubscribed\",")
                .contains("\"reason\":\"expired\"");
        publish("after the end");
        publisher.send("{\"stream\":\"1@smartmoney\",\"data\":{\"id\":\"hit\"}}");
        assertThat(combined.next())
                .isEqualTo("{\"stream\":\"1@smartmoney\",\"data\":{\"id\":\"hit\"}}");
        assertThat(raw.hasNone()).isTrue();
        assertThat(metric("subscriptions")).isEqualTo(1);
        assertThat(metric("ended_subscriptions_total{reason=\"expired\"}")).isEqualTo(2);
    }

    @Test
    void aRevocationEndsTheSubscriptionsOfItsUserAtTheNextReload() {
        TestClient alice = withBearer("/ws/" + ALERTS, test.issue("alice"));
        TestClient bob = withBearer("/ws/user:bob@alerts", test.issue("bob"));
        awaitSubscriptions(2);

        test.revocations(Revocations.lineOfUser("alice", test.now()));

        assertThat(alice.next()).contains("\"reason\":\"revoked\"");
        publisher.send("{\"stream\":\"user:bob@alerts\",\"data\":{\"id\":\"b\"}}");
        assertThat(bob.next()).isEqualTo(alert("b"));
        assertThat(alice.send(subscribe(1, test.issue("alice"))).next())
                .isEqualTo(error(1, "the token was revoked"));

        test.advance(Duration.ofSeconds(1));
        assertThat(alice.send(subscribe(2, test.issue("alice"))).next())
                .isEqualTo(CONFIRMED.formatted(2));
    }

    @Test
    void aRotationKeepsTheSubscriptionsOfBothKeysUntilTheOldOneIsRemoved() {
        TestClient old = withBearer("/ws/" + ALERTS, test.issue("alice"));
        test.keys(TestTokens.NEW_KEY + TestTokens.OLD_KEY);
        TestClient current = connect("/ws");
        awaitAccepted(current, test.issue("alice"));
        awaitSubscriptions(2);

        publish("during");
        assertThat(old.next()).isEqualTo(alert("during"));
        assertThat(current.next()).isEqualTo(alert("during"));

        test.keys(TestTokens.NEW_KEY);
        assertThat(old.next())
                .contains("\"reason\":\"unknown_key\"")
                .contains("user:alice@alerts: the relay does not have the token's key (kid)");
        publish("after");
        assertThat(current.next()).isEqualTo(alert("after"));
        assertThat(old.hasNone()).isTrue();
    }

    @Test
    void aFailedReloadIsCountedAndChangesNothing() {
        TestClient alice = withBearer("/ws/" + ALERTS, test.issue("alice"));
        awaitSubscriptions(1);

        test.keys("nonsense");

        await().until(() -> metric("token_reload_failures_total") > 0);
        publish("a");
        assertThat(alice.next()).isEqualTo(alert("a"));
    }

    // ---- renewal

    @Test
    void aRenewalKeepsTheSubscriptionWithoutAGapOrADuplicate() {
        TestClient alice = withBearer("/ws/" + ALERTS, test.issue("alice"));
        awaitSubscriptions(1);
        int renewals = 20;
        int perRenewal = 50;

        List<String> received = new ArrayList<>();
        for (int renewal = 0; renewal < renewals; renewal++) {
            // nearly at the end of the token, while alerts arrive
            test.advance(TokenIssuer.LIFETIME.minusSeconds(1));
            for (int i = 0; i < perRenewal; i++) {
                publish(renewal + "-" + i);
                if (i == perRenewal / 2) {
                    alice.send(subscribe(renewal, test.issue("alice")));
                }
            }
            received.addAll(alice.next(perRenewal + 1));
        }

        List<String> expected = new ArrayList<>();
        for (int renewal = 0; renewal < renewals; renewal++) {
            assertThat(received.remove(CONFIRMED.formatted(renewal))).isTrue();
            for (int i = 0; i < perRenewal; i++) {
                expected.add(alert(renewal + "-" + i));
            }
        }
        assertThat(received).isEqualTo(expected);
        assertThat(metric("subscriptions")).isEqualTo(1);
    }

    @Test
    void aRefusedRenewalLeavesTheSubscriptionAsItWas() {
        String token = test.issue("alice");
        TestClient alice = withBearer("/ws/" + ALERTS, token);
        awaitSubscriptions(1);

        assertThat(alice.send(subscribe(1, "nonsense")).next())
                .isEqualTo(error(1, "the token is not a JSON Web Token"));
        publish("a");
        assertThat(alice.next()).isEqualTo(alert("a"));

        test.advance(TokenIssuer.LIFETIME);
        assertThat(alice.next()).contains("\"reason\":\"expired\"");
    }

    @Test
    void subscribingAgainWithoutATokenKeepsTheRenewedOne() {
        TestClient alice = withBearer("/ws/" + ALERTS, test.issue("alice"));
        test.advance(Duration.ofMinutes(59));
        assertThat(alice.send(subscribe(1, test.issue("alice"))).next())
                .isEqualTo(CONFIRMED.formatted(1));
        test.advance(Duration.ofMinutes(59));

        assertThat(alice.send(subscribe(2, null)).next()).isEqualTo(CONFIRMED.formatted(2));

        publish("a");
        assertThat(alice.next()).isEqualTo(alert("a"));
    }

    // ---- logs

    @Test
    void noTokenAndNoKeyIsLogged() {
        LoggerContext logging = (LoggerContext) LogManager.getContext(false);
        Queue<String> logged = new ConcurrentLinkedQueue<>();
        AbstractAppender appender =
                new AbstractAppender("canary", null, null, false, Property.EMPTY_ARRAY) {
                    @Override
                    public void append(LogEvent event) {
                        logged.add(
                                event.getMessage().getFormattedMessage() + " " + event.getThrown());
                    }
                };
        appender.start();
        Level before = logging.getRootLogger().getLevel();
        logging.getRootLogger().addAppender(appender);
        Configurator.setRootLevel(Level.TRACE);
        try {
            String good = test.issue("alice");
            String wrong = test.issue("bob");
            withBearer("/ws/" + ALERTS, good);
            TestClient.to(server, "/ws/" + ALERTS)
                    .header("Authorization", "Bearer " + wrong)
                    .refusal();
            TestClient.to(server, "/ws/" + ALERTS + "?token=" + good).refusal();
            TestClient client = connect("/ws");
            client.send(subscribe(1, wrong)).next();
            client.send(subscribe(2, "canary-token")).next();
            client.send("{\"token\":\"canary-token\"").next();
            client.send(subscribe(3, good)).next();
            test.keys("canary-key");
            await().until(() -> metric("token_reload_failures_total") > 0);
            test.advance(TokenIssuer.LIFETIME);
            assertThat(client.next()).contains("\"reason\":\"expired\"");

            assertThat(logged).anyMatch(line -> line.contains("the token is another user's"));
            assertThat(logged).anyMatch(line -> line.contains("the keys of user tokens"));
            assertThat(logged)
                    .noneMatch(line -> line.contains(signatureOf(good)))
                    .noneMatch(line -> line.contains(signatureOf(wrong)))
                    .noneMatch(line -> line.contains("canary-token"))
                    .noneMatch(line -> line.contains("canary-key"))
                    .noneMatch(line -> line.contains("0123456789abcdef0123456789abcdef"));
        } finally {
            Configurator.setRootLevel(before);
            logging.getRootLogger().removeAppender(appender);
        }
    }

    private static String signatureOf(String token) {
        return token.substring(token.lastIndexOf('.') + 1);
    }

    // ---- helpers

    private TestClient connect(String path) {
        return opened(TestClient.to(server, path));
    }

    private TestClient withBearer(String path, String token) {
        return opened(TestClient.to(server, path).header("Authorization", "Bearer " + token));
    }

    private TestClient opened(TestClient.Builder builder) {
        TestClient client = builder.connect();
        clients.add(client);
        return client;
    }

    /** Subscribes with a token whose key the relay may not have read yet. */
    private void awaitAccepted(TestClient client, String token) {
        await().until(() -> client.send(subscribe(1, token)).next().equals(CONFIRMED.formatted(1)));
    }

    private void awaitSubscriptions(int count) {
        await().until(() -> metric("subscriptions") == count);
    }

    private void publish(String id) {
        publisher.send("{\"stream\":\"" + ALERTS + "\",\"data\":" + alert(id) + "}");
    }

    private static String alert(String id) {
        return "{\"id\":\"" + id + "\"}";
    }

    private static String subscribe(int id, String token) {
        String member = token == null ? "" : "\"token\":\"" + token + "\",";
        return "{\"method\":\"SUBSCRIBE\",\"params\":[\""
                + ALERTS
                + "\"],"
                + member
                + "\"id\":"
                + id
                + "}";
    }

    private static String error(int id, String message) {
        return "{\"error\":{\"code\":-2015,\"msg\":\""
                + ALERTS
                + ": "
                + message
                + "\"},\"id\":"
                + id
                + "}";
    }

    private double metric(String name) {
        return Scraped.metric(server, name);
    }
}
