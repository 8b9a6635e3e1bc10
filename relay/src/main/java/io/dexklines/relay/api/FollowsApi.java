package io.dexklines.relay.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.relay.follow.Follow;
import io.dexklines.relay.follow.FollowRecords;
import io.dexklines.relay.follow.FollowSettings;
import io.dexklines.relay.follow.FollowsUnavailableException;
import io.dexklines.relay.follow.KafkaFollows;
import io.dexklines.relay.follow.TooManyFollowsException;
import io.dexklines.relay.follow.Wallet;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.http.ClientConnection;
import io.dexklines.relay.http.ClientRates;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.token.TokenRefusal;
import io.dexklines.relay.token.TokenRefusedException;
import io.dexklines.relay.token.UserTokens;
import io.dexklines.trade.Identifier;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /api/follows}: the follows of the user whose token is in the header {@code
 * Authorization}. A browser sends that header for no page of another origin, so no page can change
 * what a user follows. Used by all event loops, and never blocks them. Thread-safe.
 */
public final class FollowsApi implements AutoCloseable {

    public static final String PATH = "/api/follows";

    /** The methods, for the header {@code Allow}. */
    public static final String METHODS = "GET, HEAD, PUT, DELETE";

    private static final Logger LOG = LoggerFactory.getLogger(FollowsApi.class);
    private static final String JSON = "application/json";
    private static final String BEARER = "Bearer ";

    /** Every body has a handful of short fields. */
    private static final int MAX_BODY_BYTES = 4 * 1024;

    private static final long BODY_TIMEOUT_MS = 10_000;

    /** Changes of one user a second, on average. */
    private static final int CHANGES_PER_SECOND = 5;

    private static final String RETRY_AFTER_SECONDS = "2";
    private static final int FEATURES_MAX_AGE_SECONDS = 60;

    private final KafkaFollows follows;
    private final UserTokens tokens;
    private final ClientRates rates;
    private final ClientRates changes = new ClientRates(CHANGES_PER_SECOND, System::nanoTime);
    private final RelayMetrics metrics;

    /**
     * @param settings null if nobody can follow a wallet
     * @param tokens null if there are no users
     * @param limits what an address may ask for
     */
    public FollowsApi(
            FollowSettings settings,
            UserTokens tokens,
            HistoryLimits limits,
            RelayMetrics metrics) {
        this.follows = settings == null ? null : new KafkaFollows(settings, metrics);
        this.tokens = tokens;
        this.rates = new ClientRates(limits.requestsPerSecond(), System::nanoTime);
        this.metrics = metrics;
    }

    /** Returns whether users can follow wallets by this relay. */
    boolean isOn() {
        return follows != null && tokens != null;
    }

    /** Returns whether this relay takes follows, so that pages need not ask in vain. */
    Response features(Parameters parameters, Cancellation cancellation) {
        parameters.allowOnly();
        return Response.ok(Response.object().put("follows", isOn()), FEATURES_MAX_AGE_SECONDS);
    }

    /** Answers a request of any method, asynchronously, on the event loop that calls this. */
    public void handle(HttpServerRequest request) {
        metrics.followRequests.increment();
        ApiException refusal = refusalOf(request);
        if (refusal != null) {
            send(request, error(refusal));
            if (bodyBytes(request) != 0) {
                // the body is not read
                request.connection().close();
            }
            return;
        }
        if (bodyBytes(request) == 0) {
            answer(request, Buffer.buffer());
            return;
        }
        Context eventLoop = Vertx.currentContext();
        long timer =
                eventLoop.owner().setTimer(BODY_TIMEOUT_MS, late -> request.connection().close());
        request.body()
                .onComplete(
                        body -> {
                            eventLoop.owner().cancelTimer(timer);
                            if (body.succeeded()) {
                                answer(request, body.result());
                            }
                        });
    }

    /** Returns why a request is refused before its body is read; null if it is not. */
    private ApiException refusalOf(HttpServerRequest request) {
        HttpMethod method = request.method();
        boolean isPut = method == HttpMethod.PUT;
        if (!isPut
                && method != HttpMethod.GET
                && method != HttpMethod.HEAD
                && method != HttpMethod.DELETE) {
            request.response().putHeader(HttpHeaders.ALLOW, METHODS);
            return new ApiException(ApiException.Reason.UNKNOWN_METHOD, "expected " + METHODS);
        }
        if (!isOn()) {
            return new ApiException(
                    ApiException.Reason.OFF,
                    "this relay takes no follows: it has no --kafka-bootstrap-servers or no"
                            + " --user-token-keys");
        }
        long waitSeconds = rates.askSeconds(ClientConnection.clientOf(request));
        if (waitSeconds > 0) {
            return tooMany(request, "from this address", waitSeconds);
        }
        long bytes = bodyBytes(request);
        if (bytes < 0) {
            return new ApiException(
                    ApiException.Reason.LENGTH_MISSING, "the header Content-Length is missing");
        }
        if (bytes > (isPut ? MAX_BODY_BYTES : 0)) {
            return new ApiException(
                    ApiException.Reason.TOO_LARGE,
                    "expected a body of at most " + (isPut ? MAX_BODY_BYTES : 0) + " bytes");
        }
        if (isPut && !isJson(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
            return new ApiException(
                    ApiException.Reason.WRONG_TYPE, "expected Content-Type: " + JSON);
        }
        return null;
    }

    /** Returns the announced length of the body; a negative number if there is a body of any. */
    private static long bodyBytes(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return -1;
        }
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static boolean isJson(String type) {
        return type != null && type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals(JSON);
    }

    private static ApiException tooMany(HttpServerRequest request, String of, long waitSeconds) {
        request.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(waitSeconds));
        return new ApiException(
                ApiException.Reason.TOO_MANY_REQUESTS,
                "too many requests " + of + ", try again after " + waitSeconds + " s");
    }

