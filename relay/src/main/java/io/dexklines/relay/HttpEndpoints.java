package io.dexklines.relay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dexklines.relay.api.HistoryApi;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.page.Page;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.subscribe.OriginPolicy;
import io.dexklines.relay.subscribe.SubscriberRegistry;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;

/**
 * Handles plain HTTP requests: the chart page, history, health, metrics, and the held klines, which
 * are served to local clients only.
 */
final class HttpEndpoints implements Handler<HttpServerRequest> {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private static final int CHUNK_BYTES = 64 * 1024;

    private final StreamHub hub;
    private final HistoryApi history;
    private final OriginPolicy origins;
    private final RelayMetrics metrics;
    private final Page page;

    HttpEndpoints(
            StreamHub hub,
            HistoryApi history,
            OriginPolicy origins,
            RelayMetrics metrics,
            Page page) {
        this.hub = hub;
        this.history = history;
        this.origins = origins;
        this.metrics = metrics;
        this.page = page;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            answer(request, 405, TEXT, "GET only\n");
            return;
        }
        if (history.serves(request.path())) {
            allowOrigin(request);
            history.handle(request);
            return;
        }
        switch (request.path()) {
            case "/healthz" -> answer(request, 200, JSON, health());
            case "/metrics" ->
                    answer(request, 200, PROMETHEUS, metrics.prometheusText(hub.heldStreams()));
            case "/api/state" -> state(request);
            default -> {
                if (page.isAt(request.path())) {
                    page.answer(request);
                } else if (SubscriberRegistry.isAt(request.path())) {
                    request.response().putHeader(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
                    answer(request, 426, TEXT, "WebSocket only\n");
                } else {
                    answer(request, 404, TEXT, "not found\n");
                }
            }
        }
    }

    /** Permits pages from the origins that may subscribe to read the response. */
    private void allowOrigin(HttpServerRequest request) {
        String origin = request.headers().get(HttpHeaders.ORIGIN);
        if (origin != null && origins.admits(origin, request.headers().get(HttpHeaders.HOST))) {
            request.response().putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }

    private static void answer(HttpServerRequest request, int status, String type, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("content-security-policy", "default-src 'none'")
                .end(body);
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
        boolean proxied = request.headers().contains("x-forwarded-for");
        if (proxied || !isLocal(request)) {
            answer(request, 403, TEXT, "local clients only\n");
            return;
        }
        List<StreamEvent> klines = hub.currentKlines();
        HttpServerResponse response =
                request.response().putHeader(HttpHeaders.CONTENT_TYPE, NDJSON).setChunked(true);
        if (request.method() == HttpMethod.HEAD) {
            response.end();
        } else {
            write(klines.iterator(), response);
        }
    }

    private static boolean isLocal(HttpServerRequest request) {
        return new InetSocketAddress(request.remoteAddress().hostAddress(), 0)
                .getAddress()
                .isLoopbackAddress();
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
