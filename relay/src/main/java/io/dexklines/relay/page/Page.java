package io.dexklines.relay.page;

import com.google.common.hash.Hashing;
import io.dexklines.relay.http.PacedBody;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Serves the files of the chart page, each at a fixed path. No other resource of the class path can
 * be requested. The files are read and compressed once, when the relay starts, and shared by all
 * connections.
 *
 * <p>A content security policy restricts the page: it may load only from this relay, run only these
 * scripts, and create no markup from strings.
 *
 * <p>Immutable and thread-safe.
 */
public final class Page {

    /** The WebJar's version of the chart library. */
    private static final String ECHARTS_VERSION = "5.5.0";

    /** The only file that loads the chart library, and the name by which it does. */
    private static final String PLOT = "plot.js";

    private static final String LIBRARY_IN_PLOT = "./echarts.js";

    /** What loads the modules in the file of the page. */
    private static final String SCRIPT = "<script type=\"module\"";

    private static final String FOLDER = "/io/dexklines/relay/page/";
    private static final List<String> FILES =
            List.of(
                    "page.css",
                    "alerts.css",
                    "tape.css",
                    "wallets.css",
                    "icon.svg",
                    "address.js",
                    "alertfilters.js",
                    "alerts.js",
                    "axes.js",
                    "candles.js",
                    "chart.js",
                    "clipboard.js",
                    "connection.js",
                    "explorer.js",
                    "follows.js",
                    "format.js",
                    "header.js",
                    "history.js",
                    "identifier.js",
                    "indicators.js",
                    "kept.js",
                    "legend.js",
                    "main.js",
                    "markfilter.js",
                    "marks.js",
                    "marktable.js",
                    "pairs.js",
                    "plot.js",
                    "preferences.js",
                    "scale.js",
                    "smartmoney.js",
                    "studies.js",
                    "tape.js",
                    "text.js",
                    "theme.js",
                    "token.js",
                    "wallets.js",
                    "watchlist.js");

    /** Browsers revalidate the file on each use, and receive it only if it has changed. */
    static final String REVALIDATED = "no-cache";

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

    private static final int ETAG_DIGITS = 24;
    private static final int PATH_DIGITS = 16;

    /**
     * A file with its headers.
     *
     * @param etag derived from the content
     */
    private record File(
            String type, String cacheControl, String etag, ByteBuf bytes, ByteBuf gzipped) {}

    private final Map<String, File> filesByPath = new TreeMap<>();
    private final String libraryPath;

    public Page() {
        byte[] library =
                read(
                        "/META-INF/resources/webjars/echarts/"
                                + ECHARTS_VERSION
                                + "/echarts.esm.min.js");
        // the path changes with the content, so that no cache serves another version
        String libraryName = "echarts." + sha256(library, PATH_DIGITS) + ".js";
        libraryPath = "/page/" + libraryName;
        add(libraryPath, library, FOR_EVER);
        add("/", index(), REVALIDATED, "index.html");
        for (String file : FILES) {
            byte[] bytes = read(FOLDER + file);
            if (file.equals(PLOT)) {
                bytes = replaced(PLOT, bytes, LIBRARY_IN_PLOT, "./" + libraryName);
            }
            add("/page/" + file, bytes, REVALIDATED);
        }
    }

    /** Returns the path of the chart library, which is by far the largest file. */
    public String libraryPath() {
        return libraryPath;
    }

    /**
     * Returns the file of the page, which names all modules, so that a browser requests them at
     * once instead of each when it has read the module that imports it.
     */
    private byte[] index() {
        String preloads =
                Stream.concat(
                                Stream.of(libraryPath),
                                FILES.stream()
                                        .filter(file -> file.endsWith(".js"))
                                        .map(file -> "/page/" + file))
                        .map("<link rel=\"modulepreload\" href=\"%s\">\n  "::formatted)
                        .collect(Collectors.joining());
        String file = "index.html";
        return replaced(file, read(FOLDER + file), SCRIPT, preloads + SCRIPT);
    }

    /**
     * Reads a resource of the class path.
     *
     * @throws IllegalStateException if the resource is missing, which is an error of the build
     */
    static byte[] read(String resource) {
        try (InputStream in = Page.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] replaced(String file, byte[] bytes, String part, String by) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!text.contains(part)) {
            throw new IllegalStateException(file + " does not contain " + part);
        }
        return text.replace(part, by).getBytes(StandardCharsets.UTF_8);
    }

    private void add(String path, byte[] bytes, String cacheControl) {
        add(path, bytes, cacheControl, path);
    }

    private void add(String path, byte[] bytes, String cacheControl, String name) {
        filesByPath.put(
                path,
                new File(
                        type(name),
                        cacheControl,
                        '"' + sha256(bytes, ETAG_DIGITS) + '"',
                        PacedBody.shared(bytes),
                        PacedBody.shared(gzip(bytes))));
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".html" -> "text/html; charset=utf-8";
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            case ".svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException("no media type for " + name);
        };
    }

    private static String sha256(byte[] bytes, int digits) {
        return Hashing.sha256().hashBytes(bytes).toString().substring(0, digits);
    }

    /** Compresses a file as small as possible, since it is compressed once and sent often. */
    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2);
        try (OutputStream gzip = new BestGzip(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A gzip stream with the best compression. */
    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    /** Returns whether there is a file at this path. */
    public boolean isAt(String path) {
        return filesByPath.containsKey(path);
    }

    /** Returns the paths of all files. */
    Set<String> paths() {
        return filesByPath.keySet();
    }

    /** Answers a GET or HEAD request for a path for which {@link #isAt} returns true. */
    public void answer(HttpServerRequest request) {
        File file = filesByPath.get(request.path());
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
        ByteBuf body = file.bytes();
        if (acceptsGzip(request)) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            body = file.gzipped();
        }
        PacedBody.sendShared(request, body);
    }

    private static boolean acceptsGzip(HttpServerRequest request) {
        String encodings = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        return encodings != null && encodings.toLowerCase(Locale.ROOT).contains("gzip");
    }
}
