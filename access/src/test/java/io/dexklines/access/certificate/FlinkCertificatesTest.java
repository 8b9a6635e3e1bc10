package io.dexklines.access.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.secret.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in with which certificate, over real connections. */
class FlinkCertificatesTest {

    private static final List<String> HOSTS = List.of("localhost", "127.0.0.1");
    private static final Duration YEAR = Duration.ofDays(365);

    @TempDir private Path folder;

    @Test
    void theClientsOfRestReachIt() throws Exception {
        FlinkCertificates certificates = issued("one");

        assertThat(greeting(certificates.rest(), certificates.cli(), "localhost"))
                .isEqualTo("hello");
        assertThat(greeting(certificates.rest(), certificates.ui(), "127.0.0.1"))
                .isEqualTo("hello");
        assertThat(greeting(certificates.internal(), certificates.internal(), null))
                .isEqualTo("hello");
    }

    @Test
    void anotherHostNameIsNotBelieved() {
        FlinkCertificates certificates = issued("one");

        assertThatThrownBy(() -> greeting(certificates.rest(), certificates.cli(), "evil.test"))
                .isInstanceOf(SSLException.class);
    }

    /** Every store but those of the clients is refused, and that of another cluster's client. */
    @Test
    void whoeverIsNoClientOfThisClusterIsRefused() {
        FlinkCertificates certificates = issued("one");
        FlinkCertificates other = issued("other");

        assertRefused(certificates.rest(), certificates.internal());
        assertRefused(certificates.rest(), other.cli());
        assertRefused(certificates.internal(), certificates.cli());
        assertRefused(certificates.internal(), certificates.rest());
        assertRefused(certificates.internal(), other.internal());
    }

    @Test
    void onlyTheOwnerCanReadTheFiles() throws IOException {
        FlinkCertificates certificates = issued("one");

        try (Stream<Path> files = Files.walk(certificates.folder())) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
            }
        }
        assertThat(Files.readString(certificates.folder().resolve("cli/client.pem")))
                .startsWith("-----BEGIN CERTIFICATE-----\n")
                .contains("-----BEGIN PRIVATE KEY-----\n")
                .endsWith("-----END PRIVATE KEY-----\n");
    }

    @Test
    void certificatesStayUntilTheyEndOrTheNamesChange() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        String first = password(at(start, HOSTS));

        assertThat(password(at(start.plus(YEAR).minus(Duration.ofDays(31)), HOSTS)))
                .isEqualTo(first);
        String renewed = password(at(start.plus(YEAR).minus(Duration.ofDays(29)), HOSTS));
        assertThat(renewed).isNotEqualTo(first).hasSize(64);
        assertThat(password(at(start.plus(YEAR), List.of("jobmanager")))).isNotEqualTo(renewed);
    }

    private FlinkCertificates issued(String name) {
        return FlinkCertificates.in(folder.resolve(name), HOSTS, Clock.systemUTC(), YEAR);
    }

    private FlinkCertificates at(Instant now, List<String> hosts) {
        return FlinkCertificates.in(folder, hosts, Clock.fixed(now, ZoneOffset.UTC), YEAR);
    }

    private static String password(FlinkCertificates certificates) {
        return certificates.rest().password().resolve();
    }

    private static void assertRefused(TlsIdentity server, TlsIdentity client) {
        assertThatThrownBy(() -> greeting(server, client, null)).isInstanceOf(IOException.class);
    }

    /**
     * Connects, with a certificate at both ends, and returns what the server says.
     *
     * @param host the name that the server's certificate must have; null for any
     */
    private static String greeting(TlsIdentity server, TlsIdentity client, String host)
            throws Exception {
        SSLContext context = client.context();
        try (SSLServerSocket listening =
                        (SSLServerSocket)
                                server.context()
                                        .getServerSocketFactory()
                                        .createServerSocket(
                                                0, 1, InetAddress.getLoopbackAddress());
                Socket plain =
                        new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort());
                SSLSocket socket =
                        (SSLSocket)
                                context.getSocketFactory()
                                        .createSocket(plain, host, plain.getPort(), true)) {
            listening.setNeedClientAuth(true);
            CompletableFuture<Void> served =
                    CompletableFuture.runAsync(
                            () -> {
                                try (Socket accepted = listening.accept()) {
                                    accepted.getOutputStream()
                                            .write("hello".getBytes(StandardCharsets.UTF_8));
                                } catch (IOException e) {
                                    // the client finds out itself
                                }
                            });
            if (host != null) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
            }
            socket.startHandshake();
            String said =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            served.get(1, TimeUnit.MINUTES);
            return said;
        }
    }
}
