package io.dexklines.relay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dexklines.relay.api.HistoryApi;
import io.dexklines.relay.http.ClientConnection;
import io.dexklines.relay.http.HostPolicy;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamHub;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Iterator;

/**
 * Handles the HTTP requests of the admin port: health in detail, metrics, the held klines, and the
 * klines of the past, which the job compares with its own.
 */
final class AdminEndpoints implements Handler<HttpServerRequest> {

    private static final String NDJSON = "application/x-ndjson";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final int MISDIRECTED = 421;
    private static final int CHUNK_BYTES = 32 * 1024;

    private final HistoryApi history;
    private final StreamHub hub;
    private final HostPolicy hosts;
    private final RelayMetrics metrics;

    AdminEndpoints(HistoryApi history, StreamHub hub, HostPolicy hosts, RelayMetrics metrics) {
        this.history = history;
        this.hub = hub;
        this.hosts = hosts;
        this.metrics = metrics;
    }

    @Override
    public void handle(HttpServerRequest request) {
        ClientConnection connection = ClientConnection.of(request);
        connection.begin(ClientConnection.forwardedFor(request.headers()));
        request.response().endHandler(ended -> connection.end());
        if (PlainAnswer.refusesBodyOrMethod(request)) {
            return;
        }
        if (!hosts.admits(request.getHeader(HttpHeaders.HOST), connection.local())) {
            PlainAnswer.text(request, MISDIRECTED, "not the name of this relay\n");
            return;
        }
        switch (request.path()) {
            case "/healthz" -> PlainAnswer.json(request, health());
            case "/metrics" ->
                    PlainAnswer.send(
                            request, 200, PROMETHEUS, metrics.prometheusText(hub.heldStreams()));
            case "/api/state" -> state(request);
            case "/api/klines" -> history.handle(request);
            default -> PlainAnswer.text(request, 404, "not found\n");
        }
    }

    private String health() {
        return JsonNodeFactory.instance
                        .objectNode()
                        .put("status", "up")
                        .put("publishers", metrics.publishers.sum())
                        .put("subscribers", metrics.subscribers.sum())
                        .put("streams", hub.heldStreams())
                + "\n";
    }

    /** Sends the current kline of every stream, one per line, in the format of publishers. */
    private void state(HttpServerRequest request) {
        HttpServerResponse response =
                request.response().putHeader(HttpHeaders.CONTENT_TYPE, NDJSON).setChunked(true);
        if (request.method() == HttpMethod.HEAD) {
            response.end();
        } else {
            write(hub.currentKlines().iterator(), response);
        }
    }

    private static void write(Iterator<StreamEvent> klines, HttpServerResponse response) {
        while (klines.hasNext()) {
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> write(klines, response));
                return;
            }
            Buffer chunk = Buffer.buffer(CHUNK_BYTES + CHUNK_BYTES / 16);
            while (klines.hasNext() && chunk.length() < CHUNK_BYTES) {
                chunk.appendBytes(klines.next().combined()).appendByte((byte) '\n');
            }
            response.write(chunk);
        }
        response.end();
    }
}
