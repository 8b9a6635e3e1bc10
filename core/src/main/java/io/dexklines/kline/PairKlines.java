package io.dexklines.kline;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.FormerIdentity;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradePosition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * The klines of one pair, of all intervals, that can still change. This is the keyed state of the
 * kline operator, and the logic that decides which trades are counted.
 *
 * <p>A trade is added to a kline of every interval or to none. At any time, each larger kline is
 * therefore the merge of the smaller klines in it. An interval that was added to the configuration
 * begins with its first whole kline, see {@link KlineRules}. A trade's identity is kept until the
 * smallest kline of the trade can no longer change. The order of arrival decides only which of two
 * trades with the same identity is the duplicate.
 *
 * <p>Callers pass the current clock of the pair's chain, and the time up to which its klines are
 * closed, which is the clock or ahead of it. Neither may decrease between calls. Not thread-safe.
 *
 * <p>The klines are a table of longs, by interval and then by open time. Each refers to one of the
 * {@link Accumulators}, as do all others with the same trades. A trade that is in the same klines
 * as the trade before it is therefore added once for all klines with the same trades, and nothing
 * has to be looked up.
 *
 * <p>Format in checkpoints and savepoints, version 2: the version; labels (four strings), whether a
 * trade has set them and, if so, its position; the timer; the number of intervals and for each its
 * code, the number of its klines and for each kline the open time in seconds, flags and the
 * accumulator; the number of identity sets and for each its close time in seconds and its members.
 * An accumulator that is also that of the preceding kline is omitted, so a pair with trades in a
 * single minute stores one accumulator, not one for each interval. Integers are LEB128. Positions
 * are written as in {@link PositionPool}. In version 1, identities had 64 bits.
 *
 * <p>The fields that decide the order of trades in the same place of a block are kept only as long
 * as another trade with the same block time may be counted. A position is then a fifth of its size.
 */
public final class PairKlines {

    /** The value of {@link #timerMs()} if no timer is set. */
    public static final long NO_TIMER = Long.MAX_VALUE;

    private static final int VERSION = 2;

    private static final int FLAG_CHANGED = 1;
    private static final int FLAG_CLOSED = 2;
    private static final int FLAG_SAME_ACCUMULATOR = 4;

    /** The result of adding a trade. */
    public enum AddResult {
        /** The trade was added to one kline of every interval that has begun. */
        COUNTED,
        /** The trade was not added, because its smallest kline can no longer change. */
        LATE,
        /** The trade was not added, because its identity has been counted. */
        DUPLICATE
    }

    // The words of a kline in the table: times in epoch milliseconds, and the number of an
    // accumulator, doubled, plus 1 if the kline is closed.
    private static final int OPEN_TIME = 0;
    private static final int CLOSE_TIME = 1;
    private static final int ACCUMULATOR = 2;
    private static final int WORDS = 3;

    private static final int NO_ACCUMULATOR = Accumulators.NONE;

    private static final int[] NO_NUMBERS = {};

    /** A guess of the bytes of a state, so that most are encoded without growing. */
    private static final int BYTES = 1024;

    private List<Interval> intervals = List.of();

    /** For each interval, where its klines end in the table. The next interval's begin there. */
    private int[] ends = NO_NUMBERS;

    private long[] klines = {};
    private final Accumulators trades;
    private Identities identities = new Identities();
    private PairLabels labels = PairLabels.UNKNOWN;

    /** Whether a trade has set the labels. Its position is {@link Positions#LABELS}. */
    private boolean labelled;

    private long timerMs = NO_TIMER;

    /**
     * The rules under which the latest trade was added to {@link #recent}; null if what these say
     * may not hold any more.
     */
    private KlineRules recentRules;

    /** When the smallest kline of the latest trade opens and closes, epoch milliseconds. */
    private long recentOpenMs;

    private long recentCloseMs;

    /** The accumulators of all klines of the latest trade, each once. */
    private int[] recent = NO_NUMBERS;

    private int recentCount;

    /** Creates the state of a pair without trades. */
    public PairKlines() {
        this(new Accumulators());
    }

    private PairKlines(Accumulators trades) {
        this.trades = trades;
    }

    /** Returns a deep copy. */
    public PairKlines copy() {
        PairKlines copy = new PairKlines(trades.copy());
        copy.identities = identities.copy();
        copy.intervals = intervals;
        copy.ends = ends.clone();
        copy.klines = Arrays.copyOf(klines, count() * WORDS);
        copy.labels = labels;
        copy.labelled = labelled;
        copy.timerMs = timerMs;
        return copy;
    }

