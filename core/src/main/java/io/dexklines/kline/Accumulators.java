package io.dexklines.kline;

import io.dexklines.trade.Swap;
import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Accumulates trades into the klines of one pair. Klines with the same trades share an accumulator,
 * so a pair that has traded in a single minute has one for all intervals.
 *
 * <p>An accumulator is a number: its values are in arrays that all accumulators of the pair share.
 * Adding and merging are commutative and associative, so the result depends only on the set of
 * trades, not on the order in which they arrive or are merged. Not thread-safe.
 *
 * <p>Prices and market capitalisations are those of the trades that are not part of a sandwich
 * attack. If there are no such trades, the sandwich trades set them. Volumes and counts include all
 * trades.
 *
 * <p>Format of an accumulator: flags; the positions of the opening, closing, first and last trade;
 * the prices and market capitalisations, one value for four that are equal; trades, buys and the
 * sums. Integers are LEB128.
 */
final class Accumulators {

    private static final int VOLUME_USD = 0;
    private static final int VOLUME_TOKEN = 1;
    private static final int BUY_VOLUME_USD = 2;
    private static final int BUY_VOLUME_TOKEN = 3;
    private static final int SUMS = 4;

    // The words of an accumulator. The first four are numbers of positions.
    private static final int OPENING = 0;
    private static final int CLOSING = 1;
    private static final int FIRST = 2;
    private static final int LAST = 3;
    private static final int POSITIONS = 4;
    private static final int TRADES = 4;
    private static final int BUYS = 5;

    /** Bits, see {@link #ONLY_CLAMPED} and {@link #CHANGED}. */
    private static final int STATE = 6;

    /** The number of klines with the trades. */
    private static final int KLINES = 7;

    // The bits of doubles.
    private static final int OPEN = 8;
    private static final int HIGH = 9;
    private static final int LOW = 10;
    private static final int CLOSE = 11;

    /** The distance from a price to the market capitalisation. */
    private static final int MCAP = 4;

    private static final int WORDS = 16;

    /** The number of no accumulator. */
    static final int NONE = -1;

    private static final long ONLY_CLAMPED = 1;
    private static final long CHANGED = 2;

    private static final int FLAG_ONLY_CLAMPED = 1;
    private static final int FLAG_ONE_PRICE = 2;
    private static final int FLAG_ONE_MCAP = 4;

    private final Positions positions;
    private final ExactSums sums;
    private long[] words;
    private int size;

    Accumulators() {
        this(new Positions(), new ExactSums(0), new long[0]);
    }

    private Accumulators(Positions positions, ExactSums sums, long[] words) {
        this.positions = positions;
        this.sums = sums;
        this.words = words;
    }

    Accumulators copy() {
        Accumulators copy =
                new Accumulators(
                        positions.copy(),
                        sums.copy(size * SUMS),
                        Arrays.copyOf(words, size * WORDS));
        copy.size = size;
        return copy;
    }

    Positions positions() {
        return positions;
    }

    /** Returns an accumulator without trades, for the given number of klines. */
    int open(int klines) {
        int opened = size++;
        if (size * WORDS > words.length) {
            resize(size + size / 2);
        }
        int at = opened * WORDS;
        Arrays.fill(words, at, at + WORDS, 0);
        words[at + STATE] = ONLY_CLAMPED;
        words[at + KLINES] = klines;
        sums.clear(opened * SUMS, SUMS);
        return opened;
    }

    /** Returns an accumulator with the trades of another one, for some of its klines. */
    int split(int accumulator, int klines) {
        int split = open(klines);
        words[accumulator * WORDS + KLINES] -= klines;
        System.arraycopy(words, accumulator * WORDS, words, split * WORDS, KLINES);
        System.arraycopy(
                words, accumulator * WORDS + OPEN, words, split * WORDS + OPEN, WORDS - OPEN);
        sums.set(split * SUMS, sums, accumulator * SUMS, SUMS);
        return split;
    }

    /** Returns an accumulator with the trades of one of other accumulators, for one kline. */
    int take(Accumulators source, int accumulator) {
        makeRoomForPositions(POSITIONS);
        int taken = open(1);
        int at = taken * WORDS;
        int from = accumulator * WORDS;
        System.arraycopy(source.words, from, words, at, KLINES);
        System.arraycopy(source.words, from + OPEN, words, at + OPEN, WORDS - OPEN);
        for (int i = 0; i < POSITIONS; i++) {
            int same = 0;
            while (source.words[from + same] != source.words[from + i]) {
                same++;
            }
            words[at + i] =
                    same < i
                            ? words[at + same]
                            : positions.add(source.positions, (int) source.words[from + i]);
        }
        sums.set(taken * SUMS, source.sums, accumulator * SUMS, SUMS);
        return taken;
    }

