package io.dexklines.relay.resume;

import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.stream.EventKey;
import io.dexklines.relay.stream.Held;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The events of a stream after an event id.
 *
 * <p>The relay gets events in the order of their ids. It holds the newest ones, so what is buffered
 * has no gap. The store commits events in the same order. So when it has the oldest buffered event,
 * it has all before it.
 *
 * <p>After a failure of the job, an event may be in the store under its first event id and buffered
 * under a later one. It is recognised by its id.
 */
final class EventResumption extends Resumption {

    /** The most events that one query returns. */
    static final int PAGE = 1_000;

    /** The most events in the buffer. The store has the older ones when it is read again. */
    static final int MAX_BUFFERED = 1_000;

    /** Longer than the job takes to commit an event that it has published. */
    static final long SETTLED_MS = 2_000;

    private static final long KEPT_MS = 7L * 24 * 60 * 60 * 1_000;

    private static final int MICROS_PER_MILLI = 1_000;

    private final long since;

    /** The event id of the last event that was sent; at first that which the client has. */
    private long after;

    /** The events after {@code after} that are not sent yet, by id, in their order. */
    private final Map<String, StreamEvent> buffered = new LinkedHashMap<>();

    /** Events of a job that gives no event ids. */
    private final List<StreamEvent> withoutId = new ArrayList<>();

    /** The oldest buffered event that the store had under another event id, and since when. */
    private String foundId;

    private long foundSinceMs;

    /** Whether what is buffered begins right after {@code since}, so that no store is needed. */
    private boolean isCovered;

    EventResumption(StreamName stream, long since) {
        super(stream);
        this.since = since;
        this.after = since;
    }

    @Override
    public void begin(Held held) {
        for (StreamEvent event : held.events()) {
            if (eventId(event) > after) {
                buffer(event);
            } else if (eventId(event) > 0) {
                // what the relay holds reaches back to the client's last event
                isCovered = true;
            }
        }
    }

    @Override
    void buffer(StreamEvent live) {
        if (eventId(live) == 0) {
            if (withoutId.size() < MAX_BUFFERED) {
                withoutId.add(live);
            }
            return;
        }
        if (eventId(live) <= after) {
            return;
        }
        buffered.putIfAbsent(live.key().id(), live);
        if (buffered.size() > MAX_BUFFERED) {
            removeOldest();
            isCovered = false;
        }
    }

    private void removeOldest() {
        Iterator<StreamEvent> all = buffered.values().iterator();
        all.next();
        all.remove();
    }

    /** Returns the event id; 0 for an event of a job that gives none. */
    private static long eventId(StreamEvent event) {
        return event.key() == null ? 0 : event.key().eventId();
    }

    private StreamEvent oldest() {
        return buffered.isEmpty() ? null : buffered.values().iterator().next();
    }

    @Override
    public Query query(long askedMs) {
        long from = after;
        boolean covered = isCovered;
        StreamEvent oldest = oldest();
        String known = oldest == null ? null : oldest.key().id();
        return (past, cancellation) -> {
            if (covered) {
                return nowMs -> acceptCovered();
            }
            if (past.events().isEmpty()) {
                return this::acceptWithoutStore;
            }
            try {
                PastEvents.Page page =
                        past.events().get().after(stream(), from, PAGE, known, cancellation);
                return nowMs -> accept(page, known, nowMs);
            } catch (StoreUnavailableException e) {
                return nowMs -> {
                    throw ResumeException.unavailable(e.getMessage());
                };
            }
        };
    }

    private List<StreamEvent> acceptCovered() throws ResumeException {
        if (isCovered) {
            completed();
        }
        return List.of();
    }

    private List<StreamEvent> acceptWithoutStore(long nowMs) throws ResumeException {
        StreamEvent oldest = oldest();
        throw ResumeException.tooOld(
                oldest == null ? nowMs * MICROS_PER_MILLI : eventId(oldest) - 1);
    }

    private List<StreamEvent> accept(PastEvents.Page page, String known, long nowMs)
            throws ResumeException {
        long keptFrom = (nowMs - KEPT_MS) * MICROS_PER_MILLI;
        if (after == since && since < keptFrom) {
            throw ResumeException.tooOld(keptFrom);
        }
        StreamEvent oldest = oldest();
        boolean isReached = oldest == null;
        List<StreamEvent> sent = new ArrayList<>();
        for (PastEvent stored : page.events()) {
            if (oldest != null && stored.eventId() >= eventId(oldest)) {
                isReached = true; // what is buffered begins here
                break;
            }
            buffered.remove(stored.id());
            sent.add(event(stored));
            after = stored.eventId();
        }
        boolean hasMore = page.isFull() && sent.size() == page.events().size();
        if (hasMore) {
            advanced();
        } else if (isReached || page.hasKnown() && hasSettled(oldest, known, nowMs)) {
            completed();
        } else {
            if (!sent.isEmpty()) {
                advanced();
            }
            behind(nowMs);
        }
        return sent;
    }

    /**
     * Returns whether the store has had the oldest buffered event for a while, though under a
     * former event id: the events of the job's present attempt that were found before it are stored
     * too.
     */
    private boolean hasSettled(StreamEvent oldest, String known, long nowMs) {
        if (!oldest.key().id().equals(known)) {
            return false;
        }
        if (!known.equals(foundId)) {
            foundId = known;
            foundSinceMs = nowMs;
        }
        return nowMs - foundSinceMs >= SETTLED_MS;
    }

    private StreamEvent event(PastEvent stored) {
        return new StreamEvent(
                stream().text(),
                stored.payload(),
                null,
                null,
                new EventKey(stored.id(), stored.eventId()));
    }

    @Override
    List<StreamEvent> buffered() {
        List<StreamEvent> all = new ArrayList<>(withoutId);
        withoutId.clear();
        for (StreamEvent event : buffered.values()) {
            if (isNew(event)) {
                all.add(event);
            }
        }
        buffered.clear();
        return all;
    }

    @Override
    boolean isNew(StreamEvent live) {
        long eventId = eventId(live);
        if (eventId == 0) {
            return true;
        }
        if (eventId <= after) {
            return false;
        }
        after = eventId;
        return true;
    }
}
