package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.EncodedCommand;
import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisLink;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends batches of requests and evaluates the replies. If the server does not know a script, the
 * request is sent a second time with the text of the script.
 */
final class BatchExchange {

    /**
     * The outcome of one batch: the requests to retry, the requests that Redis refused, and the
     * number of commands for each metric. Not thread-safe.
     */
    static final class Outcome {
        /** Requests to send again. */
        final List<RedisRequest> toRetry = new ArrayList<>();

        /** The failure of the first request to retry; null if there is none. */
        RedisFailure retryReason;

        /** Requests that Redis will never carry out. */
        final List<Refusal> refused = new ArrayList<>();

        /** The failure that concerns every request of this client; null if there is none. */
        RedisFailure clientRefused;

        int commandsSent;
        int commandsFailed;
        int commandsToRetry;
        int scriptsMissing;
        boolean connectionFailed;
    }

    /** A request that Redis will never carry out, and the first of its commands that failed. */
    record Refusal(RedisRequest request, RedisCommand command, RedisFailure failure) {}

    private final RedisLink link;

    BatchExchange(RedisLink link) {
        this.link = link;
    }

    /** Sends the requests in one pipeline. Blocks until every command has an outcome. */
    Outcome send(List<RedisRequest> requests) {
        Outcome outcome = new Outcome();
        List<RedisRequest> withUnknownScript = sendOnce(requests, false, outcome);
        if (!withUnknownScript.isEmpty()) {
            // the whole request, because its later commands may depend on the script
            sendOnce(withUnknownScript, true, outcome);
        }
        return outcome;
    }

    /** Returns the requests to send again at once, with the text of their scripts. */
    private List<RedisRequest> sendOnce(
            List<RedisRequest> requests, boolean scriptsByText, Outcome outcome) {
        List<EncodedCommand> commands = new ArrayList<>(requests.size());
        for (RedisRequest request : requests) {
            for (RedisCommand command : request.commands()) {
                commands.add(command.encode(scriptsByText));
            }
        }
        RedisFailure[] failures =
                commands.isEmpty() ? new RedisFailure[0] : link.exchange(commands);

        List<RedisRequest> withUnknownScript = new ArrayList<>();
        int from = 0;
        for (RedisRequest request : requests) {
            if (evaluate(request, failures, from, scriptsByText, outcome)) {
                withUnknownScript.add(request);
            }
            from += request.commands().size();
        }
        return withUnknownScript;
    }

    /**
     * Adds the result of one request to the outcome.
     *
     * @param from the index of the request's first command in {@code failures}
     * @return whether to send the request again at once, with the text of its scripts
     */
    private static boolean evaluate(
            RedisRequest request,
            RedisFailure[] failures,
            int from,
            boolean scriptsByText,
            Outcome outcome) {
        RedisFailure retry = null;
        boolean scriptMissing = false;
        Refusal refusal = null;
        int failed = 0;
        for (int i = 0; i < request.commands().size(); i++) {
            RedisFailure failure = failures[from + i];
            if (failure == null) {
                outcome.commandsSent++;
                continue;
            }
            switch (failure.kind()) {
                case CLIENT_REFUSED -> outcome.clientRefused = failure;
                case SCRIPT_MISSING -> {
                    outcome.scriptsMissing++;
                    scriptMissing = true;
                    retry = scriptsByText && retry == null ? failure : retry;
                }
                case COMMAND_REFUSED -> {
                    failed++;
                    if (refusal == null) {
                        refusal = new Refusal(request, request.commands().get(i), failure);
                    }
                }
                case RETRY, OUT_OF_MEMORY, REDIRECTED, RECONNECT -> {
                    outcome.connectionFailed |= failure.kind() == RedisFailure.Kind.RECONNECT;
                    retry = retry == null ? failure : retry;
                }
                default -> throw new IllegalStateException("no such kind " + failure.kind());
            }
        }

        // a retry comes first: Redis refuses the command again once all others are answered
        if (retry != null) {
            outcome.toRetry.add(request);
            outcome.commandsToRetry += request.commands().size();
            outcome.retryReason = outcome.retryReason == null ? retry : outcome.retryReason;
        } else if (!scriptMissing && refusal != null) {
            outcome.refused.add(refusal);
            outcome.commandsFailed += failed;
        }
        return retry == null && scriptMissing;
    }
}
