package io.dexklines.relay.subscribe;

import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.FrameDeflater;
import io.dexklines.relay.stream.StreamEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;

/**
 * Events that are delivered to one connection one after another: those of a shorter run and one
 * more. Connections that get the same events have the same run and share the bytes of its frames,
 * which are joined so that one write sends all of them.
 *
 * <p>The runs of a delivery are a tree, with {@link #empty} as its root. A run counts the
 * connections that have it, and frees its bytes when there is none left. Not thread-safe.
 */
final class EventRun {

    /** Every form with and without compression. */
    private static final int FORMS = 2 * MessageForm.FRAMES;

    /** Null for the empty run. */
    private final EventRun before;

    private final Emission emission;
    private final StreamEvent event;
    private final int size;
    private final int bytes;

    /** The run that the newest event continues this one with; null if there is none. */
    private EventRun continued;

    private int connections;

    /** The joined frames in each form; null until they are needed. */
    private ByteBuf[] frames;

    private EventRun(EventRun before, Emission emission, StreamEvent event) {
        this.before = before;
        this.emission = emission;
        this.event = event;
        this.size = before == null ? 0 : before.size + 1;
        this.bytes = before == null ? 0 : before.bytes + event.data().length;
    }

    /** Returns a run without events, with which all connections of a delivery begin. */
    static EventRun empty() {
        return new EventRun(null, null, null);
    }

    /**
     * Moves a connection from this run to the one that has one event more. Events must be added in
     * the same order for all connections, each for all of its connections before the next.
     *
     * @param of the emission with the event
     */
    EventRun with(StreamEvent next, Emission of) {
        if (continued == null || continued.event != next) {
            continued = new EventRun(this, of, next);
        }
        continued.connections++;
        leave();
        return continued;
    }

    /** Returns the number of events. */
    int size() {
        return size;
    }

    /** Returns the bytes of the payloads. */
    int bytes() {
        return bytes;
    }

    /**
     * Returns the frames of all events for a connection that has this run, and leaves it. The
     * caller must release them.
     *
     * @param deflater null for frames that are not compressed
     */
    ByteBuf take(MessageForm form, FrameDeflater deflater, ByteBufAllocator allocator) {
        if (frames == null) {
            frames = new ByteBuf[FORMS];
        }
        int place = 2 * form.index() + (deflater == null ? 0 : 1);
        if (frames[place] == null) {
            frames[place] = join(form, deflater, allocator);
        }
        ByteBuf taken = frames[place];
        if (connections > 1) {
            taken = taken.retainedDuplicate();
        } else {
            frames[place] = null;
        }
        leave();
        return taken;
    }

    /** Leaves the run, of which the connection needs nothing. */
    void leave() {
        if (before == null || --connections > 0 || frames == null) {
            return;
        }
        for (ByteBuf unused : frames) {
            if (unused != null) {
                unused.release();
            }
        }
        frames = null;
    }

    private ByteBuf join(MessageForm form, FrameDeflater deflater, ByteBufAllocator allocator) {
        byte[][] all = new byte[size][];
        int length = 0;
        for (EventRun run = this; run.before != null; run = run.before) {
            byte[] frame = form.frame(run.event, deflater);
            all[run.size - 1] = frame;
            length += frame.length;
        }
        // full, so that no handler appends to bytes that connections share
        ByteBuf joined = allocator.directBuffer(length, length);
        for (byte[] frame : all) {
            joined.writeBytes(frame);
        }
        return joined;
    }

    /** Returns the emissions of the events, with no other events. */
    List<Emission> emissions() {
        LinkedList<Emission> emissions = new LinkedList<>();
        LinkedList<StreamEvent> events = new LinkedList<>();
        for (EventRun run = this; run.before != null; run = run.before) {
            events.addFirst(run.event);
            if (run.before.emission != run.emission) {
                emissions.addFirst(part(run.emission, events));
                events.clear();
            }
        }
        return emissions;
    }

    private static Emission part(Emission emission, List<StreamEvent> events) {
        return events.size() == emission.events().size()
                ? emission
                : new Emission(emission.pair(), new ArrayList<>(events));
    }
}