    private void answer(HttpServerRequest request, Buffer body) {
        try {
            String user = user(request);
            if (request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD) {
                send(request, list(user));
                return;
            }
            long waitSeconds = changes.askSeconds(user);
            if (waitSeconds > 0) {
                throw tooMany(request, "of this user", waitSeconds);
            }
            change(request, user, body);
        } catch (RuntimeException e) {
            send(request, error(e));
        }
    }

    /** Returns the user of the token, whose id can be part of a key. */
    private String user(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        try {
            String user =
                    tokens.verify(
                                    authorization != null && authorization.startsWith(BEARER)
                                            ? authorization.substring(BEARER.length())
                                            : null)
                            .userId();
            if (!Identifier.isValid(user)) {
                throw new ApiException(
                        ApiException.Reason.UNAUTHORISED,
                        "the user id of the token " + Identifier.problem(user));
            }
            return user;
        } catch (TokenRefusedException e) {
            metrics.refusedTokens.increment(e.refusal().label());
            request.response().putHeader("www-authenticate", BEARER.strip());
            throw new ApiException(ApiException.Reason.UNAUTHORISED, message(e.refusal()));
        }
    }

    private static String message(TokenRefusal refusal) {
        return refusal == TokenRefusal.MISSING
                ? "needs the token of a user: Authorization: Bearer …"
                : refusal.message();
    }

    private Response list(String user) {
        List<ObjectNode> list = follows.of(user).stream().map(FollowsApi::json).toList();
        return Response.ok(
                Response.object()
                        .put("user_id", user)
                        .putPOJO("follows", list)
                        .put("max", follows.maxPerUser()),
                0);
    }

    private static ObjectNode json(Follow follow) {
        return Response.object()
                .put("chain_id", follow.wallet().chainId())
                .put("address", follow.wallet().address())
                .put("side", follow.side())
                .put("min_usd", follow.minUsd())
                .put("max_usd", follow.maxUsd())
                .put("cooldown_s", follow.cooldownSeconds());
    }

    private void change(HttpServerRequest request, String user, Buffer body) {
        CompletionStage<Void> written;
        Response answer;
        if (request.method() == HttpMethod.PUT) {
            Follow follow = checked(body.getBytes(), FollowRecords::requested);
            answer = Response.ok(json(follow), 0);
            written = follows.put(user, follow);
        } else {
            Parameters parameters = parameters(request);
            parameters.allowOnly("chain_id", "address");
            String chainId = parameters.requiredText("chain_id");
            String address = parameters.requiredText("address");
            Wallet wallet = checked(chainId, id -> Wallet.of(id, address));
            answer = Response.ok(Response.object(), 0);
            written = follows.remove(user, wallet);
        }
        Context eventLoop = Vertx.currentContext();
        written.whenComplete(
                (done, e) ->
                        eventLoop.runOnContext(
                                now -> send(request, e == null ? answer : error(e))));
    }

    private static <A, B> B checked(A given, Function<A, B> parse) {
        try {
            return parse.apply(given);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ApiException.Reason.ILLEGAL_PARAMETER, e.getMessage());
        }
    }

    /** Returns the first value of each query parameter. */
    private static Parameters parameters(HttpServerRequest request) {
        Map<String, String> parameters = new LinkedHashMap<>();
        try {
            new QueryStringDecoder(request.uri())
                    .parameters()
                    .forEach((name, values) -> parameters.put(name, values.get(0)));
        } catch (IllegalArgumentException e) {
            LOG.debug("malformed query", e);
        }
        return new Parameters(parameters);
    }

    private Response error(Throwable e) {
        if (e instanceof CompletionException && e.getCause() != null) {
            return error(e.getCause());
        }
        if (e instanceof ApiException known) {
            (known.status() >= 500 ? metrics.followUnavailable : metrics.followRefused).increment();
            return Response.error(
                    known.status(),
                    Response.object().put("code", known.code()).put("msg", known.getMessage()));
        }
        if (e instanceof FollowsUnavailableException) {
            return error(new ApiException(ApiException.Reason.UNAVAILABLE, e.getMessage()));
        }
        if (e instanceof TooManyFollowsException) {
            return error(new ApiException(ApiException.Reason.TOO_MANY_FOLLOWS, e.getMessage()));
        }
        LOG.error("{} failed", PATH, e);
        return error(new ApiException(ApiException.Reason.FAILED, "an internal error"));
    }

    private static void send(HttpServerRequest request, Response answer) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(answer.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON + "; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.VARY, "Origin")
                .putHeader("x-content-type-options", "nosniff");
        if (answer.status() == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        if (request.method() == HttpMethod.HEAD) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(answer.body().length));
            response.end();
        } else {
            response.end(Buffer.buffer(answer.body()));
        }
    }

    @Override
    public void close() {
        if (follows != null) {
            follows.close();
        }
    }
}
