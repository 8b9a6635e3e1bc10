package io.dexklines.relay.stream;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The klines that the relay holds for one stream: the versions of the newest {@value #VERSIONS}
 * klines, and the events of the newest {@value #EVENTS} among them.
 *
 * <p>Versions older than the held one are refused. Klines older than all held ones are passed on
 * without being stored. They are corrections or replays, whose publisher sends the versions of a
 * kline in order, and clients can compare the numbers of trades themselves.
 */
final class StreamKlines implements HeldStream {

    /** Enough for corrections of one-second klines that arrive minutes late. */
    static final int VERSIONS = 256;

    /** The current kline and the two before it, which always include the newest closed one. */
    static final int EVENTS = 3;

    private static final int FIRST_CAPACITY = 4;

    /** This object and its array of events. */
    private static final long BYTES = 48 + HeapBytes.array(EVENTS, HeapBytes.REFERENCE);

    private final String stream;
    private final long fixedBytes;
    private int size;

    // the versions, ascending by open time; arrays, since objects would take thrice the memory
    private long[] openTimesMs = new long[FIRST_CAPACITY];
    private long[] trades = new long[FIRST_CAPACITY];
    private int[] contents = new int[FIRST_CAPACITY];
    private boolean[] closed = new boolean[FIRST_CAPACITY];

    /** The events of the newest klines, of which the last belongs to the last version. */
    private final StreamEvent[] events = new StreamEvent[EVENTS];

    StreamKlines(String stream) {
        this.stream = stream;
        this.fixedBytes = BYTES + HeapBytes.string(stream);
    }

    @Override
    public String stream() {
        return stream;
    }

    /** Returns the pair of the stream. */
    String pair() {
        return StreamName.pairOf(stream);
    }

    long newestOpenTimeMs() {
        return openTimesMs[size - 1];
    }

    /** Accepts the event unless a newer version is held. Returns whether it was accepted. */
    boolean offer(StreamEvent event) {
        long openTimeMs = event.version().openTimeMs();
        int place = size;
        while (place > 0 && openTimesMs[place - 1] > openTimeMs) {
            place--;
        }
        if (place > 0 && openTimesMs[place - 1] == openTimeMs) {
            return replace(place - 1, event);
        }
        if (size < VERSIONS) {
            insert(place, event);
        } else if (place > 0) {
            removeOldest();
            insert(place - 1, event);
        }
        return true;
    }

    private boolean replace(int index, StreamEvent event) {
        if (!event.version().supersedes(version(index))) {
            return false;
        }
        set(index, event.version());
        int place = index - size + EVENTS;
        if (place >= 0) {
            events[place] = event.on(stream);
        }
        return true;
    }

    private void removeOldest() {
        size--;
        move(1, 0, size);
    }

    private void insert(int index, StreamEvent event) {
        if (size == contents.length) {
            int capacity = Math.min(VERSIONS, size + size / 2);
            openTimesMs = Arrays.copyOf(openTimesMs, capacity);
            trades = Arrays.copyOf(trades, capacity);
            contents = Arrays.copyOf(contents, capacity);
            closed = Arrays.copyOf(closed, capacity);
        }
        move(index, index + 1, size - index);
        size++;
        set(index, event.version());
        int place = index - size + EVENTS;
        if (place >= 0) {
            System.arraycopy(events, 1, events, 0, place);
            events[place] = event.on(stream);
        }
    }

    private void move(int from, int to, int count) {
        System.arraycopy(openTimesMs, from, openTimesMs, to, count);
        System.arraycopy(trades, from, trades, to, count);
        System.arraycopy(contents, from, contents, to, count);
        System.arraycopy(closed, from, closed, to, count);
    }

    private void set(int index, KlineVersion version) {
        openTimesMs[index] = version.openTimeMs();
        trades[index] = version.trades();
        contents[index] = version.content();
        closed[index] = version.closed();
    }

    private KlineVersion version(int index) {
        return new KlineVersion(openTimesMs[index], trades[index], closed[index], contents[index]);
    }

    /** Returns the held versions of all klines, ascending by open time. */
    List<KlineVersion> versions() {
        return IntStream.range(0, size).mapToObj(this::version).toList();
    }

    /** Returns the held version of a kline; null if there is none. */
    KlineVersion version(long openTimeMs) {
        int index = Arrays.binarySearch(openTimesMs, 0, size, openTimeMs);
        return index < 0 ? null : version(index);
    }

    /** Returns the number of trades of the held klines that open in {@code [fromMs, toMs)}. */
    long trades(long fromMs, long toMs) {
        long sum = 0;
        for (int index = size - 1; index >= 0 && openTimesMs[index] >= fromMs; index--) {
            if (openTimesMs[index] < toMs) {
                sum += trades[index];
            }
        }
        return sum;
    }

    // held events are copied, so that the frames that recipients share are not held with them

    /** Returns the newest version of the kline that opened last. */
    StreamEvent current() {
        return events[EVENTS - 1].on(stream);
    }

    /** Returns all held events, ascending by open time. */
    List<StreamEvent> recent() {
        return Stream.of(events).filter(Objects::nonNull).map(event -> event.on(stream)).toList();
    }

    /** Returns the newest closed kline whose event is held; null if there is none. */
    StreamEvent newestClosed() {
        for (int place = EVENTS - 1; place >= 0; place--) {
            StreamEvent event = events[place];
            if (event != null && event.version().closed()) {
                return event.on(stream);
            }
        }
        return null;
    }

    @Override
    public long heldBytes() {
        long bytes =
                fixedBytes
                        + 2 * HeapBytes.array(openTimesMs.length, Long.BYTES)
                        + HeapBytes.array(contents.length, Integer.BYTES)
                        + HeapBytes.array(closed.length, Byte.BYTES);
        for (StreamEvent event : events) {
            bytes += event == null ? 0 : event.heldBytes();
        }
        return bytes;
    }
}
