package io.dexklines.relay.api;

import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineInterval;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.StoreAwayException;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.pairs.PairBoard;
import io.dexklines.relay.pairs.PairKey;
import io.dexklines.relay.store.LiveKlines;
import io.dexklines.relay.store.MySqlFollowedTrades;
import io.dexklines.relay.store.MySqlKlines;
import io.dexklines.relay.store.MySqlPairs;
import io.dexklines.relay.store.MySqlPool;
import io.dexklines.relay.store.RedisKlines;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.relay.stream.StreamHub;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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

/** Answers what is asked of {@code /api} and {@code /udf}. Safe for use by all event loops. */
public final class HistoryApi implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HistoryApi.class);

    private static final String JSON = "application/json; charset=utf-8";
    private static final String UDF = "/udf/";
    private static final String RETRY_AFTER_SECONDS = "2";
    private static final int COMPRESSED_FROM_BYTES = 1024;

    private static final int WORKERS = 8;
    private static final int MAX_WAITING = 256;

    /** The list of pairs is read anew with rests in between that are that much longer. */
    private static final long REST_FACTOR = 5;

    private static final long MIN_REST_MS = 3_000;

    private final Map<String, Function<Parameters, Answer>> endpoints = new LinkedHashMap<>();
    private final WorkerPool workers = new WorkerPool(WORKERS, MAX_WAITING);
    private final ScheduledExecutorService renewer =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "pairs");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final Optional<RedisKlines> redis;
    private final Optional<MySqlPool> mysql;
    private final PairBoard board;
    private final RelayMetrics metrics;

    /**
     * @param intervals that are served, ascending: those that the job computes
     */
    public HistoryApi(
            StoreSettings stores,
            List<KlineInterval> intervals,
            StreamHub hub,
            RelayMetrics metrics,
            Clock clock) {
        this.metrics = metrics;
        this.redis =
                stores.redis().map(at -> new RedisKlines(at, WORKERS, metrics.historyMalformed));
        // one more for the list of pairs
        this.mysql = stores.mysql().map(at -> new MySqlPool(at, WORKERS + 1));
        KlineStore live = new LiveKlines(hub, metrics.historyMalformed);
        Optional<KlineStore> older = mysql.map(MySqlKlines::new);
        KlineHistory history =
                new KlineHistory(redis.map(store -> (KlineStore) store), older, live, clock);
        this.board =
                new PairBoard(
                        mysql.map(MySqlPairs::new),
                        older,
                        live,
                        () -> published(hub),
                        intervals,
                        clock);

        KlinesEndpoint klines = new KlinesEndpoint(history, intervals, clock);
        endpoints.put("/api/klines", klines::klines);
        endpoints.put("/api/intervals", klines::intervals);
        endpoints.put("/api/pairs", new PairsEndpoint(board)::pairs);
        endpoints.put(
                "/api/smartmoney",
                new SmartMoneyEndpoint(mysql.map(MySqlFollowedTrades::new), clock)::smartMoney);
        UdfEndpoint udf = new UdfEndpoint(history, board, intervals, clock);
        endpoints.put("/udf/config", udf::config);
        endpoints.put("/udf/symbols", udf::symbols);
        endpoints.put("/udf/search", udf::search);
        endpoints.put("/udf/history", udf::history);
        endpoints.put("/udf/time", udf::time);
        renewer.execute(this::renewPairs);
    }

    private static Collection<PairKey> published(StreamHub hub) {
        Set<PairKey> pairs = new LinkedHashSet<>();
        for (String stream : hub.klineStreams()) {
            int colon = stream.indexOf(':');
            String address = stream.substring(colon + 1, stream.lastIndexOf('@'));
            pairs.add(new PairKey(stream.substring(0, colon), address));
        }
        return pairs;
    }

    private void renewPairs() {
        long beganNanos = System.nanoTime();
        try {
            board.renew();
        } catch (RuntimeException e) {
            LOG.warn("the list of pairs stays as it was", e);
        }
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
        try {
            renewer.schedule(
                    this::renewPairs,
                    Math.max(MIN_REST_MS, REST_FACTOR * tookMs),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing", e);
        }
    }

    /** Whether it answers to that path. */
    public boolean serves(String path) {
        return endpoints.containsKey(path);
    }

    /** Answers a request, later; on the event loop of the request. */
    public void handle(HttpServerRequest request) {
        metrics.historyRequests.increment();
        Context context = Vertx.currentContext();
        boolean gzip = acceptsGzip(request);
        Question question = new Question(request.path(), parameters(request));
        try {
            workers.execute(
                    new WorkerPool.Task() {
                        @Override
                        public void run() {
                            finish(question.answer());
                        }

                        @Override
                        public void waitedForTooLong() {
                            finish(question.overloaded());
                        }

                        private void finish(Answer answer) {
                            boolean packed = gzip && answer.body().length >= COMPRESSED_FROM_BYTES;
                            byte[] body = packed ? gzip(answer.body()) : answer.body();
                            context.runOnContext(now -> send(request, answer, body, packed));
                        }
                    });
        } catch (RejectedExecutionException e) {
            Answer answer = question.overloaded();
            send(request, answer, answer.body(), false);
        }
    }

    /** The parameters, the first of each; none where they cannot be read: some will be missed. */
    private static Map<String, String> parameters(HttpServerRequest request) {
        Map<String, String> parameters = new LinkedHashMap<>();
        try {
            new QueryStringDecoder(request.uri())
                    .parameters()
                    .forEach((name, values) -> parameters.put(name, values.get(0)));
        } catch (IllegalArgumentException e) {
            LOG.debug("unreadable: {}", request.uri(), e);
        }
        return parameters;
    }

    private static boolean acceptsGzip(HttpServerRequest request) {
        String accepted = request.headers().get(HttpHeaders.ACCEPT_ENCODING);
        return accepted != null && accepted.contains("gzip");
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("into memory", e);
        }
        return packed.toByteArray();
    }

    private static void send(
            HttpServerRequest request, Answer answer, byte[] body, boolean packed) {
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
        if (packed) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        if (answer.status() == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        response.end(Buffer.buffer(body));
    }

    /** One request, apart from HTTP. */
    private final class Question {
        private final String path;
        private final Map<String, String> parameters;

        Question(String path, Map<String, String> parameters) {
            this.path = path;
            this.parameters = parameters;
        }

        Answer answer() {
            try {
                return endpoints.get(path).apply(new Parameters(parameters));
            } catch (ApiException e) {
                return refusal(e);
            } catch (StoreAwayException e) {
                metrics.historyUnavailable.increment();
                return refusal(new ApiException(ApiException.Reason.UNAVAILABLE, e.getMessage()));
            } catch (RuntimeException e) {
                LOG.error("{} failed", path, e);
                return refusal(new ApiException(ApiException.Reason.FAILED, "an internal error"));
            }
        }

        Answer overloaded() {
            metrics.historyUnavailable.increment();
            return refusal(
                    new ApiException(
                            ApiException.Reason.OVERLOADED, "too many requests wait, try again"));
        }

        private Answer refusal(ApiException e) {
            byte[] body =
                    Json.of(
                            json -> {
                                json.writeStartObject();
                                if (path.startsWith(UDF)) {
                                    json.writeStringField("s", "error");
                                    json.writeStringField("errmsg", e.getMessage());
                                } else {
                                    json.writeNumberField("code", e.code());
                                    json.writeStringField("msg", e.getMessage());
                                }
                                json.writeEndObject();
                            });
            return new Answer(e.status(), body, 0);
        }
    }

    @Override
    public void close() {
        renewer.shutdownNow();
        workers.close();
        redis.ifPresent(RedisKlines::close);
        mysql.ifPresent(MySqlPool::close);
    }
}
