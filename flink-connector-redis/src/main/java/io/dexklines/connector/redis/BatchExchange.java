package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisFrame;
import io.dexklines.connector.redis.connection.RedisLink;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends a batch of requests once, with the text of a script where the server turns out not to know
 * it, and judges each request by the answers to all of its commands.
 */
final class BatchExchange {
    private final RedisLink link;

    BatchExchange(RedisLink link) {
        this.link = link;
    }

    BatchOutcome send(List<RedisRequest> requests) {
        BatchOutcome outcome = new BatchOutcome();

        List<RedisRequest> unknown = round(requests, false, outcome);
        if (!unknown.isEmpty()) {
            // the whole request again, not only the call: what stood behind it may build on it
            round(unknown, true, outcome);
        }
        return outcome;
    }

    /** Sends the requests and judges them, but those whose script is to be sent by its text. */
    private List<RedisRequest> round(
            List<RedisRequest> requests, boolean scriptsByText, BatchOutcome outcome) {
        List<RedisFrame> frames = new ArrayList<>(requests.size());
        for (RedisRequest request : requests) {
            for (RedisCommand command : request.commands()) {
                frames.add(command.frame(scriptsByText));
            }
        }
        RedisFailure[] failures = frames.isEmpty() ? new RedisFailure[0] : link.exchange(frames);

        List<RedisRequest> unknownScripts = new ArrayList<>();
        int from = 0;
        for (RedisRequest request : requests) {
            int to = from + request.commands().size();
            if (judge(request, failures, from, to, !scriptsByText, outcome)) {
                unknownScripts.add(request);
            }
            from = to;
        }
        return unknownScripts;
    }

    /** Whether the request is to be sent again at once, with the text of its scripts. */
    private static boolean judge(
            RedisRequest request,
            RedisFailure[] failures,
            int from,
            int to,
            boolean scriptsMayBeMissing,
            BatchOutcome outcome) {
        RedisFailure retry = null;
        boolean scriptMissing = false;
        BatchOutcome.Refused refused = null;
        int passed = 0;
        int failed = 0;
        for (int i = from; i < to; i++) {
            RedisFailure failure = failures[i];
            if (failure == null) {
                passed++;
                continue;
            }
            switch (failure.kind()) {
                case CLIENT_REFUSED -> outcome.clientRefused = failure;
                case SCRIPT_MISSING -> {
                    outcome.scriptsMissing++;
                    scriptMissing = true;
                    retry = scriptsMayBeMissing || retry != null ? retry : failure;
                }
                case COMMAND_REFUSED -> {
                    failed++;
                    if (refused == null) {
                        refused =
                                new BatchOutcome.Refused(
                                        request, request.commands().get(i - from), failure);
                    }
                }
                case RETRY, REDIRECTED, RECONNECT -> {
                    outcome.connectionFailed |= failure.kind() == RedisFailure.Kind.RECONNECT;
                    retry = retry == null ? failure : retry;
                }
                default -> throw new IllegalStateException("no such kind " + failure.kind());
            }
        }
        outcome.commandsSent += passed;

        // a refused command is refused again when the request is complete; that is soon enough
        if (retry != null) {
            outcome.toRetry.add(request);
            outcome.commandsToRetry += request.commands().size();
            outcome.retryReason = outcome.retryReason == null ? retry : outcome.retryReason;
            return false;
        }
        if (scriptMissing) {
            return true;
        }
        if (refused != null) {
            outcome.refused.add(refused);
            outcome.commandsFailed += failed;
        }
        return false;
    }
}