    /**
     * Adds a trade unless it is late or a duplicate.
     *
     * @param key the pair
     */
    public AddResult add(Pair key, Swap swap, KlineRules rules, long clockMs) {
        long timeMs = swap.position().blockTimeSeconds() * 1000;
        if (rules != recentRules || timeMs < recentOpenMs || timeMs >= recentCloseMs) {
            recentRules = null;
            recentOpenMs = rules.smallest().openTimeMs(timeMs);
            recentCloseMs = rules.smallest().closeTimeMs(recentOpenMs);
        }
        if (clockMs >= rules.endsAtMs(recentCloseMs) || timeMs < rules.lateBeforeMs()) {
            return AddResult.LATE;
        }
        TradeId identity = swap.identity();
        if (identities.holdsFormer() && holdsFormer(FormerIdentity.of(key, swap.position()))) {
            return AddResult.DUPLICATE;
        }
        if (!identities.add(identity.high(), identity.low(), recentCloseMs)) {
            return AddResult.DUPLICATE;
        }
        if (recentRules == null) {
            findRecent(timeMs, rules);
        }
        trades.add(swap, recent, recentCount);
        return AddResult.COUNTED;
    }

    private boolean holdsFormer(TradeId former) {
        return identities.contains(former.high(), former.low());
    }

    /**
     * Finds or opens the klines that contain a time, and their accumulators. No accumulator is then
     * also that of a kline that does not contain the time.
     */
    private void findRecent(long timeMs, KlineRules rules) {
        align(rules.intervals());
        if (recent.length < ends.length) {
            recent = new int[ends.length];
        }
        int found = 0;
        for (int row = 0; row < ends.length; row++) {
            if (timeMs >= rules.wholeFromMs().get(row)) {
                recent[found++] = findOrOpen(row, timeMs);
            }
        }
        // the accumulators replace the klines in the same array, of which there are no fewer
        recentCount = 0;
        for (int i = 0; i < found; i++) {
            int accumulator = accumulator(recent[i]);
            if (!isRecent(accumulator)) {
                int sharing = 0;
                for (int k = i; k < found; k++) {
                    sharing += accumulator(recent[k]) == accumulator ? 1 : 0;
                }
                int own = own(accumulator, sharing);
                for (int k = i; k < found; k++) {
                    if (accumulator(recent[k]) == accumulator) {
                        accumulator(recent[k], own);
                    }
                }
                recent[recentCount++] = own;
            }
        }
        recentRules = rules;
    }

    private boolean isRecent(int accumulator) {
        for (int i = 0; i < recentCount; i++) {
            if (recent[i] == accumulator) {
                return true;
            }
        }
        return false;
    }

    /** Returns an accumulator with the trades of the given one, for no other klines. */
    private int own(int accumulator, int sharing) {
        if (accumulator == NO_ACCUMULATOR) {
            return trades.open(sharing);
        }
        return trades.klines(accumulator) == sharing
                ? accumulator
                : trades.split(accumulator, sharing);
    }

    /** Returns the index of the kline that contains a time. Opens it if necessary. */
    private int findOrOpen(int row, long timeMs) {
        int kline = placeOf(row, timeMs) - 1;
        if (kline >= start(row) && timeMs < closeTimeMs(kline)) {
            return kline;
        }
        Interval interval = intervals.get(row);
        long openTimeMs = interval.openTimeMs(timeMs);
        insert(row, kline + 1, openTimeMs, interval.closeTimeMs(openTimeMs));
        return kline + 1;
    }

    /** Returns the index after the last kline of a row that does not open after a time. */
    private int placeOf(int row, long timeMs) {
        int place = ends[row];
        while (place > start(row) && timeMs < openTimeMs(place - 1)) {
            place--;
        }
        return place;
    }

    /** Inserts a kline without an accumulator. */
    private void insert(int row, int kline, long openTimeMs, long closeTimeMs) {
        int count = count();
        if ((count + 1) * WORDS > klines.length) {
            int capacity = Math.max(ends.length, count + 1 + count / 4);
            klines = Arrays.copyOf(klines, capacity * WORDS);
        }
        int at = kline * WORDS;
        System.arraycopy(klines, at, klines, at + WORDS, count * WORDS - at);
        klines[at + OPEN_TIME] = openTimeMs;
        klines[at + CLOSE_TIME] = closeTimeMs;
        klines[at + ACCUMULATOR] = (long) NO_ACCUMULATOR << 1;
        for (int i = row; i < ends.length; i++) {
            ends[i]++;
        }
    }

