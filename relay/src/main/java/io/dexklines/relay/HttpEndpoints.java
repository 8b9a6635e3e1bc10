package io.dexklines.relay;

import io.dexklines.relay.api.FollowsApi;
import io.dexklines.relay.api.HistoryApi;
import io.dexklines.relay.compatibility.CandlestickEndpoint;
import io.dexklines.relay.http.ClientConnection;
import io.dexklines.relay.http.HostPolicy;
import io.dexklines.relay.page.Page;
import io.dexklines.relay.subscribe.OriginPolicy;
import io.dexklines.relay.subscribe.SubscriberRegistry;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * Handles the plain HTTP requests of the public port: the chart page, history, follows and health.
 */
final class HttpEndpoints implements Handler<HttpServerRequest> {

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MISDIRECTED = 421;
    private static final int FORBIDDEN = 403;
    private static final int NO_CONTENT = 204;

    private final HistoryApi history;
    private final FollowsApi follows;
    private final HostPolicy hosts;
    private final OriginPolicy origins;
    private final Page page;

    HttpEndpoints(
            HistoryApi history,
            FollowsApi follows,
            HostPolicy hosts,
            OriginPolicy origins,
            Page page) {
        this.history = history;
        this.follows = follows;
        this.hosts = hosts;
        this.origins = origins;
        this.page = page;
    }

    @Override
    public void handle(HttpServerRequest request) {
        ClientConnection connection = ClientConnection.of(request);
        boolean admitted = connection.begin(ClientConnection.forwardedFor(request.headers()));
        request.response().endHandler(ended -> connection.end());
        String path = request.path();
        if (!admitted) {
            PlainAnswer.text(request, TOO_MANY_REQUESTS, "too many connections\n");
        } else if (path.equals(FollowsApi.PATH)) {
            handleFollows(request, connection);
        } else if (isPreflight(request) && isForFrontEnd(path)) {
            preflight(request, connection, "GET", "content-type");
        } else if (PlainAnswer.refusesBodyOrMethod(request)) {
            return;
        } else if (path.equals("/healthz")) {
            // load balancers ask for it under any name
            PlainAnswer.json(request, "{\"status\":\"up\"}\n");
        } else if (!hosts.admits(request.getHeader(HttpHeaders.HOST), connection.local())) {
            PlainAnswer.text(request, MISDIRECTED, "not the name of this relay\n");
        } else if (history.serves(path)) {
            allowOrigin(request);
            history.handle(request);
        } else if (page.isAt(path)) {
            page.answer(request);
        } else if (SubscriberRegistry.isAt(path)) {
            request.response().putHeader(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
            PlainAnswer.text(request, 426, "WebSocket only\n");
        } else {
            PlainAnswer.text(request, 404, "not found\n");
        }
    }

    /** Returns whether front ends ask this path with a header that browsers must inquire about. */
    private boolean isForFrontEnd(String path) {
        return path.equals(CandlestickEndpoint.PATH) && history.serves(path);
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method() == HttpMethod.OPTIONS
                && request.getHeader(HttpHeaders.ORIGIN) != null;
    }

    /** Answers which requests pages of a foreign origin may send. */
    private void preflight(
            HttpServerRequest request,
            ClientConnection connection,
            String methods,
            String headers) {
        String host = request.getHeader(HttpHeaders.HOST);
        if (!hosts.admits(host, connection.local())) {
            PlainAnswer.unread(request, MISDIRECTED, "not the name of this relay\n");
        } else if (!origins.admits(request.getHeader(HttpHeaders.ORIGIN), host)) {
            PlainAnswer.unread(request, FORBIDDEN, "not a page of this relay\n");
        } else {
            allowOrigin(request);
            request.response()
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "600");
            PlainAnswer.unread(request, NO_CONTENT, "");
        }
    }

    /** Answers a request that may change something, which no page of a foreign origin may send. */
    private void handleFollows(HttpServerRequest request, ClientConnection connection) {
        String host = request.getHeader(HttpHeaders.HOST);
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (!hosts.admits(host, connection.local())) {
            PlainAnswer.unread(request, MISDIRECTED, "not the name of this relay\n");
        } else if (!origins.admits(origin, host)) {
            PlainAnswer.unread(request, FORBIDDEN, "not a page of this relay\n");
        } else if (isPreflight(request)) {
            preflight(request, connection, FollowsApi.METHODS, "authorization, content-type");
        } else {
            allowOrigin(request);
            follows.handle(request);
        }
    }

    /** Permits pages from the origins that may subscribe to read the response. */
    private void allowOrigin(HttpServerRequest request) {
        String origin = request.headers().get(HttpHeaders.ORIGIN);
        if (origin != null && origins.admits(origin, request.headers().get(HttpHeaders.HOST))) {
            request.response().putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }
}