    /** Adds a kline to those with the trades of an accumulator. */
    void share(int accumulator) {
        words[accumulator * WORDS + KLINES]++;
    }

    /** Removes a kline from those with the trades of an accumulator. */
    void release(int accumulator) {
        words[accumulator * WORDS + KLINES]--;
    }

    /** Removes the accumulators without klines. Returns the new number of each, by its number. */
    int[] compact() {
        int[] numbers = new int[size];
        int kept = 0;
        for (int accumulator = 0; accumulator < size; accumulator++) {
            if (klines(accumulator) > 0) {
                numbers[accumulator] = kept;
                if (kept < accumulator) {
                    System.arraycopy(words, accumulator * WORDS, words, kept * WORDS, WORDS);
                    sums.set(kept * SUMS, sums, accumulator * SUMS, SUMS);
                }
                kept++;
            }
        }
        size = kept;
        if (2 * size * WORDS <= words.length) {
            resize(size);
        }
        return numbers;
    }

    private void resize(int capacity) {
        words = Arrays.copyOf(words, capacity * WORDS);
        sums.resize(capacity * SUMS);
    }

    /** Returns the number of klines with the trades of an accumulator. */
    int klines(int accumulator) {
        return (int) words[accumulator * WORDS + KLINES];
    }

    /** Returns the number of trades of an accumulator. */
    long trades(int accumulator) {
        return words[accumulator * WORDS + TRADES];
    }

    /** Returns whether trades were added since {@link #setChanged} was called with false. */
    boolean isChanged(int accumulator) {
        return (words[accumulator * WORDS + STATE] & CHANGED) != 0;
    }

    void setChanged(int accumulator, boolean changed) {
        int at = accumulator * WORDS + STATE;
        words[at] = changed ? words[at] | CHANGED : words[at] & ~CHANGED;
    }

    /**
     * Adds a trade to accumulators. The caller ensures that it has not been added before.
     *
     * @param accumulators the numbers of accumulators
     * @param count how many of them the trade is added to
     */
    void add(Swap swap, int[] accumulators, int count) {
        makeRoomForPositions(1);
        int offered = positions.offer(swap.position());
        boolean kept = false;
        double usd = swap.volumeUsd();
        double token = swap.volumeToken();
        sums.makeRoomFor(usd);
        sums.makeRoomFor(token);
        int usdLimb = ExactSums.limb(usd);
        long usdLower = ExactSums.lower(usd);
        long usdUpper = ExactSums.upper(usd);
        int tokenLimb = ExactSums.limb(token);
        long tokenLower = ExactSums.lower(token);
        long tokenUpper = ExactSums.upper(token);
        for (int i = 0; i < count; i++) {
            int accumulator = accumulators[i];
            int at = accumulator * WORDS;
            kept |= addPrices(swap, at, offered);
            kept |= addOrder(at, offered);
            words[at + TRADES]++;
            words[at + STATE] |= CHANGED;
            int sum = accumulator * SUMS;
            sums.add(sum + VOLUME_USD, usdLimb, usdLower, usdUpper);
            sums.add(sum + VOLUME_TOKEN, tokenLimb, tokenLower, tokenUpper);
            if (swap.buy()) {
                words[at + BUYS]++;
                sums.add(sum + BUY_VOLUME_USD, usdLimb, usdLower, usdUpper);
                sums.add(sum + BUY_VOLUME_TOKEN, tokenLimb, tokenLower, tokenUpper);
            }
        }
        if (kept) {
            positions.keepOffered();
        }
    }

    /** Returns whether the trade opens or closes. */
    private boolean addPrices(Swap swap, int at, int offered) {
        boolean onlyClamped = (words[at + STATE] & ONLY_CLAMPED) != 0;
        long price = Double.doubleToRawLongBits(swap.priceUsd());
        long mcap = Double.doubleToRawLongBits(swap.mcapUsd());
        if (words[at + TRADES] == 0 || onlyClamped && !swap.clamp()) {
            // the first trade, or the first that is not part of a sandwich attack
            words[at + STATE] = swap.clamp() ? ONLY_CLAMPED : 0;
            words[at + OPENING] = offered;
            words[at + CLOSING] = offered;
            Arrays.fill(words, at + OPEN, at + OPEN + MCAP, price);
            Arrays.fill(words, at + OPEN + MCAP, at + WORDS, mcap);
            return true;
        }
        if (swap.clamp() != onlyClamped) {
            return false;
        }
        widen(at, price, price, mcap, mcap);
        boolean closes = positions.compareOffered((int) words[at + CLOSING]) > 0;
        if (closes) {
            setPrice(at, CLOSING, CLOSE, offered, price, mcap);
            return true;
        }
        boolean opens = positions.compareOffered((int) words[at + OPENING]) < 0;
        if (opens) {
            setPrice(at, OPENING, OPEN, offered, price, mcap);
        }
        return opens;
    }