    /** Sets the labels, unless a trade with a later position has set them. */
    public void label(PairLabels newLabels, TradePosition position) {
        Positions positions = trades.positions();
        if (labelled && positions.compare(position, Positions.LABELS) <= 0) {
            return;
        }
        // an equal object that is new would be held for as long as the pair is
        labels = newLabels.equals(labels) ? labels : newLabels;
        labelled = true;
        positions.set(Positions.LABELS, position);
    }

    /** Returns the labels of the pair's latest trade. */
    public PairLabels labels() {
        return labels;
    }

    /**
     * Returns the klines that changed or closed since the last call, by interval and then by open
     * time.
     */
    public List<Kline> takeChanged(KlineRules rules, long closingMs) {
        align(rules.intervals());
        dropPartial(rules);
        List<Kline> changed = new ArrayList<>(ends.length);
        for (int row = 0; row < ends.length; row++) {
            for (int kline = start(row); kline < ends[row]; kline++) {
                boolean closes =
                        !isClosed(kline) && closingMs >= rules.closesAtMs(closeTimeMs(kline));
                if (closes) {
                    close(kline);
                }
                if (closes || trades.isChanged(accumulator(kline))) {
                    changed.add(
                            trades.kline(
                                    accumulator(kline),
                                    intervals.get(row),
                                    openTimeMs(kline),
                                    isClosed(kline)));
                }
            }
        }
        for (int kline = 0; kline < count(); kline++) {
            trades.setChanged(accumulator(kline), false);
        }
        return changed;
    }

    /**
     * Drops the klines that missed trades. An interval that was removed and added again may still
     * hold some.
     */
    private void dropPartial(KlineRules rules) {
        for (int row = 0; row < ends.length; row++) {
            long wholeFromMs = rules.wholeFromMs().get(row);
            // At 0 every kline is whole, also the week that holds the epoch and opens before it.
            if (wholeFromMs > 0 && start(row) < ends[row] && openTimeMs(start(row)) < wholeFromMs) {
                int partial = row;
                removeIf((of, kline) -> of == partial && openTimeMs(kline) < wholeFromMs);
            }
        }
    }

    /** Drops what can no longer change. Call {@link #takeChanged} first. */
    public void dropEnded(KlineRules rules, long clockMs) {
        LongPredicate isOver = closeTimeMs -> clockMs >= rules.endsAtMs(closeTimeMs);
        removeIf((row, kline) -> isOver.test(closeTimeMs(kline)));
        if (identities.removeIf(isOver)) {
            // no trade can tie with these any more, because it would be late
            trades.positions().dropFields(timeMs -> rules.hasEnded(timeMs, clockMs));
        }
    }

    /**
     * Removes what the klines are closed past the end of, although trades before it are not late
     * yet. Call {@link #takeChanged} and {@link #dropEnded} first.
     *
     * @return what was removed, by the close time of its klines, epoch milliseconds
     */
    public Map<Long, PairKlines> takeEnded(KlineRules rules, long closingMs) {
        LongPredicate isOver = closeTimeMs -> closingMs >= rules.endsAtMs(closeTimeMs);
        Map<Long, PairKlines> ended = new HashMap<>();
        removeIf(
                (row, kline) -> {
                    boolean isEnded = isOver.test(closeTimeMs(kline));
                    if (isEnded) {
                        at(ended, closeTimeMs(kline)).append(this, row, kline);
                    }
                    return isEnded;
                });
        identities.forEach(
                (high, low, closeTimeMs) -> {
                    if (isOver.test(closeTimeMs)) {
                        at(ended, closeTimeMs).identities.add(high, low, closeTimeMs);
                    }
                });
        identities.removeIf(isOver);
        return ended;
    }

    private static PairKlines at(Map<Long, PairKlines> byCloseTime, long closeTimeMs) {
        return byCloseTime.computeIfAbsent(closeTimeMs, any -> new PairKlines());
    }

