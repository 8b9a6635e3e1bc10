package io.dexklines.job.sink.relay;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.sink.Backoff;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.LatestKlines;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.secret.TlsAuthorities;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay behind TLS gets klines only if its certificate is trusted and names its host. */
class RelayTlsITCase {

    private static final String STORE_PASSWORD = "of-the-store";

    @TempDir private static Path folder;

    private static final Queue<String> PUBLISHED = new ConcurrentLinkedQueue<>();

    /** How often a publisher has waited before it tries again. */
    private static final AtomicInteger FAILURES = new AtomicInteger();

    private static Vertx vertx;
    private static int port;
    private static String ownAuthority;
    private static String strangersAuthority;

    @BeforeAll
    static void startRelay() throws Exception {
        Path own = selfSigned("own");
        ownAuthority = certificate(own, "own");
        strangersAuthority = certificate(selfSigned("stranger"), "stranger");
        vertx = Vertx.vertx();
        HttpServer server =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setHost("127.0.0.1")
                                        .setPort(0)
                                        .setSsl(true)
                                        .setKeyCertOptions(
                                                new PfxOptions()
                                                        .setPath(own.toString())
                                                        .setPassword(STORE_PASSWORD)))
                        .webSocketHandler(socket -> socket.textMessageHandler(PUBLISHED::add))
                        .requestHandler(
                                request -> request.response().end("{\"klines\":[],\"missing\":[]}"))
                        .listen()
                        .await(30, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    @AfterAll
    static void stopRelay() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void aTrustedRelayGetsKlines() throws Exception {
        PUBLISHED.clear();
        SSLContext tls = new TlsAuthorities(ownAuthority).context();
        try (RelayPublisher<KlineUpdates> publisher = publisher("127.0.0.1", tls)) {
            publisher.start();
            publisher.offer(List.of(updates(PEPE, closed(0, 5))));

            await().atMost(Duration.ofSeconds(30)).until(() -> !PUBLISHED.isEmpty());
            assertThat(PUBLISHED.peek()).contains(PEPE.address());
        }
    }

    @Test
    void aRelayThatIsNotTrustedOrHasAnotherNameGetsNothing() throws Exception {
        assertGetsNothing("127.0.0.1", new TlsAuthorities(strangersAuthority).context());
        assertGetsNothing("127.0.0.1", TlsAuthorities.OF_JAVA.context());
        assertGetsNothing("localhost", new TlsAuthorities(ownAuthority).context());
    }

    @Test
    void theHistoryOfATrustedRelayIsRead() throws Exception {
        PairKline kline = new PairKline(PEPE, closed(0, 5));
        try (KlineReader reader =
                RelayKlineReader.of("https://127.0.0.1:" + port, ownAuthority).open()) {
            assertThat(reader.read(kline.key())).isEqualTo(new StoredKline.Missing());
        }
        try (KlineReader reader =
                RelayKlineReader.of("https://127.0.0.1:" + port, strangersAuthority).open()) {
            assertThatThrownBy(() -> reader.read(kline.key())).isInstanceOf(IOException.class);
        }
        try (KlineReader reader =
                RelayKlineReader.of("https://localhost:" + port, ownAuthority).open()) {
            assertThatThrownBy(() -> reader.read(kline.key())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFileWithoutCertificatesIsRefused() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");

        assertThatThrownBy(() -> new TlsAuthorities(empty.toString()).context())
                .isInstanceOf(IOException.class)
                .hasMessage(empty + " contains no certificate");
    }

    private static void assertGetsNothing(String host, SSLContext tls) {
        PUBLISHED.clear();
        FAILURES.set(0);
        try (RelayPublisher<KlineUpdates> publisher = publisher(host, tls)) {
            publisher.start();
            publisher.offer(List.of(updates(PEPE, closed(0, 5))));

            await("two attempts have failed")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> FAILURES.get() >= 2);
            assertThat(publisher.connections()).isZero();
        }
        assertThat(PUBLISHED).isEmpty();
    }

    private static RelayPublisher<KlineUpdates> publisher(String host, SSLContext tls) {
        return new RelayPublisher<>(
                URI.create("wss://" + host + ":" + port + "/publish"),
                tls,
                "token",
                new OutgoingKlines(100, new LatestKlines(100)),
                Clock.systemUTC(),
                new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), counting()));
    }

    /** Returns the jitter of a publisher, which it asks for after each failure. */
    private static RandomGenerator counting() {
        SplittableRandom random = new SplittableRandom(1);
        return () -> {
            FAILURES.incrementAndGet();
            return random.nextLong();
        };
    }

    /** Makes a certificate for the address 127.0.0.1, and for no name. */
    private static Path selfSigned(String alias) throws Exception {
        Path store = folder.resolve(alias + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                alias,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + alias,
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-validity",
                                "2",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                STORE_PASSWORD)
                        .redirectErrorStream(true)
                        .start();
        String output = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(output).isZero();
        return store;
    }

    /** Writes the certificate in a store to a PEM file and returns its path. */
    private static String certificate(Path store, String alias) throws Exception {
        KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
        String pem =
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate(alias).getEncoded())
                        + "\n-----END CERTIFICATE-----\n";
        return Files.writeString(folder.resolve(alias + ".pem"), pem).toString();
    }
}
