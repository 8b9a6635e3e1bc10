package io.dexklines.relay.page;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of the page, each at one path: nothing else on the class path can be asked for. They
 * are read once, when the relay starts.
 *
 * <p>What the page may do is told to the browser: load from this relay alone, run no script but
 * these files, and make markup of no text at all.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class Page {

    /** Of the WebJar; a part of the path, so a new one is a new file to every cache. */
    static final String ECHARTS_VERSION = "5.5.0";

    private static final String INDEX = "index.html";
    private static final List<String> FILES =
            List.of(
                    "page.css",
                    "icon.svg",
                    "address.js",
                    "alerts.js",
                    "candles.js",
                    "chart.js",
                    "connection.js",
                    "format.js",
                    "history.js",
                    "main.js",
                    "pairs.js",
                    "text.js",
                    "theme.js");

    /** Asked after each time, and sent only if it has changed. */
    private static final String REVALIDATED = "no-cache";

    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private static final String POLICY =
            String.join(
                    "; ",
                    "default-src 'none'",
                    "script-src 'self'",
                    "style-src 'self'",
                    "img-src 'self'",
                    "connect-src 'self'",
                    "base-uri 'none'",
                    "form-action 'none'",
                    "frame-ancestors 'none'",
                    "require-trusted-types-for 'script'",
                    "trusted-types default");

    private final Map<String, PageFile> filesByPath = new TreeMap<>();

    public Page() {
        filesByPath.put("/", PageFile.read("/io/dexklines/relay/page/" + INDEX, REVALIDATED));
        for (String file : FILES) {
            filesByPath.put(
                    "/page/" + file,
                    PageFile.read("/io/dexklines/relay/page/" + file, REVALIDATED));
        }
        String echarts = "echarts/" + ECHARTS_VERSION + "/echarts.esm.min.js";
        filesByPath.put(
                "/page/" + echarts,
                PageFile.read("/META-INF/resources/webjars/" + echarts, FOR_EVER));
    }

    /** Whether the page has something at that path. */
    public boolean isAt(String path) {
        return filesByPath.containsKey(path);
    }

    /** Every path at which there is something. */
    Set<String> paths() {
        return filesByPath.keySet();
    }

    /** Answers a GET or HEAD for a path {@link #isAt} which there is something. */
    public void answer(HttpServerRequest request) {
        PageFile file = filesByPath.get(request.path());
        HttpServerResponse response =
                request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, file.type())
                        .putHeader(HttpHeaders.CACHE_CONTROL, file.cacheControl())
                        .putHeader(HttpHeaders.ETAG, file.etag())
                        .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                        .putHeader("content-security-policy", POLICY)
                        .putHeader("cross-origin-opener-policy", "same-origin")
                        .putHeader("referrer-policy", "no-referrer")
                        .putHeader("x-content-type-options", "nosniff");
        if (file.etag().equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        byte[] body = file.bytes();
        if (takesGzip(request)) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            body = file.gzipped();
        }
        if (request.method() == HttpMethod.HEAD) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length)).end();
        } else {
            response.end(Buffer.buffer(body));
        }
    }

    private static boolean takesGzip(HttpServerRequest request) {
        String encodings = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        return encodings != null && encodings.toLowerCase(Locale.ROOT).contains("gzip");
    }
}
