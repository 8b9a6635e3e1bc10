package io.dexklines.job.sink.relay;

import io.dexklines.local.stack.Ports;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** Runs the contract against the real relay. */
class RelayServerITCase extends RelayWriterContract {

    @Override
    Relay relay() {
        return new RealRelay();
    }

    private static final class RealRelay implements Relay {

        private final HttpClient http = HttpClient.newHttpClient();
        private final int port = Ports.free();
        private RelayServer server;

        @Override
        public void start() {
            server = RelayServer.start(RelaySettings.builder(TOKEN).port(port).build());
        }

        @Override
        public void stop() {
            server.close();
        }

        @Override
        public String url() {
            return "ws://127.0.0.1:" + port + "/publish";
        }

        @Override
        public List<String> newest() throws Exception {
            URI state = URI.create("http://127.0.0.1:" + server.adminPort() + "/api/state");
            return http.send(
                            HttpRequest.newBuilder(state).build(),
                            HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .toList();
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