    /** Appends a kline of another pair, of a larger interval than the klines that there are. */
    private void append(PairKlines source, int row, int kline) {
        int last = ends.length;
        intervals = new ArrayList<>(intervals);
        intervals.add(source.intervals.get(row));
        ends = Arrays.copyOf(ends, last + 1);
        ends[last] = last;
        insert(last, last, source.openTimeMs(kline), source.closeTimeMs(kline));
        int accumulator = source.accumulator(kline);
        // of two klines with the same close time, the larger contains the trades of the smaller
        if (last > 0 && trades.trades(accumulator(last - 1)) == source.trades.trades(accumulator)) {
            share(last, accumulator(last - 1));
        } else {
            accumulator(last, trades.take(source.trades, accumulator));
        }
        if (source.isClosed(kline)) {
            close(last);
        }
    }

    /**
     * Adds what {@link #takeEnded} removed, except klines of intervals that there are no longer.
     */
    public void putBack(PairKlines ended, KlineRules rules) {
        align(rules.intervals());
        recentRules = null;
        int taken = NO_ACCUMULATOR;
        int own = taken;
        for (int row = 0; row < ended.ends.length; row++) {
            int to = intervals.indexOf(ended.intervals.get(row));
            for (int kline = ended.start(row); to >= 0 && kline < ended.ends[row]; kline++) {
                int place = placeOf(to, ended.openTimeMs(kline));
                insert(to, place, ended.openTimeMs(kline), ended.closeTimeMs(kline));
                if (ended.accumulator(kline) == taken) {
                    share(place, own);
                } else {
                    taken = ended.accumulator(kline);
                    own = trades.take(ended.trades, taken);
                    accumulator(place, own);
                }
                if (ended.isClosed(kline)) {
                    close(place);
                }
            }
        }
        ended.identities.forEach(identities::add);
    }

    /** Returns whether nothing is left that can change. */
    public boolean isEmpty() {
        return count() == 0 && identities.isEmpty();
    }

    /**
     * Returns the least time after {@code closingMs} at which a kline closes or can no longer
     * change. Returns {@link #NO_TIMER} if there is none.
     */
    public long nextEventMs(KlineRules rules, long closingMs) {
        long next = NO_TIMER;
        for (int kline = 0; kline < count(); kline++) {
            long closes = rules.closesAtMs(closeTimeMs(kline));
            long event = closes > closingMs ? closes : rules.endsAtMs(closeTimeMs(kline));
            next = least(next, event, closingMs);
        }
        for (int i = 0; i < identities.closeTimes(); i++) {
            next = least(next, rules.endsAtMs(identities.closeTimeMs(i)), closingMs);
        }
        return next;
    }

    private static long least(long next, long event, long after) {
        return event > after && event < next ? event : next;
    }

    /** Returns the time of the pair's only event-time timer, or {@link #NO_TIMER}. */
    public long timerMs() {
        return timerMs;
    }

    /** Records the time of the pair's timer. */
    public void timerMs(long newTimerMs) {
        timerMs = newTimerMs;
    }

