package io.dexklines.relay;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Short answers that are never cached. */
final class PlainAnswer {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    private PlainAnswer() {}

    static void text(HttpServerRequest request, int status, String body) {
        send(request, status, TEXT, body);
    }

    static void json(HttpServerRequest request, String body) {
        send(request, 200, JSON, body);
    }

    static void send(HttpServerRequest request, int status, String type, String body) {
        HttpServerResponse response = request.response().setStatusCode(status);
        response.putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("content-security-policy", "default-src 'none'")
                .end(body);
    }

    /** Answers a request whose body, if it has one, is not read. Its connection is closed then. */
    static void unread(HttpServerRequest request, int status, String body) {
        text(request, status, body);
        if (hasBody(request)) {
            request.connection().close();
        }
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || length != null && !length.equals("0");
    }

    /**
     * Refuses requests that are neither GET nor HEAD, and those with a body, whose connection is
     * closed so that the body is not read.
     *
     * @return whether the request was refused
     */
    static boolean refusesBodyOrMethod(HttpServerRequest request) {
        boolean body = hasBody(request);
        boolean method = request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD;
        if (method) {
            request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            text(request, 405, "GET only\n");
        } else if (body) {
            text(request, 413, "no body is accepted\n");
        }
        if (body) {
            request.connection().close();
        }
        return method || body;
    }
}
