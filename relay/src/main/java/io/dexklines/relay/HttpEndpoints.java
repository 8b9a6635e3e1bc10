package io.dexklines.relay;

import io.dexklines.relay.api.HistoryApi;
import io.dexklines.relay.http.ClientConnection;
import io.dexklines.relay.http.HostPolicy;
import io.dexklines.relay.page.Page;
import io.dexklines.relay.subscribe.OriginPolicy;
import io.dexklines.relay.subscribe.SubscriberRegistry;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Handles the plain HTTP requests of the public port: the chart page, history and health. */
final class HttpEndpoints implements Handler<HttpServerRequest> {

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MISDIRECTED = 421;

    private final HistoryApi history;
    private final HostPolicy hosts;
    private final OriginPolicy origins;
    private final Page page;

    HttpEndpoints(HistoryApi history, HostPolicy hosts, OriginPolicy origins, Page page) {
        this.history = history;
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

    /** Permits pages from the origins that may subscribe to read the response. */
    private void allowOrigin(HttpServerRequest request) {
        String origin = request.headers().get(HttpHeaders.ORIGIN);
        if (origin != null && origins.admits(origin, request.headers().get(HttpHeaders.HOST))) {
            request.response().putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
    }
}
