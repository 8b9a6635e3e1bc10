package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.relay.http.TlsFiles;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests https and wss, and that a certificate can be replaced while the relay runs. */
class TlsITCase {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir private Path folder;

    private final KeyStore trusted = emptyKeyStore();

    @Test
    @Timeout(60)
    void aPortServesTheCertificateInItsFilesAndThenItsSuccessor() throws Exception {
        TlsFiles files = new TlsFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        issue("first", files);
        RelaySettings settings =
                RelaySettings.builder("the publishers' token").port(0).tls(files).build();
        try (RelayServer relay = RelayServer.start(settings)) {
            HttpClient client = HttpClient.newBuilder().sslContext(sslContext()).build();
            URI health = URI.create("https://127.0.0.1:" + relay.port() + "/healthz");
            assertThat(
                            client.send(
                                            HttpRequest.newBuilder(health).build(),
                                            HttpResponse.BodyHandlers.ofString())
                                    .body())
                    .isEqualTo("{\"status\":\"up\"}\n");
            client.newWebSocketBuilder()
                    .buildAsync(
                            URI.create("wss://127.0.0.1:" + relay.port() + "/ws"),
                            new WebSocket.Listener() {})
                    .join()
                    .abort();
            assertThat(servedName(relay)).isEqualTo("CN=first");

            issue("second", files);

            await().atMost(30, TimeUnit.SECONDS).until(() -> servedName(relay).equals("CN=second"));
        }
    }

    private String servedName(RelayServer relay) throws Exception {
        try (SSLSocket socket =
                (SSLSocket)
                        sslContext().getSocketFactory().createSocket("127.0.0.1", relay.port())) {
            socket.startHandshake();
            Certificate certificate = socket.getSession().getPeerCertificates()[0];
            return ((X509Certificate) certificate).getSubjectX500Principal().getName();
        }
    }

    /** Writes a new certificate and its key, and trusts it. */
    private void issue(String name, TlsFiles files) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "SAN=ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                new String(PASSWORD))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool").toFile())
                        .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore issued = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            issued.load(in, PASSWORD);
        }
        Key key = issued.getKey(name, PASSWORD);
        Certificate certificate = issued.getCertificate(name);
        trusted.setCertificateEntry(name, certificate);
        Files.writeString(files.key(), pem("PRIVATE KEY", key.getEncoded()));
        Files.writeString(files.certificate(), pem("CERTIFICATE", certificate.getEncoded()));
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(type, Base64.getMimeEncoder().encodeToString(der));
    }

    private SSLContext sslContext() throws Exception {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static KeyStore emptyKeyStore() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
