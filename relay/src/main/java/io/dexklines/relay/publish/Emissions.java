package io.dexklines.relay.publish;

import io.dexklines.relay.stream.Publication;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts publications together that belong to one emission: consecutive klines of one pair and with
 * one {@code E} in one message. Splits an emission that has more than {@value #MAX_KLINES} klines,
 * or whose payloads reach {@value #MAX_BYTES} bytes.
 */
final class Emissions {

    static final int MAX_KLINES = 8_192;

    static final int MAX_BYTES = 4 * 1024 * 1024;

    private List<Publication> current = new ArrayList<>();
    private long bytes;

    /** Adds the next publication of a message, and the emission that ends before it, if any. */
    void add(Publication next, List<List<Publication>> complete) {
        if (!current.isEmpty()
                && (current.size() == MAX_KLINES
                        || bytes >= MAX_BYTES
                        || !next.continues(current.get(current.size() - 1)))) {
            end(complete);
        }
        current.add(next);
        bytes += next.data().length;
    }

    /** Adds the last emission of a message, if any. */
    void end(List<List<Publication>> complete) {
        if (!current.isEmpty()) {
            complete.add(current);
            current = new ArrayList<>();
            bytes = 0;
        }
    }
}