    /** Returns whether the trade is the first or the last. */
    private boolean addOrder(int at, int offered) {
        boolean only = words[at + TRADES] == 0;
        boolean last = only || positions.compareOffered((int) words[at + LAST]) > 0;
        boolean first = only || !last && positions.compareOffered((int) words[at + FIRST]) < 0;
        if (last) {
            words[at + LAST] = offered;
        }
        if (first) {
            words[at + FIRST] = offered;
        }
        return first || last;
    }

    private void setPrice(
            int at, int position, int word, long number, long priceBits, long mcapBits) {
        words[at + position] = number;
        words[at + word] = priceBits;
        words[at + word + MCAP] = mcapBits;
    }

    private void widen(int at, long high, long low, long mcapHigh, long mcapLow) {
        // the order of doubles that are not negative is the order of their bits
        words[at + HIGH] = Math.max(words[at + HIGH], high);
        words[at + LOW] = Math.min(words[at + LOW], low);
        words[at + HIGH + MCAP] = Math.max(words[at + HIGH + MCAP], mcapHigh);
        words[at + LOW + MCAP] = Math.min(words[at + LOW + MCAP], mcapLow);
    }

    /**
     * Adds the trades of one of other accumulators. The caller ensures that the sets are disjoint.
     */
    void merge(int accumulator, Accumulators source, int sourceAccumulator) {
        if (source.trades(sourceAccumulator) == 0) {
            return;
        }
        int other = take(source, sourceAccumulator);
        int at = accumulator * WORDS;
        int from = other * WORDS;
        boolean onlyClamped = (words[at + STATE] & ONLY_CLAMPED) != 0;
        boolean otherClamped = (words[from + STATE] & ONLY_CLAMPED) != 0;
        boolean empty = words[at + TRADES] == 0;
        if (empty || onlyClamped && !otherClamped) {
            words[at + OPENING] = words[from + OPENING];
            words[at + CLOSING] = words[from + CLOSING];
            words[at + STATE] = words[from + STATE];
            System.arraycopy(words, from + OPEN, words, at + OPEN, WORDS - OPEN);
        } else if (onlyClamped == otherClamped) {
            widen(
                    at,
                    words[from + HIGH],
                    words[from + LOW],
                    words[from + HIGH + MCAP],
                    words[from + LOW + MCAP]);
            if (isBefore(from + OPENING, at + OPENING)) {
                setPrice(
                        at,
                        OPENING,
                        OPEN,
                        words[from + OPENING],
                        words[from + OPEN],
                        words[from + OPEN + MCAP]);
            }
            if (isBefore(at + CLOSING, from + CLOSING)) {
                setPrice(
                        at,
                        CLOSING,
                        CLOSE,
                        words[from + CLOSING],
                        words[from + CLOSE],
                        words[from + CLOSE + MCAP]);
            }
        }
        if (empty || isBefore(from + FIRST, at + FIRST)) {
            words[at + FIRST] = words[from + FIRST];
        }
        if (empty || isBefore(at + LAST, from + LAST)) {
            words[at + LAST] = words[from + LAST];
        }
        words[at + TRADES] += words[from + TRADES];
        words[at + BUYS] += words[from + BUYS];
        for (int i = 0; i < SUMS; i++) {
            sums.add(accumulator * SUMS + i, sums, other * SUMS + i);
        }
        size = other;
    }

    private boolean isBefore(int word, int otherWord) {
        return positions.compare((int) words[word], (int) words[otherWord]) < 0;
    }

    /**
     * Returns the kline of the trades. There must be at least one.
     *
     * @param openTimeMs when the kline opens, epoch milliseconds
     * @param closed whether the watermark has passed the close time
     */
    Kline kline(int accumulator, Interval interval, long openTimeMs, boolean closed) {
        int at = accumulator * WORDS;
        int sum = accumulator * SUMS;
        return new Kline(
                interval,
                openTimeMs,
                price(at + OPEN),
                price(at + HIGH),
                price(at + LOW),
                price(at + CLOSE),
                price(at + OPEN + MCAP),
                price(at + HIGH + MCAP),
                price(at + LOW + MCAP),
                price(at + CLOSE + MCAP),
                sums.rounded(sum + VOLUME_USD),
                sums.rounded(sum + VOLUME_TOKEN),
                sums.rounded(sum + BUY_VOLUME_USD),
                sums.rounded(sum + BUY_VOLUME_TOKEN),
                words[at + TRADES],
                words[at + BUYS],
                positions.withoutFields((int) words[at + FIRST]),
                positions.withoutFields((int) words[at + LAST]),
                closed);
    }

