package io.dexklines.relay.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.QueryEndedException;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.history.Window;
import io.dexklines.relay.http.ClientConnection;
import io.dexklines.relay.http.ClientRates;
import io.dexklines.relay.http.PacedBody;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.pairs.PairDirectory;
import io.dexklines.relay.resume.Past;
import io.dexklines.relay.resume.ResumeReader;
import io.dexklines.relay.store.LiveKlines;
import io.dexklines.relay.store.MySqlEvents;
import io.dexklines.relay.store.MySqlKlines;
import io.dexklines.relay.store.MySqlPairs;
import io.dexklines.relay.store.MySqlServers;
import io.dexklines.relay.store.MySqlSmartMoneyTrades;
import io.dexklines.relay.store.RedisAddress;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
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
    private static final int MAX_WAITING_PER_CLIENT = 64;

    /**
     * Searches have threads of their own, so that they never delay klines. They only compute, so
     * they have at most half of the processors, and event loops the rest.
     */
    private static final FairPool.Limits SEARCHES =
            new FairPool.Limits(
                    Math.max(1, Math.min(2, Runtime.getRuntime().availableProcessors() / 2)),
                    1,
                    64,
                    16);

    private static final Set<String> SEARCH_PATHS = Set.of("/api/pairs", "/udf/search");

    /** How long a client waits for an answer. */
    private static final long DEADLINE_MS = 10_000;

    /** How far the clocks of the job and its producers may be ahead of this one. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    /** A large answer costs its client one request more for each of these bytes. */
    private static final int BYTES_PER_REQUEST = 64 * 1024;

    /** Refreshes of the pair list are this many times their own duration apart. */
    private static final long REFRESH_DELAY_FACTOR = 5;

    private static final long MIN_REFRESH_DELAY_MS = 3_000;

    private final Map<String, BiFunction<Parameters, Cancellation, Response>> endpoints =
            new LinkedHashMap<>();

    /** The endpoints that answer errors in a form of their own, by path. */
    private final Map<String, ForeignEndpoint> foreign = new HashMap<>();

    private final int threads;
    private final FairPool queries;
    private final FairPool searches = new FairPool("search", SEARCHES);
    private final ClientRates rates;
    private final ScheduledExecutorService refresher =
            Executors.newSingleThreadScheduledExecutor(
                    new ThreadFactoryBuilder().setNameFormat("pairs").setDaemon(true).build());
    private final List<Runnable> closing = new ArrayList<>();
    private final RelayMetrics metrics;
    private KlineHistory klines;
    private ResumeReader resumes;

    /**
     * @param intervals the intervals that the job computes, ascending
     * @param limits what clients may ask for, and how much memory the list of pairs takes
     */
    public HistoryApi(
            StoreSettings stores,
            List<Interval> intervals,
            HistoryLimits limits,
            StreamHub hub,
            RelayMetrics metrics,
            Clock clock) {
        this(
                WORKERS * Math.max(1, stores.mysql().size()),
                new ClientRates(limits.requestsPerSecond(), System::nanoTime),
                metrics);
        Optional<RedisKlines> redis =
                stores.redis().map(at -> new RedisKlines(at, threads, metrics.historyMalformed));
        redis.ifPresent(store -> closing.add(store::close));
        Optional<MySqlServers> mysql =
                Optional.of(stores.mysql())
                        .filter(servers -> !servers.isEmpty())
                        // one more connection for the pair list
                        .map(
                                servers ->
                                        new MySqlServers(
                                                servers, WORKERS + 1, metrics.historyMalformed));
        mysql.ifPresent(servers -> closing.add(servers::close));
        KlineStore live = new LiveKlines(hub, metrics.historyMalformed);
        Optional<KlineStore> older = mysql.map(MySqlKlines::new);
        KlineHistory history =
                new KlineHistory(redis.map(store -> (KlineStore) store), older, live, clock);
        PairDirectory directory =
                new PairDirectory(
                        mysql.map(MySqlPairs::ofAll).orElse(List.of()),
                        older,
                        live,
                        () -> published(hub),
                        intervals,
                        clock,
                        limits.maxPairListBytes(),
                        metrics.historyMalformed);

        klines = history;
        KlinesEndpoint endpoint = new KlinesEndpoint(history, intervals, clock);
        serve("/api/klines", endpoint::klines);
        serve("/api/intervals", endpoint::intervals);
        serve("/api/pairs", new PairsEndpoint(directory)::pairs);
        Optional<MySqlSmartMoneyTrades> smartMoney = mysql.map(MySqlSmartMoneyTrades::new);
        serve("/api/smartmoney", new SmartMoneyEndpoint(smartMoney, clock)::smartMoney);
        serve("/api/wallet", new WalletEndpoint(smartMoney)::wallet);
        UdfEndpoint udf = new UdfEndpoint(history, directory, smartMoney, intervals, clock);
        serve("/udf/config", udf::config);
        serve("/udf/symbols", udf::symbols);
        serve("/udf/search", udf::search);
        serve("/udf/history", udf::history);
        serve("/udf/time", udf::time);
        serve("/udf/marks", udf::marks);
        serve("/udf/timescale_marks", udf::timescaleMarks);
        resumes =
                new ResumeReader(
                        this::run,
                        new Past(
                                (series, from, limit, cancellation) ->
                                        history.traded(
                                                        series,
                                                        newest(from, limit, clock),
                                                        cancellation)
                                                .klines(),
                                mysql.map(MySqlEvents::new),
                                stores.redis()
                                        .map(RedisAddress::retention)
                                        .orElse(CacheRetention.NEWEST)));
        refresher.execute(() -> refreshPairs(directory));
    }

    /** Creates an API without endpoints and stores. */
    HistoryApi(int threads, ClientRates rates, RelayMetrics metrics) {
        this.threads = threads;
        this.queries =
                new FairPool(
                        "history",
                        new FairPool.Limits(
                                threads, threads / 2, MAX_WAITING, MAX_WAITING_PER_CLIENT));
        this.rates = rates;
        this.metrics = metrics;
    }

    /** Returns the newest klines that open at a time or later, that which is open now included. */
    private static Window newest(long fromSeconds, int limit, Clock clock) {
        long to = clock.instant().plus(CLOCK_TOLERANCE).getEpochSecond();
        return new Window(fromSeconds, Math.max(fromSeconds, to), limit, Window.End.NEWEST);
    }

    /** Returns the klines of all stores and of the relay's memory. */
    public KlineHistory klines() {
        return klines;
    }

    /** Returns a reader of what subscribers missed, with the stores and threads of this API. */
    public ResumeReader resumes() {
        return resumes;
    }

    /** Runs a task for a client on a thread that may block, unless it has asked for too much. */
    private boolean run(String client, int requests, Runnable task) {
        boolean runs =
                rates.askSeconds(client) == 0
                        && queries.execute(client, task) == FairPool.Admission.ADMITTED;
        if (runs) {
            rates.charge(client, requests - 1L);
        } else {
            metrics.historyLimited.increment();
        }
        return runs;
    }

    /** Serves a path by an endpoint, on a thread of a pool. */
    void serve(String path, BiFunction<Parameters, Cancellation, Response> endpoint) {
        endpoints.put(path, endpoint);
    }

    /** Serves a path for clients of another API. Call it before the first request. */
    public void serve(ForeignEndpoint endpoint) {
        foreign.put(endpoint.path(), endpoint);
        serve(endpoint.path(), endpoint::answer);
    }

    /** Serves {@code /api/features}, which says what this relay offers besides history. */
    public void serveFeatures(FollowsApi follows) {
        serve("/api/features", follows::features);
    }

    private static Map<Pair, Long> published(StreamHub hub) {
        Map<Pair, Long> openTimes = new LinkedHashMap<>();
        hub.newestOpenTimesMs()
                .forEach(
                        (pair, openTimeMs) -> {
                            int colon = pair.indexOf(':');
                            openTimes.put(
                                    new Pair(pair.substring(0, colon), pair.substring(colon + 1)),
                                    Math.floorDiv(openTimeMs, 1000L));
                        });
        return openTimes;
    }

    private void refreshPairs(PairDirectory directory) {
        long startNanos = System.nanoTime();
        try {
            directory.refresh();
        } catch (RuntimeException e) {
            LOG.warn("could not refresh the pair list", e);
        }
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        try {
            refresher.schedule(
                    () -> refreshPairs(directory),
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
        String path = request.path();
        String client = ClientConnection.clientOf(request);
        long waitSeconds = rates.askSeconds(client);
        if (waitSeconds > 0) {
            limited(request, path, waitSeconds);
            return;
        }
        Context eventLoop = Vertx.currentContext();
        boolean gzip = acceptsGzip(request);
        Parameters parameters = new Parameters(parameters(request));
        Cancellation cancellation = Cancellation.after(DEADLINE_MS);
        request.response().closeHandler(gone -> cancellation.cancel());
        FairPool pool = SEARCH_PATHS.contains(path) ? searches : queries;
        FairPool.Admission admission =
                pool.execute(
                        client,
                        () -> {
                            Response response = response(path, parameters, cancellation);
                            rates.charge(client, response.body().length / BYTES_PER_REQUEST);
                            if (!cancellation.isCancelled()) {
                                finish(eventLoop, request, response, gzip);
                            }
                        });
        switch (admission) {
            case ADMITTED -> {}
            case TOO_MANY_OF_CLIENT -> limited(request, path, 1);
            case FULL -> {
                Response response = overloaded(path);
                send(request, response, response.body(), false);
            }
        }
    }

    private void limited(HttpServerRequest request, String path, long waitSeconds) {
        metrics.historyLimited.increment();
        request.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(waitSeconds));
        Response response =
                error(
                        path,
                        new ApiException(
                                ApiException.Reason.TOO_MANY_REQUESTS,
                                "too many requests from this address, try again after "
                                        + waitSeconds
                                        + " s"));
        send(request, response, response.body(), false);
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

    private Response response(String path, Parameters parameters, Cancellation cancellation) {
        if (cancellation.remainingMs() < 0) {
            return overloaded(path);
        }
        try {
            cancellation.check();
            return endpoints.get(path).apply(parameters, cancellation);
        } catch (ApiException e) {
            metrics.historyRefused.increment();
            return error(path, e);
        } catch (QueryEndedException e) {
            boolean gone = e.reason() == QueryEndedException.Reason.CANCELLED;
            (gone ? metrics.historyCancelled : metrics.historyTimedOut).increment();
            return error(
                    path,
                    new ApiException(
                            ApiException.Reason.TIMED_OUT,
                            "the answer took too long, ask for less"));
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

    private Response error(String path, ApiException e) {
        if (foreign.containsKey(path)) {
            return Response.error(e.status(), foreign.get(path).error(e.status(), e.getMessage()));
        }
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
        queries.close();
        searches.close();
        closing.forEach(Runnable::run);
    }
}