    /** Writes the newest version of the format. */
    public void write(DataOutput target) throws IOException {
        EncodedBytes out = new EncodedBytes(BYTES);
        Positions.Writer positions = trades.positions().new Writer();
        out.writeByte(VERSION);
        labels.write(out);
        out.writeBoolean(labelled);
        if (labelled) {
            positions.write(out, Positions.LABELS);
        }
        out.writeLong(timerMs);
        Varint.write(out, ends.length);
        int previous = NO_ACCUMULATOR;
        for (int row = 0; row < ends.length; row++) {
            out.writeUTF(intervals.get(row).code());
            Varint.write(out, ends[row] - start(row));
            for (int kline = start(row); kline < ends[row]; kline++) {
                int accumulator = accumulator(kline);
                Varint.write(out, openTimeMs(kline) / 1000);
                out.writeByte(
                        (trades.isChanged(accumulator) ? FLAG_CHANGED : 0)
                                | (isClosed(kline) ? FLAG_CLOSED : 0)
                                | (accumulator == previous ? FLAG_SAME_ACCUMULATOR : 0));
                if (accumulator != previous) {
                    trades.write(out, accumulator, positions);
                    previous = accumulator;
                }
            }
        }
        identities.write(out);
        out.writeTo(target);
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static PairKlines read(DataInput in) throws IOException {
        boolean former = FormatVersion.read(in, "the klines of a pair", VERSION) == 1;
        PairLabels labels = PairLabels.read(in);
        Accumulators trades = new Accumulators();
        boolean labelled = in.readBoolean();
        if (labelled) {
            Positions positions = trades.positions();
            positions.set(Positions.LABELS, positions, positions.read(in, former));
        }
        long timerMs = in.readLong();
        List<Interval> intervals = new ArrayList<>();
        PairKlines read = new PairKlines(trades);
        read.labels = labels;
        read.labelled = labelled;
        read.timerMs = timerMs;
        read.ends = new int[(int) Varint.read(in)];
        int previous = NO_ACCUMULATOR;
        // the last kline of the next smaller interval that opens before the one that is read closes
        int smaller = -1;
        for (int row = 0; row < read.ends.length; row++) {
            Interval interval = Interval.ofCode(in.readUTF());
            intervals.add(interval);
            for (long unread = Varint.read(in); unread > 0; unread--) {
                long openTimeMs = Varint.read(in) * 1000;
                long closeTimeMs = interval.closeTimeMs(openTimeMs);
                int kline = read.ends[row];
                read.insert(row, kline, openTimeMs, closeTimeMs);
                while (smaller + 1 < read.start(row)
                        && read.openTimeMs(smaller + 1) < closeTimeMs) {
                    smaller++;
                }
                int flags = in.readByte();
                if ((flags & FLAG_SAME_ACCUMULATOR) != 0) {
                    trades.share(previous);
                } else {
                    int held = smaller < 0 ? NO_ACCUMULATOR : read.accumulator(smaller);
                    previous = trades.read(in, former, held);
                }
                read.accumulator(kline, previous);
                if ((flags & FLAG_CHANGED) != 0) {
                    trades.setChanged(previous, true);
                }
                if ((flags & FLAG_CLOSED) != 0) {
                    read.close(kline);
                }
            }
        }
        read.intervals = intervals;
        read.identities = Identities.read(in, former);
        return read;
    }

    /** Adapts the rows to the configured intervals, which change when a job is reconfigured. */
    private void align(List<Interval> configured) {
        if (intervals == configured) {
            return;
        }
        if (!intervals.equals(configured)) {
            removeIf((row, kline) -> !configured.contains(intervals.get(row)));
            int[] aligned = new int[configured.size()];
            int end = 0;
            for (int row = 0; row < aligned.length; row++) {
                int known = intervals.indexOf(configured.get(row));
                end = known < 0 ? end : ends[known];
                aligned[row] = end;
            }
            ends = aligned;
            recentRules = null;
        }
        // so that the next comparison is one of references
        intervals = configured;
    }

    /** Decides about a kline, by the index of its interval and its own in the table. */
    private interface KlineTest {
        boolean test(int row, int kline);
    }

    private void removeIf(KlineTest test) {
        int kept = 0;
        int kline = 0;
        for (int row = 0; row < ends.length; row++) {
            for (; kline < ends[row]; kline++) {
                if (test.test(row, kline)) {
                    trades.release(accumulator(kline));
                } else {
                    System.arraycopy(klines, kline * WORDS, klines, kept * WORDS, WORDS);
                    kept++;
                }
            }
            ends[row] = kept;
        }
        if (kept < kline) {
            compact();
        }
    }

    private void compact() {
        recentRules = null;
        if (2 * count() * WORDS <= klines.length) {
            klines = Arrays.copyOf(klines, count() * WORDS);
        }
        int[] numbers = trades.compact();
        for (int kline = 0; kline < count(); kline++) {
            accumulator(kline, numbers[accumulator(kline)]);
        }
    }

    private int count() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    private int start(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    private long openTimeMs(int kline) {
        return klines[kline * WORDS + OPEN_TIME];
    }

    private long closeTimeMs(int kline) {
        return klines[kline * WORDS + CLOSE_TIME];
    }

    private int accumulator(int kline) {
        return (int) (klines[kline * WORDS + ACCUMULATOR] >> 1);
    }

    private void accumulator(int kline, int accumulator) {
        klines[kline * WORDS + ACCUMULATOR] =
                (long) accumulator << 1 | klines[kline * WORDS + ACCUMULATOR] & 1;
    }

    private void share(int kline, int accumulator) {
        trades.share(accumulator);
        accumulator(kline, accumulator);
    }

    private boolean isClosed(int kline) {
        return (klines[kline * WORDS + ACCUMULATOR] & 1) != 0;
    }

    private void close(int kline) {
        klines[kline * WORDS + ACCUMULATOR] |= 1;
    }
}
