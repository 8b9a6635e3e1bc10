package io.dexklines.relay.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The newest {@value #TRADES} trades of a pair, with which a new subscriber begins. A trade that is
 * among them is refused when it is redelivered.
 */
final class StreamTrades implements HeldStream {

    static final int TRADES = 20;

    /** This object and its queue. */
    private static final long BYTES = 40 + 24 + HeapBytes.array(TRADES + 1, HeapBytes.REFERENCE);

    private record Trade(String id, StreamEvent event) {

        static final int BYTES = 24;

        long bytes() {
            return BYTES + HeapBytes.string(id) + event.heldBytes();
        }
    }

    private final String stream;

    /** In order of arrival. */
    private final Deque<Trade> trades = new ArrayDeque<>(TRADES);

    private long bytes;

    StreamTrades(String stream) {
        this.stream = stream;
        this.bytes = BYTES + HeapBytes.string(stream);
    }

    @Override
    public String stream() {
        return stream;
    }

    /** Adds a trade unless it is held. Returns whether it was added. */
    boolean offer(String id, StreamEvent event) {
        // a redelivered trade is most likely one of the newest
        for (Iterator<Trade> held = trades.descendingIterator(); held.hasNext(); ) {
            if (held.next().id.equals(id)) {
                return false;
            }
        }
        if (trades.size() == TRADES) {
            bytes -= trades.removeFirst().bytes();
        }
        Trade trade = new Trade(id, event.on(stream));
        bytes += trade.bytes();
        trades.addLast(trade);
        return true;
    }

    /** Returns the held trades, oldest first. */
    List<StreamEvent> held() {
        // copies, so that the frames that recipients share are not held with them
        return trades.stream().map(trade -> trade.event.on(stream)).toList();
    }

    @Override
    public long heldBytes() {
        return bytes;
    }
}
