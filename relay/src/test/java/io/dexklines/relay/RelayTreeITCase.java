package io.dexklines.relay;

import static io.dexklines.relay.Scraped.metric;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.relay.publish.UpstreamAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests a chain of three relays: a root with publishers, a middle that follows it, and a leaf. */
class RelayTreeITCase {

    private static final String TOKEN = "the publishers' token";
    private static final String STREAM = "1:0xabc@kline_1m";

    private final List<TestClient> clients = new ArrayList<>();
    private RelayServer root;
    private RelayServer middle;
    private RelayServer leaf;

    @BeforeEach
    void startRoot() {
        root = RelayServer.start(settings().build());
    }

    @AfterEach
    void stop() {
        clients.forEach(TestClient::close);
        for (RelayServer relay : new RelayServer[] {leaf, middle, root}) {
            if (relay != null) {
                relay.close();
            }
        }
    }

    @Test
    void publicationsReachTheLeafUnchanged() {
        middle = following(root, 0);
        leaf = following(middle, 0);
        awaitTree();
        TestClient subscriber =
                subscribe(
                        leaf, "/stream?streams=" + STREAM + "/1@smartmoney/" + STREAM + "_closed");

        TestClient publisher = publisher();
        publisher.send(line(STREAM, kline(0, 1, false)));
        publisher.send(line("1@smartmoney", "{\"id\":\"a\"}"));
        publisher.send(line(STREAM, kline(0, 2, true)));

        assertThat(subscriber.next(4))
                .containsExactly(
                        line(STREAM, kline(0, 1, false)),
                        line("1@smartmoney", "{\"id\":\"a\"}"),
                        line(STREAM, kline(0, 2, true)),
                        line(STREAM + "_closed", kline(0, 2, true)));
        assertThat(metric(root, "followers")).isEqualTo(1);
        assertThat(metric(root, "subscribers")).isZero();
    }

    @Test
    void anEmissionStaysTogether() {
        middle = following(root, 0);
        leaf = following(middle, 0);
        awaitTree();
        List<String> emission = new ArrayList<>();
        // longer than a frame
        for (int second = 0; second < 1000; second++) {
            emission.add(line("1:0xabc@kline_1s", dated(7, second * 1000, 1)));
        }
        // these contradict each other unless the relays see them at once
        emission.add(line("1:0xabc@kline_1s", dated(7, 1_000_000, 2)));
        emission.add(line("1:0xabc@kline_5s", dated(7, 1_000_000, 2)));
        TestClient subscriber =
                subscribe(leaf, "/stream?streams=1:0xabc@kline_5s/1:0xabc@kline_1s");
        TestClient publisher = publisher();
        publisher.send(line("1:0xabc@kline_1s", dated(6, 1_000_000, 1)));
        publisher.send(String.join("\n", emission));

        assertThat(subscriber.next()).isEqualTo(line("1:0xabc@kline_1s", dated(6, 1_000_000, 1)));
        assertThat(subscriber.next(1002)).isEqualTo(emission);
        for (RelayServer relay : List.of(root, middle, leaf)) {
            assertThat(metric(relay, "withheld_total")).isZero();
        }
    }

    @Test
    void aNewFollowerReceivesEverythingThatIsHeld() {
        TestClient publisher = publisher();
        publisher.send(line(STREAM, kline(0, 5, true)));
        publisher.send(line(STREAM, kline(1, 1, false)));
        publisher.send(line("1@smartmoney", "{\"id\":\"a\"}"));
        publisher.send(line("1@smartmoney", "{\"id\":\"b\"}"));
        await().until(() -> metric(root, "published_total") == 4);

        middle = following(root, 0);
        leaf = following(middle, 0);
        await().until(() -> metric(leaf, "published_total") == 4);

        assertThat(subscribe(leaf, "/ws/" + STREAM).next()).isEqualTo(kline(1, 1, false));
        assertThat(subscribe(leaf, "/ws/" + STREAM + "_closed").next())
                .isEqualTo(kline(0, 5, true));
        assertThat(subscribe(leaf, "/ws/1@smartmoney").next(2))
                .containsExactly("{\"id\":\"a\"}", "{\"id\":\"b\"}");
    }

