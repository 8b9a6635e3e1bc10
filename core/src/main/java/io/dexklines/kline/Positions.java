package io.dexklines.kline;

import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.TradePosition;
import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * The positions of a pair's trades to which its klines refer by number. Several klines refer to one
 * position, because the same trades open and close many of them. A position that no kline refers to
 * is removed when there is no room for another one. Not thread-safe.
 *
 * <p>The position {@link #LABELS} is that of the trade that set the labels of the pair.
 */
final class Positions {

    /** The number of the position of the trade that set the pair's labels. */
    static final int LABELS = 0;

    private static final int SMALLEST_CAPACITY = 4;

    private static final int PLACE = 5;
    private static final int TIME = 0;
    private static final int BLOCK = 1;
    private static final int TRANSACTION = 2;
    private static final int LOG = 3;
    private static final int INDEX = 4;

    private long[] places;
    private IdentityFields[] fields;
    private int size = 1;

    /** The position that the offered one was compared with last; {@link #LABELS} if none. */
    private int compared;

    private int comparison;

    Positions() {
        this(new long[SMALLEST_CAPACITY * PLACE], new IdentityFields[SMALLEST_CAPACITY]);
        fields[LABELS] = IdentityFields.NONE;
    }

    private Positions(long[] places, IdentityFields[] fields) {
        this.places = places;
        this.fields = fields;
    }

    Positions copy() {
        Positions copy = new Positions(places.clone(), fields.clone());
        copy.size = size;
        return copy;
    }

    /** Returns the number of positions, {@link #LABELS} included. */
    int size() {
        return size;
    }

    boolean hasRoomFor(int more) {
        return size + more <= fields.length;
    }

    /** Sets the position of a number. */
    void set(int number, TradePosition position) {
        int at = number * PLACE;
        places[at + TIME] = position.blockTimeSeconds();
        places[at + BLOCK] = position.block();
        places[at + TRANSACTION] = position.transactionIndex();
        places[at + LOG] = position.logIndex();
        places[at + INDEX] = position.index();
        fields[number] = position.fields();
    }

    /** Sets the position of a number to that of a number of other positions, or of these. */
    void set(int number, Positions source, int from) {
        System.arraycopy(source.places, from * PLACE, places, number * PLACE, PLACE);
        fields[number] = source.fields[from];
    }

    /**
     * Adds a position of other positions, unless there is an equal one. There must be room. Returns
     * its number.
     */
    int add(Positions source, int from) {
        set(size, source, from);
        for (int number = size - 1; number > LABELS; number--) {
            if (compare(number, size) == 0) {
                return number;
            }
        }
        return size++;
    }

    /**
     * Sets the position that would be added next. There must be room. Returns its number, which the
     * next call returns again unless {@link #keepOffered} is called.
     */
    int offer(TradePosition position) {
        set(size, position);
        compared = LABELS;
        return size;
    }

    /** Adds the position that was offered. */
    void keepOffered() {
        size++;
    }

    /** Compares the position that was offered with another one than {@link #LABELS}. */
    int compareOffered(int other) {
        if (other != compared) {
            compared = other;
            comparison = compare(size, other);
        }
        return comparison;
    }

    /** Compares two positions in the order of {@link TradePosition}. */
    int compare(int one, int other) {
        int a = one * PLACE;
        int b = other * PLACE;
        for (int i = 0; i < PLACE; i++) {
            if (places[a + i] != places[b + i]) {
                return places[a + i] < places[b + i] ? -1 : 1;
            }
        }
        return fields[one].compareTo(fields[other]);
    }

    /** Compares a position with one of a number. */
    int compare(TradePosition position, int other) {
        return position.compareTo(with(other, fields[other]));
    }

    /** Returns a position without its fields. */
    TradePosition withoutFields(int number) {
        return with(number, IdentityFields.NONE);
    }

    private TradePosition with(int number, IdentityFields identityFields) {
        int at = number * PLACE;
        return new TradePosition(
                places[at + TIME],
                places[at + BLOCK],
                places[at + TRANSACTION],
                places[at + LOG],
                (int) places[at + INDEX],
                identityFields);
    }

    /**
     * Drops the fields of positions.
     *
     * @param ends whether no further trade can have the given block time, epoch milliseconds
     */
    void dropFields(LongPredicate ends) {
        for (int number = 0; number < size; number++) {
            if (fields[number] != IdentityFields.NONE
                    && ends.test(places[number * PLACE + TIME] * 1000)) {
                fields[number] = IdentityFields.NONE;
            }
        }
    }

    /**
     * Removes positions and makes room.
     *
     * @param numbers by number, not 0 if the position is kept; then the number that it has got
     * @param more for how many positions to make room
     */
    void compact(int[] numbers, int more) {
        numbers[LABELS] = 1;
        int kept = 0;
        for (int number = 0; number < size; number++) {
            if (numbers[number] != 0) {
                set(kept, this, number);
                numbers[number] = kept++;
            }
        }
        size = kept;
        compared = LABELS;
        if (2 * (size + more) > fields.length) {
            grow(2 * (size + more));
        } else {
            Arrays.fill(fields, size, fields.length, null);
        }
    }

    private void grow(int capacity) {
        places = Arrays.copyOf(places, capacity * PLACE);
        fields = Arrays.copyOf(fields, capacity);
    }

    /** Writes positions of one message, each distinct one once. */
    final class Writer {
        private final int[] references = new int[size];
        private int written;

        /** Whether the first position that was written is {@link #LABELS}. */
        private boolean beginsWithLabels;

        void write(EncodedBytes out, int number) throws IOException {
            if (beginsWithLabels && references[number] == 0 && compare(number, LABELS) == 0) {
                references[number] = references[LABELS];
            }
            Varint.write(out, references[number]);
            if (references[number] != 0) {
                return;
            }
            references[number] = ++written;
            beginsWithLabels |= number == LABELS;
            int at = number * PLACE;
            for (int i = 0; i < PLACE; i++) {
                Varint.write(out, places[at + i]);
            }
            fields[number].write(out);
        }
    }

    /**
     * Reads a position, or the reference to one, of the only message that is read into these
     * positions. Returns its number.
     *
     * @param former whether the message is of a version with identities of 64 bits
     */
    int read(DataInput in, boolean former) throws IOException {
        int reference = (int) Varint.read(in);
        if (reference > 0) {
            return reference;
        }
        if (!hasRoomFor(1)) {
            grow(2 * size);
        }
        for (int i = 0; i < PLACE; i++) {
            places[size * PLACE + i] = Varint.read(in);
        }
        fields[size] = former ? IdentityFields.ofFormer(in.readLong()) : IdentityFields.read(in);
        return size++;
    }
}
