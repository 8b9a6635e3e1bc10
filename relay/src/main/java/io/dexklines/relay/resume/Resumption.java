package io.dexklines.relay.resume;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.stream.Held;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import java.util.List;

/**
 * The subscription of one client to one stream from a point in the past on.
 *
 * <p>It subscribes to what is live first ({@link #begin}) and buffers it ({@link #admits}), then
 * reads the stores ({@link #query}) until they reach what is buffered, and then passes on what is
 * buffered ({@link #release}) and what is live. A store may be behind what was published. So it is
 * read again until it has everything that was published before the subscription began.
 *
 * <p>Not thread-safe: one thread calls it. Only queries run on other threads.
 */
public abstract class Resumption {

    /** What has to be read. Any thread may run it, and it blocks. */
    public interface Query {

        /** Reads from the stores. */
        Answer run(Past past, Cancellation cancellation);
    }

    /** What was read. */
    public interface Answer {

        /**
         * Takes note of what was read, on the thread of the resumption.
         *
         * @param nowMs the wall clock, epoch milliseconds
         * @return the messages to send now, in their order
         * @throws ResumeException if the stream cannot go on
         */
        List<StreamEvent> accept(long nowMs) throws ResumeException;
    }

    /** How long stores may lag behind what was published before a client is refused. */
    static final long MAX_LAG_MS = 5_000;

    private final StreamName stream;
    private boolean isComplete;
    private boolean isReleased;
    private boolean isBehind;
    private long behindSinceMs;

    Resumption(StreamName stream) {
        this.stream = stream;
    }

    /** Returns whether a stream has a past, so that it can go on from a point in it. */
    public static boolean hasPast(StreamName stream) {
        return switch (stream.kind()) {
            case KLINE, SMART_MONEY, ALERTS -> true;
            default -> false;
        };
    }

    /**
     * Returns a resumption.
     *
     * @param since klines: the open time of the first one, epoch milliseconds; events: the event id
     *     of the last one that the client has. See {@link Since}
     * @throws IllegalArgumentException if the stream has no past
     */
    public static Resumption of(StreamName stream, long since) {
        return switch (stream.kind()) {
            case KLINE -> new KlineResumption(stream, Since.openTimeMs(since));
            case SMART_MONEY, ALERTS -> new EventResumption(stream, Since.eventId(since));
            default -> throw new IllegalArgumentException(stream + " has no past");
        };
    }

    public final StreamName stream() {
        return stream;
    }

    /**
     * Begins. Everything that is published later is passed to {@link #admits}.
     *
     * @param held what the relay holds of the stream
     */
    public abstract void begin(Held held);

    /**
     * Returns what to read next. Must not be called when everything was read.
     *
     * @param nowMs the wall clock, epoch milliseconds
     */
    public abstract Query query(long nowMs);

    /** Returns whether the stores have been read up to what is buffered. */
    public final boolean isComplete() {
        return isComplete;
    }

    /** Returns whether the store was behind when it was read last, so that it is read again. */
    public final boolean isBehind() {
        return isBehind;
    }

    /**
     * Returns whether a message that is live is to be sent now. It is not while it is buffered, and
     * not if the client has it.
     */
    public final boolean admits(StreamEvent live) {
        if (isReleased) {
            return isNew(live);
        }
        buffer(live);
        return false;
    }

    /** Ends the buffering, and returns what is buffered and not yet sent, in its order. */
    public final List<StreamEvent> release() {
        isReleased = true;
        return buffered();
    }

    abstract void buffer(StreamEvent live);

    /** Returns the buffered messages, and forgets them. */
    abstract List<StreamEvent> buffered();

    /** Returns whether the client lacks a message, and notes that it gets it. */
    abstract boolean isNew(StreamEvent live);

    final void completed() {
        isBehind = false;
        isComplete = true;
    }

    final void advanced() {
        isBehind = false;
    }

    /** Notes that the store is behind. */
    final void behind(long nowMs) throws ResumeException {
        if (!isBehind) {
            isBehind = true;
            behindSinceMs = nowMs;
        }
        if (nowMs - behindSinceMs > MAX_LAG_MS) {
            throw ResumeException.behind();
        }
    }
}
