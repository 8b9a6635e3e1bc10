package io.dexklines.relay.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.relay.history.Cancellation;

/**
 * A path of the history API that serves clients of another API, with its shapes of answers and
 * errors. Limits and headers are those of {@code /api/klines}. Thread-safe.
 */
public interface ForeignEndpoint {

    /** Returns the path. */
    String path();

    /**
     * Answers a request, on a thread that may block.
     *
     * @throws ApiException if a parameter is invalid
     */
    Response answer(Parameters parameters, Cancellation cancellation);

    /**
     * Returns the body of an error.
     *
     * @param status the HTTP status of the answer
     */
    ObjectNode error(int status, String message);
}