    @Test
    void aLeafSurvivesTheLossOfItsUpstreamAndCatchesUpAfterwards() {
        middle = following(root, 0);
        leaf = following(middle, 0);
        awaitTree();
        TestClient subscriber = subscribe(leaf, "/ws/" + STREAM);
        TestClient publisher = publisher();
        publisher.send(line(STREAM, kline(0, 5, false)));
        assertThat(subscriber.next()).isEqualTo(kline(0, 5, false));

        int port = middle.port();
        middle.close();
        await().until(() -> metric(leaf, "upstreams") == 0);
        publisher.send(line(STREAM, kline(0, 6, false)));
        publisher.send(line(STREAM, kline(0, 7, false)));
        middle = following(root, port);

        assertThat(subscriber.next())
                .as("the newest version after the reconnect")
                .isEqualTo(kline(0, 7, false));
        assertThat(subscriber.isClosed()).isFalse();
    }

    @Test
    void aRestartedRootDoesNotReplaceNewerKlinesOfTheLeaf() {
        middle = following(root, 0);
        leaf = following(middle, 0);
        awaitTree();
        TestClient subscriber = subscribe(leaf, "/ws/" + STREAM);
        publisher().send(line(STREAM, kline(0, 5, false)));
        assertThat(subscriber.next()).isEqualTo(kline(0, 5, false));

        int port = root.port();
        root.close();
        root = RelayServer.start(settings().port(port).build());
        await().until(() -> metric(root, "followers") == 1);
        TestClient publisher = publisher();
        publisher.send(line(STREAM, kline(0, 4, false)));
        publisher.send(line(STREAM, kline(0, 6, false)));

        assertThat(subscriber.next()).isEqualTo(kline(0, 6, false));
        assertThat(metric(middle, "refused_older_total")).isEqualTo(1);
    }

    @Test
    void followingNeedsThePublishersTokenAndIsNotForBrowsers() {
        assertThat(TestClient.to(root, "/follow").refusal()).isEqualTo(401);
        assertThat(
                        TestClient.to(root, "/follow")
                                .header("Authorization", "Bearer " + TOKEN)
                                .header("Origin", "http://127.0.0.1:" + root.port())
                                .refusal())
                .isEqualTo(403);

        leaf = RelayServer.start(settings().upstreams(List.of(follow(root, "wrong"))).build());
        await().until(() -> metric(root, "refused_handshakes_total") > 3);
        assertThat(metric(leaf, "upstreams")).isZero();
    }

    // ---- helpers

    private static RelaySettings.Builder settings() {
        return RelaySettings.builder(TOKEN).port(0).eventLoops(2);
    }

    private static RelayServer following(RelayServer other, int port) {
        return RelayServer.start(
                settings().port(port).upstreams(List.of(follow(other, TOKEN))).build());
    }

    private static UpstreamAddress follow(RelayServer relay, String token) {
        return new UpstreamAddress(URI.create("ws://127.0.0.1:" + relay.port() + "/follow"), token);
    }

    private void awaitTree() {
        await().until(() -> metric(root, "followers") == 1 && metric(middle, "followers") == 1);
    }

    private TestClient subscribe(RelayServer relay, String path) {
        TestClient.Builder builder = TestClient.to(relay, path);
        double before = metric(relay, "subscriptions");
        TestClient client = builder.connect();
        clients.add(client);
        await().until(() -> metric(relay, "subscriptions") == before + builder.streams());
        return client;
    }

    private TestClient publisher() {
        TestClient publisher =
                TestClient.to(root, "/publish")
                        .header("Authorization", "Bearer " + TOKEN)
                        .connect();
        clients.add(publisher);
        return publisher;
    }

    private static String line(String stream, String data) {
        return "{\"stream\":\"%s\",\"data\":%s}".formatted(stream, data);
    }

    private static String dated(long timeMs, long openTimeMs, long trades) {
        return "{\"e\":\"kline\",\"E\":%d,\"k\":{\"t\":%d,\"n\":%d,\"x\":false}}"
                .formatted(timeMs, openTimeMs, trades);
    }

    private static String kline(long minute, long trades, boolean closed) {
        return "{\"e\":\"kline\",\"k\":{\"t\":%d,\"n\":%d,\"x\":%b}}"
                .formatted(minute * 60_000, trades, closed);
    }
}
