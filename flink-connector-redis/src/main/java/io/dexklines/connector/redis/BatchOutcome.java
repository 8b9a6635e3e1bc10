package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisFailure;
import java.util.ArrayList;
import java.util.List;

/** What became of a batch of requests, and what is to be done about it. Filled by one thread. */
final class BatchOutcome {

    /** A request that will never pass, for that one of its commands. */
    record Refused(RedisRequest request, RedisCommand command, RedisFailure failure) {}

    /** Requests to send again. */
    final List<RedisRequest> toRetry = new ArrayList<>();

    /** Why the first of {@link #toRetry} is among them. */
    RedisFailure retryReason;

    final List<Refused> refused = new ArrayList<>();

    /** Set when the server lets this client do nothing: no request will ever pass. */
    RedisFailure clientRefused;

    int commandsSent;
    int commandsFailed;
    int commandsToRetry;
    int scriptsMissing;
    boolean connectionFailed;
}
