package io.dexklines.relay.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.dexklines.kline.Interval;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.http.PacedBody;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.pairs.PairDirectory;
import io.dexklines.relay.store.LiveKlines;
import io.dexklines.relay.store.MySqlKlines;
import io.dexklines.relay.store.MySqlPairs;
import io.dexklines.relay.store.MySqlServers;
import io.dexklines.relay.store.MySqlSmartMoneyTrades;
import io.dexklines.relay.store.RedisKlines;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.trade.Pair;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the history API, {@code /api} and {@code /udf}. Used by all event loops. Thread-safe. */
public final class HistoryApi implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HistoryApi.class);

    private static final String JSON = "application/json; charset=utf-8";
    private static final String UDF = "/udf/";
    private static final String RETRY_AFTER_SECONDS = "2";
    private static final int COMPRESSED_FROM_BYTES = 1024;

    /** Threads for each server of MySQL, so that one that hangs cannot occupy all of them. */
    private static final int WORKERS = 8;

    private static final int MAX_WAITING = 256;

    /** Refreshes of the pair list are this many times their own duration apart. */
    private static final long REFRESH_DELAY_FACTOR = 5;

    private static final long MIN_REFRESH_DELAY_MS = 3_000;

    private final Map<String, Function<Parameters, Response>> endpoints = new LinkedHashMap<>();
    private final WorkerPool workers;
    private final ScheduledExecutorService refresher =
            Executors.newSingleThreadScheduledExecutor(
                    new ThreadFactoryBuilder().setNameFormat("pairs").setDaemon(true).build());
    private final Optional<RedisKlines> redis;
    private final Optional<MySqlServers> mysql;
    private final PairDirectory directory;
    private final RelayMetrics metrics;

    /**
     * @param intervals the intervals that the job computes, ascending
     */
    public HistoryApi(
            StoreSettings stores,
            List<Interval> intervals,
            StreamHub hub,
            RelayMetrics metrics,
            Clock clock) {
        this.metrics = metrics;
        int threads = WORKERS * Math.max(1, stores.mysql().size());
        this.workers = new WorkerPool(threads, MAX_WAITING);
        this.redis =
                stores.redis().map(at -> new RedisKlines(at, threads, metrics.historyMalformed));
        this.mysql =
                Optional.of(stores.mysql())
                        .filter(servers -> !servers.isEmpty())
                        // one more connection for the pair list
                        .map(
                                servers ->
                                        new MySqlServers(
                                                servers, WORKERS + 1, metrics.historyMalformed));
        KlineStore live = new LiveKlines(hub, metrics.historyMalformed);
        Optional<KlineStore> older = mysql.map(MySqlKlines::new);
        KlineHistory history =
                new KlineHistory(redis.map(store -> (KlineStore) store), older, live, clock);
        this.directory =
                new PairDirectory(
                        mysql.map(MySqlPairs::ofAll).orElse(List.of()),
                        older,
                        live,
                        () -> published(hub),
                        intervals,
                        clock);

        KlinesEndpoint klines = new KlinesEndpoint(history, intervals, clock);
        endpoints.put("/api/klines", klines::klines);
        endpoints.put("/api/intervals", klines::intervals);
        endpoints.put("/api/pairs", new PairsEndpoint(directory)::pairs);
        endpoints.put(
                "/api/smartmoney",
                new SmartMoneyEndpoint(mysql.map(MySqlSmartMoneyTrades::new), clock)::smartMoney);
        UdfEndpoint udf = new UdfEndpoint(history, directory, intervals, clock);
        endpoints.put("/udf/config", udf::config);
        endpoints.put("/udf/symbols", udf::symbols);
        endpoints.put("/udf/search", udf::search);
        endpoints.put("/udf/history", udf::history);
        endpoints.put("/udf/time", udf::time);
        refresher.execute(this::refreshPairs);
    }

    private static Collection<Pair> published(StreamHub hub) {
        Set<Pair> pairs = new LinkedHashSet<>();
        for (String stream : hub.klineStreams()) {
            int colon = stream.indexOf(':');
            String address = stream.substring(colon + 1, stream.lastIndexOf('@'));
            pairs.add(new Pair(stream.substring(0, colon), address));
        }
        return pairs;
    }

    private void refreshPairs() {
        long startNanos = System.nanoTime();
        try {
            directory.refresh();
        } catch (RuntimeException e) {
            LOG.warn("could not refresh the pair list", e);
        }
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        try {
            refresher.schedule(
                    this::refreshPairs,
                    Math.max(MIN_REFRESH_DELAY_MS, REFRESH_DELAY_FACTOR * tookMs),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing", e);
        }
    }

    /** Returns whether the path belongs to this API. */
    public boolean serves(String path) {
        return endpoints.containsKey(path);
    }

    /** Answers a request asynchronously, on the event loop that calls this method. */
    public void handle(HttpServerRequest request) {
        metrics.historyRequests.increment();
        Context eventLoop = Vertx.currentContext();
        boolean gzip = acceptsGzip(request);
        String path = request.path();
        Parameters parameters = new Parameters(parameters(request));
        try {
            workers.execute(
                    () -> finish(eventLoop, request, response(path, parameters), gzip),
                    () -> finish(eventLoop, request, overloaded(path), gzip));
        } catch (RejectedExecutionException e) {
            Response response = overloaded(path);
            send(request, response, response.body(), false);
        }
    }

    private static void finish(
            Context eventLoop, HttpServerRequest request, Response response, boolean gzip) {
        boolean compressed = gzip && response.body().length >= COMPRESSED_FROM_BYTES;
        byte[] body = compressed ? gzip(response.body()) : response.body();
        eventLoop.runOnContext(now -> send(request, response, body, compressed));
    }

    /** Returns the first value of each query parameter; nothing if the query is malformed. */
    private static Map<String, String> parameters(HttpServerRequest request) {
        Map<String, String> parameters = new LinkedHashMap<>();
        try {
            new QueryStringDecoder(request.uri())
                    .parameters()
                    .forEach((name, values) -> parameters.put(name, values.get(0)));
        } catch (IllegalArgumentException e) {
            LOG.debug("malformed query: {}", request.uri(), e);
        }
        return parameters;
    }

    private static boolean acceptsGzip(HttpServerRequest request) {
        String accepted = request.headers().get(HttpHeaders.ACCEPT_ENCODING);
        return accepted != null && accepted.contains("gzip");
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static void send(
            HttpServerRequest request, Response answer, byte[] body, boolean compressed) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(answer.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .putHeader(HttpHeaders.VARY, "Accept-Encoding, Origin")
                .putHeader("x-content-type-options", "nosniff")
                .putHeader(
                        HttpHeaders.CACHE_CONTROL,
                        answer.maxAgeSeconds() == 0
                                ? "no-store"
                                : "public, max-age=" + answer.maxAgeSeconds());
        if (compressed) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        if (answer.status() == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        PacedBody.send(request, body);
    }

    private Response response(String path, Parameters parameters) {
        try {
            return endpoints.get(path).apply(parameters);
        } catch (ApiException e) {
            return error(path, e);
        } catch (StoreUnavailableException e) {
            metrics.historyUnavailable.increment();
            return error(path, new ApiException(ApiException.Reason.UNAVAILABLE, e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("{} failed", path, e);
            return error(path, new ApiException(ApiException.Reason.FAILED, "an internal error"));
        }
    }

    private Response overloaded(String path) {
        metrics.historyUnavailable.increment();
        return error(
                path,
                new ApiException(
                        ApiException.Reason.OVERLOADED, "too many requests wait, try again"));
    }

    private static Response error(String path, ApiException e) {
        ObjectNode body = Response.object();
        return Response.error(
                e.status(),
                path.startsWith(UDF)
                        ? body.put("s", "error").put("errmsg", e.getMessage())
                        : body.put("code", e.code()).put("msg", e.getMessage()));
    }

    @Override
    public void close() {
        refresher.shutdownNow();
        workers.close();
        redis.ifPresent(RedisKlines::close);
        mysql.ifPresent(MySqlServers::close);
    }
}