    private double price(int word) {
        return Double.longBitsToDouble(words[word]);
    }

    /** Writes an accumulator. There must be at least one trade. */
    void write(EncodedBytes out, int accumulator, Positions.Writer positionWriter)
            throws IOException {
        int at = accumulator * WORDS;
        boolean onePrice = areEqual(at + OPEN);
        boolean oneMcap = areEqual(at + OPEN + MCAP);
        out.writeByte(
                ((words[at + STATE] & ONLY_CLAMPED) != 0 ? FLAG_ONLY_CLAMPED : 0)
                        | (onePrice ? FLAG_ONE_PRICE : 0)
                        | (oneMcap ? FLAG_ONE_MCAP : 0));
        for (int i = 0; i < POSITIONS; i++) {
            positionWriter.write(out, (int) words[at + i]);
        }
        writePrices(out, at + OPEN, onePrice);
        writePrices(out, at + OPEN + MCAP, oneMcap);
        Varint.write(out, words[at + TRADES]);
        Varint.write(out, words[at + BUYS]);
        sums.write(out, accumulator * SUMS, SUMS);
    }

    private boolean areEqual(int first) {
        return words[first] == words[first + 1]
                && words[first] == words[first + 2]
                && words[first] == words[first + 3];
    }

    private void writePrices(EncodedBytes out, int first, boolean one) {
        for (int i = 0; i < (one ? 1 : MCAP); i++) {
            out.writeLong(words[first + i]);
        }
    }

    /**
     * Reads an accumulator, for one kline. Returns its number.
     *
     * @param former whether the bytes are of a version with identities of 64 bits
     * @param other an accumulator that may have the same trades and is then shared; {@link #NONE}
     *     if there is none
     */
    int read(DataInput in, boolean former, int other) throws IOException {
        int read = open(1);
        int at = read * WORDS;
        int flags = in.readByte();
        words[at + STATE] = (flags & FLAG_ONLY_CLAMPED) != 0 ? ONLY_CLAMPED : 0;
        for (int i = 0; i < POSITIONS; i++) {
            words[at + i] = positions.read(in, former);
        }
        readPrices(in, at + OPEN, (flags & FLAG_ONE_PRICE) != 0);
        readPrices(in, at + OPEN + MCAP, (flags & FLAG_ONE_MCAP) != 0);
        words[at + TRADES] = Varint.read(in);
        words[at + BUYS] = Varint.read(in);
        sums.read(in, read * SUMS, SUMS);
        if (other == NONE || !haveSameTrades(read, other)) {
            return read;
        }
        size--;
        share(other);
        return other;
    }

    private boolean haveSameTrades(int accumulator, int other) {
        int at = accumulator * WORDS;
        int otherAt = other * WORDS;
        return equal(at, at + STATE, otherAt)
                && equal(at + OPEN, at + WORDS, otherAt + OPEN)
                && sums.equal(accumulator * SUMS, other * SUMS, SUMS);
    }

    private boolean equal(int from, int to, int otherFrom) {
        return Arrays.equals(words, from, to, words, otherFrom, otherFrom + to - from);
    }

    private void readPrices(DataInput in, int first, boolean one) throws IOException {
        for (int i = 0; i < MCAP; i++) {
            words[first + i] = one && i > 0 ? words[first] : in.readLong();
        }
    }

    /** Makes room for positions by removing those that no kline has, or by growing. */
    private void makeRoomForPositions(int more) {
        if (positions.hasRoomFor(more)) {
            return;
        }
        int[] numbers = new int[positions.size()];
        for (int accumulator = 0; accumulator < size; accumulator++) {
            for (int i = 0; i < POSITIONS; i++) {
                numbers[(int) words[accumulator * WORDS + i]] = 1;
            }
        }
        positions.compact(numbers, more);
        for (int accumulator = 0; accumulator < size; accumulator++) {
            for (int i = 0; i < POSITIONS; i++) {
                int at = accumulator * WORDS + i;
                words[at] = numbers[(int) words[at]];
            }
        }
    }
}
