package io.dexklines.access.proxy;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which requests the proxy passes on: those of its own pages, and by default only those that read.
 *
 * @param names the hosts by which browsers may reach the proxy, in lower case, on any port
 * @param allowChanges whether requests may change something in Flink
 */
record RequestPolicy(Set<String> names, boolean allowChanges) {

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    /** Flink stops and cancels jobs by GET requests to these paths, too. */
    private static final List<String> READS_THAT_STOP = List.of("yarn-stop", "yarn-cancel");

    /**
     * Returns why a request to any path is refused. Empty if its host is one of the names, which it
     * is not when a foreign name resolves to this machine (DNS rebinding).
     */
    Optional<String> wrongHost(HttpServerRequest request) {
        return host(request)
                        .map(HostAndPort::host)
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .filter(names::contains)
                        .isPresent()
                ? Optional.empty()
                : Optional.of("unknown host; --name permits it");
    }

    /**
     * Returns why a request that a page may have sent is refused. Empty if the page is the proxy's
     * own, or if the user opened the address. Requests that are no reads must say where they are
     * from.
     */
    Optional<String> foreignPage(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String site = request.getHeader("Sec-Fetch-Site");
        boolean fromHere =
                origin == null
                        ? READS.contains(request.method())
                        : isOwn(origin, request.getHeader(HttpHeaders.HOST));
        boolean sameOrigin = site == null || Set.of("same-origin", "none").contains(site);
        return fromHere && sameOrigin
                ? Optional.empty()
                : Optional.of("requests of other pages are refused");
    }

    /**
     * Returns why a request to Flink is refused. Empty if it only reads, or changes are allowed.
     */
    Optional<String> change(HttpServerRequest request) {
        if (!READS.contains(request.method()) && !allowChanges) {
            return Optional.of("this proxy only reads; use Flink's command line");
        }
        String path = decoded(request.path());
        return READS_THAT_STOP.stream().anyMatch(path::contains)
                ? Optional.of("jobs are not stopped by reading")
                : Optional.empty();
    }

    private static Optional<HostAndPort> host(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        return hosts.size() == 1 && request.uri().startsWith("/")
                ? Optional.ofNullable(HostAndPort.parseAuthority(hosts.get(0), -1))
                : Optional.empty();
    }

    private static boolean isOwn(String origin, String host) {
        return origin.equalsIgnoreCase("http://" + host)
                || origin.equalsIgnoreCase("https://" + host);
    }

    /** Returns a path as Flink understands it, in lower case. */
    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
