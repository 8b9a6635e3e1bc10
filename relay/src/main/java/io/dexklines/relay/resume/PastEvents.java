package io.dexklines.relay.resume;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.QueryEndedException;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.stream.StreamName;
import java.util.List;

/**
 * A store of events, which has each event of a stream soon after it is published. It gets them in
 * the order of their ids, so it has all events before the last one that it has. Thread-safe.
 */
public interface PastEvents {

    /**
     * Events of a stream.
     *
     * @param events ascending by event id
     * @param isFull whether there may be more of them
     * @param hasKnown whether the store has the event that was asked for by its id
     */
    record Page(List<PastEvent> events, boolean isFull, boolean hasKnown) {}

    /**
     * Reads the oldest events after an event id. Blocks until the store has answered.
     *
     * @param limit the most events
     * @param knownId the id of an event to look for besides; null for none
     * @throws StoreUnavailableException if the store does not answer
     * @throws QueryEndedException if the query has to end
     */
    Page after(
            StreamName stream, long eventId, int limit, String knownId, Cancellation cancellation);
}
