package io.dexklines.local.doctor;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.doctor.RelayFacts.Token;
import io.dexklines.secret.SecretReference;
import io.dexklines.secret.TlsAuthorities;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;

/**
 * Asks a relay as the job would. It publishes nothing: it presents the token as another relay that
 * follows this one does, and hangs up.
 */
final class RelayProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int UNAUTHORIZED = 401;

    private final HttpClient http;

    private RelayProbe(HttpClient http) {
        this.http = http;
    }

    /**
     * @param relay the address of publishers, or one of history
     * @param token the publisher's token; empty for an address of history
     */
    static RelayFacts read(URI relay, Optional<SecretReference> token, Optional<String> caFile)
            throws ProbeFailure, InterruptedException {
        try {
            HttpClient.Builder http =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .connectTimeout(TIMEOUT);
            if (caFile.isPresent()) {
                http.sslContext(trusting(caFile.get()));
            }
            RelayProbe probe = new RelayProbe(http.build());
            int health = probe.health(relay);
            return new RelayFacts(
                    health, token.isPresent() ? probe.token(relay, token.get()) : Token.NOT_ASKED);
        } catch (IllegalStateException e) {
            throw ProbeFailure.refused(e.getMessage(), "correct relay.token, or set the secret");
        } catch (IOException e) {
            throw ProbeFailure.unreachable(
                    e.getMessage() == null ? "it refuses connections" : e.getMessage(),
                    "is it running, and is the address right?");
        }
    }

    private int health(URI relay) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(at(relay, "http", "/healthz")).timeout(TIMEOUT).build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private Token token(URI relay, SecretReference token) throws IOException {
        try {
            http.newWebSocketBuilder()
                    .connectTimeout(TIMEOUT)
                    .header("Authorization", "Bearer " + token.resolve())
                    .buildAsync(at(relay, "ws", "/follow"), new WebSocket.Listener() {})
                    .join()
                    .abort();
            return Token.ACCEPTED;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode() == UNAUTHORIZED
                        ? Token.REFUSED
                        : Token.NOT_ASKED;
            }
            throw new IOException(e.getCause().getMessage(), e);
        }
    }

    /** Returns an address of the same relay, with TLS if the given one has it. */
    private static URI at(URI relay, String scheme, String path) {
        boolean tls = relay.getScheme().matches("wss|https");
        return URI.create(scheme + (tls ? "s" : "") + "://" + relay.getAuthority() + path);
    }

    private static SSLContext trusting(String caFile) throws ProbeFailure {
        try {
            return new TlsAuthorities(caFile).context();
        } catch (IOException e) {
            throw ProbeFailure.refused(
                    "the authorities of relays cannot be read: " + CommandErrors.reason(e),
                    "correct relay.ca-file");
        }
    }
}
