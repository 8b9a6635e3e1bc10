package io.dexklines.relay.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how the files of the chart page are served. */
class PageTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Matches the paths of other files that a file loads. */
    private static final Pattern LOADED =
            Pattern.compile("(?:from '|import '|href=\"|src=\")(\\.?/[^'\"#]+)['\"]");

    private static final Pattern PRELOADED =
            Pattern.compile("<link rel=\"modulepreload\" href=\"([^\"]+)\">");

    private static RelayServer relay;

    @BeforeAll
    static void start() {
        relay = RelayServer.start(RelaySettings.builder("the publishers' token").port(0).build());
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @Test
    void exactlyTheFilesThatThePageLoadsAreServed() throws Exception {
        Set<String> loaded = new TreeSet<>();
        Deque<String> unread = new ArrayDeque<>(Set.of("/"));
        while (!unread.isEmpty()) {
            String path = unread.poll();
            if (!loaded.add(path)) {
                continue;
            }
            HttpResponse<byte[]> response = get(path);
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            if (!path.equals(new Page().libraryPath())) {
                Matcher names = LOADED.matcher(PRELOADED.matcher(text(response)).replaceAll(""));
                while (names.find()) {
                    unread.add(URI.create(path).resolve(names.group(1)).toString());
                }
            }
        }

        assertThat(loaded).isEqualTo(new Page().paths());
    }

    @Test
    void allModulesAreRequestedAtOnce() throws Exception {
        Set<String> preloaded = new TreeSet<>(Set.of("/page/main.js"));
        PRELOADED.matcher(text(get("/"))).results().forEach(link -> preloaded.add(link.group(1)));

        assertThat(preloaded)
                .isEqualTo(
                        new Page()
                                .paths().stream()
                                        .filter(path -> path.endsWith(".js"))
                                        .collect(Collectors.toSet()));
    }

    @Test
    void thePageMayLoadFromThisRelayOnlyAndCreateNoMarkupFromStrings() throws Exception {
        HttpResponse<byte[]> page = get("/");

        assertThat(header(page, "content-security-policy").split("; "))
                .contains(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "frame-ancestors 'none'",
                        "require-trusted-types-for 'script'");
        assertThat(header(page, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(header(page, "content-type")).isEqualTo("text/html; charset=utf-8");
    }

    @Test
    void anUnchangedFileIsNotSentAgain() throws Exception {
        HttpResponse<byte[]> first = get("/page/main.js");
        HttpResponse<byte[]> again = get("/page/main.js", "If-None-Match", header(first, "etag"));

        assertThat(header(first, "cache-control")).isEqualTo("no-cache");
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void theLibraryIsKeptForEverByTheHashInItsPathAndLoadedByOneModule() throws Exception {
        String path = new Page().libraryPath();
        HttpResponse<byte[]> library = get(path);

        assertThat(header(library, "cache-control")).contains("immutable");
        assertThat(path)
                .contains(Hashing.sha256().hashBytes(library.body()).toString().substring(0, 16));
        for (String file : new Page().paths()) {
            if (!file.equals(path)) {
                assertThat(text(get(file)).contains("echarts."))
                        .as(file)
                        .isEqualTo(Set.of("/", "/page/plot.js").contains(file));
            }
        }
    }

    @Test
    void filesAreCompressedForClientsThatAcceptGzip() throws Exception {
        HttpResponse<byte[]> plain = get("/page/page.css");
        HttpResponse<byte[]> packed = get("/page/page.css", "Accept-Encoding", "br, gzip");

        assertThat(header(packed, "content-encoding")).isEqualTo("gzip");
        assertThat(packed.body().length).isLessThan(plain.body().length);
        try (GZIPInputStream unpacked =
                new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(unpacked.readAllBytes()).isEqualTo(plain.body());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page/",
                "/page/index.html",
                "/page/../relay-log4j2.properties",
                "/page/%2e%2e/relay-log4j2.properties",
                "/page/package-info.class",
                "/index.html"
            })
    void otherResourcesOfTheClassPathAreNotServed(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void aMissingFilePreventsTheStart() {
        assertThatThrownBy(() -> Page.read("/no/such.js"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/no/such.js");
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + relay.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<byte[]> response, String name) {
        return response.headers().firstValue(name).orElseThrow();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
