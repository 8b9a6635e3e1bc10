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
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

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
 * <p>Format in checkpoints and savepoints, version 2: the version; labels (four strings), whether a
 * trade has set them and, if so, its position; the timer; the number of intervals and for each its
 * code, the number of its klines and for each kline the open time in seconds, flags and the
 * accumulator; the number of identity sets and for each its close time in seconds and its members.
 * An accumulator that equals that of the preceding kline is omitted, so a pair with trades in a
 * single minute stores one accumulator, not one for each interval. Integers are LEB128. Positions
 * are written by {@link PositionPool}. In version 1, identities had 64 bits.
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

    private final List<Row> rows;
    private final List<Identities> identities;
    private PairLabels labels;

    /** The position of the trade that set the labels; null if none has. */
    private TradePosition labelsFrom;

    private long timerMs;

    /** Creates the state of a pair without trades. */
    public PairKlines() {
        this(new ArrayList<>(), new ArrayList<>(), PairLabels.UNKNOWN, null, NO_TIMER);
    }

    private PairKlines(
            List<Row> rows,
            List<Identities> identities,
            PairLabels labels,
            TradePosition labelsFrom,
            long timerMs) {
        this.rows = rows;
        this.identities = identities;
        this.labels = labels;
        this.labelsFrom = labelsFrom;
        this.timerMs = timerMs;
    }

    /** Returns a deep copy. */
    public PairKlines copy() {
        List<Row> rowCopies = new ArrayList<>(rows.size());
        for (Row row : rows) {
            rowCopies.add(row.copy());
        }
        List<Identities> identityCopies = new ArrayList<>(identities.size());
        for (Identities kline : identities) {
            identityCopies.add(new Identities(kline.closeTimeMs, kline.set.copy()));
        }
        return new PairKlines(rowCopies, identityCopies, labels, labelsFrom, timerMs);
    }

    /**
     * Adds a trade unless it is late or a duplicate.
     *
     * @param key the pair
     */
    public AddResult add(Pair key, Swap swap, KlineRules rules, long clockMs) {
        long timeMs = swap.position().blockTimeSeconds() * 1000;
        Interval smallest = rules.smallest();
        long closeTimeMs = smallest.closeTimeMs(smallest.openTimeMs(timeMs));
        if (clockMs >= rules.endsAtMs(closeTimeMs) || timeMs < rules.lateBeforeMs()) {
            return AddResult.LATE;
        }
        TradeId identity = swap.identity();
        Identities sameKline = null;
        boolean holdsFormer = false;
        for (int i = 0; i < identities.size(); i++) {
            Identities kline = identities.get(i);
            if (kline.set.contains(identity)) {
                return AddResult.DUPLICATE;
            }
            if (kline.closeTimeMs == closeTimeMs) {
                sameKline = kline;
            }
            holdsFormer |= kline.set.holdsFormer();
        }
        if (holdsFormer && holds(FormerIdentity.of(key, swap.position()))) {
            return AddResult.DUPLICATE;
        }
        if (sameKline == null) {
            sameKline = new Identities(closeTimeMs, new IdentitySet());
            identities.add(sameKline);
        }
        sameKline.set.add(identity);
        alignRows(rules.intervals());
        for (int i = 0; i < rows.size(); i++) {
            if (timeMs >= rules.wholeFromMs().get(i)) {
                OpenKline kline = rows.get(i).getOrOpen(timeMs);
                kline.accumulator.add(swap);
                kline.changed = true;
            }
        }
        return AddResult.COUNTED;
    }

    private boolean holds(TradeId identity) {
        for (Identities kline : identities) {
            if (kline.set.contains(identity)) {
                return true;
            }
        }
        return false;
    }

    /** Sets the labels, unless a trade with a later position has set them. */
    public void label(PairLabels newLabels, TradePosition position) {
        if (labelsFrom == null || position.compareTo(labelsFrom) > 0) {
            labels = newLabels;
            labelsFrom = position;
        }
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
        alignRows(rules.intervals());
        List<Kline> changed = new ArrayList<>(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            long wholeFromMs = rules.wholeFromMs().get(i);
            // An interval that was removed and added again may still hold klines that missed
            // trades in between.
            // At 0 every kline is whole, also the week that holds the epoch and opens before it.
            if (wholeFromMs > 0) {
                row.klines.removeIf(kline -> kline.openTimeMs < wholeFromMs);
            }
            for (OpenKline kline : row.klines) {
                boolean closes = !kline.closed && closingMs >= rules.closesAtMs(kline.closeTimeMs);
                if (kline.changed || closes) {
                    kline.closed |= closes;
                    kline.changed = false;
                    changed.add(
                            kline.accumulator.kline(row.interval, kline.openTimeMs, kline.closed));
                }
            }
        }
        return changed;
    }

    /** Drops what can no longer change. Call {@link #takeChanged} first. */
    public void dropEnded(KlineRules rules, long clockMs) {
        for (Row row : rows) {
            row.klines.removeIf(kline -> clockMs >= rules.endsAtMs(kline.closeTimeMs));
        }
        if (identities.removeIf(kline -> clockMs >= rules.endsAtMs(kline.closeTimeMs))) {
            dropFields(rules, clockMs);
        }
    }

    /** Drops the fields of trades that no trade can tie with, because it would be late. */
    private void dropFields(KlineRules rules, long clockMs) {
        Interval smallest = rules.smallest();
        Map<TradePosition, TradePosition> known = new IdentityHashMap<>();
        UnaryOperator<TradePosition> withoutFields =
                position -> {
                    long timeMs = position.blockTimeSeconds() * 1000;
                    long closeTimeMs = smallest.closeTimeMs(smallest.openTimeMs(timeMs));
                    return clockMs >= rules.endsAtMs(closeTimeMs)
                            ? position.withoutFields()
                            : position;
                };
        // klines share positions, and continue to
        UnaryOperator<TradePosition> shared =
                position -> known.computeIfAbsent(position, withoutFields);
        for (Row row : rows) {
            for (OpenKline kline : row.klines) {
                kline.accumulator.replacePositions(shared);
            }
        }
        labelsFrom = labelsFrom == null ? null : shared.apply(labelsFrom);
    }

    /**
     * Removes what the klines are closed past the end of, although trades before it are not late
     * yet. Call {@link #takeChanged} and {@link #dropEnded} first.
     *
     * @return what was removed, by the close time of its klines, epoch milliseconds
     */
    public Map<Long, PairKlines> takeEnded(KlineRules rules, long closingMs) {
        Map<Long, PairKlines> ended = new HashMap<>();
        for (Row row : rows) {
            row.klines.removeIf(
                    kline -> {
                        boolean ends = closingMs >= rules.endsAtMs(kline.closeTimeMs);
                        if (ends) {
                            PairKlines taken = at(ended, kline.closeTimeMs);
                            taken.rows.add(new Row(row.interval, new ArrayList<>(List.of(kline))));
                        }
                        return ends;
                    });
        }
        identities.removeIf(
                kline -> {
                    boolean ends = closingMs >= rules.endsAtMs(kline.closeTimeMs);
                    if (ends) {
                        at(ended, kline.closeTimeMs).identities.add(kline);
                    }
                    return ends;
                });
        return ended;
    }

    private static PairKlines at(Map<Long, PairKlines> byCloseTime, long closeTimeMs) {
        return byCloseTime.computeIfAbsent(closeTimeMs, any -> new PairKlines());
    }

    /**
     * Adds what {@link #takeEnded} removed, except klines of intervals that there are no longer.
     */
    public void putBack(PairKlines ended, KlineRules rules) {
        alignRows(rules.intervals());
        for (Row taken : ended.rows) {
            for (Row row : rows) {
                if (row.interval == taken.interval) {
                    row.klines.addAll(taken.klines);
                    row.klines.sort(Comparator.comparingLong(kline -> kline.openTimeMs));
                }
            }
        }
        identities.addAll(ended.identities);
    }

    /** Returns whether nothing is left that can change. */
    public boolean isEmpty() {
        for (Row row : rows) {
            if (!row.klines.isEmpty()) {
                return false;
            }
        }
        return identities.isEmpty();
    }

    /**
     * Returns the least time after {@code closingMs} at which a kline closes or can no longer
     * change. Returns {@link #NO_TIMER} if there is none.
     */
    public long nextEventMs(KlineRules rules, long closingMs) {
        long next = NO_TIMER;
        for (Row row : rows) {
            for (OpenKline kline : row.klines) {
                long closes = rules.closesAtMs(kline.closeTimeMs);
                long event = closes > closingMs ? closes : rules.endsAtMs(kline.closeTimeMs);
                next = least(next, event, closingMs);
            }
        }
        for (Identities kline : identities) {
            next = least(next, rules.endsAtMs(kline.closeTimeMs), closingMs);
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
    public void write(DataOutput out) throws IOException {
        PositionPool.Writer positions = new PositionPool.Writer();
        out.writeByte(VERSION);
        labels.write(out);
        out.writeBoolean(labelsFrom != null);
        if (labelsFrom != null) {
            positions.write(out, labelsFrom);
        }
        out.writeLong(timerMs);
        Varint.write(out, rows.size());
        KlineAccumulator previous = null;
        for (Row row : rows) {
            out.writeUTF(row.interval.code());
            Varint.write(out, row.klines.size());
            for (OpenKline kline : row.klines) {
                boolean same = previous != null && kline.accumulator.sameAs(previous);
                Varint.write(out, kline.openTimeMs / 1000);
                out.writeByte(
                        (kline.changed ? FLAG_CHANGED : 0)
                                | (kline.closed ? FLAG_CLOSED : 0)
                                | (same ? FLAG_SAME_ACCUMULATOR : 0));
                if (!same) {
                    kline.accumulator.write(out, positions);
                    previous = kline.accumulator;
                }
            }
        }
        Varint.write(out, identities.size());
        for (Identities kline : identities) {
            Varint.write(out, kline.closeTimeMs / 1000);
            kline.set.write(out);
        }
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static PairKlines read(DataInput in) throws IOException {
        boolean former = FormatVersion.read(in, "the klines of a pair", VERSION) == 1;
        PositionPool.Reader positions = new PositionPool.Reader(former);
        PairLabels labels = PairLabels.read(in);
        TradePosition labelsFrom = in.readBoolean() ? positions.read(in) : null;
        long timerMs = in.readLong();
        int rowCount = (int) Varint.read(in);
        List<Row> rows = new ArrayList<>(rowCount);
        KlineAccumulator previous = null;
        for (int i = 0; i < rowCount; i++) {
            Interval interval = Interval.ofCode(in.readUTF());
            int klineCount = (int) Varint.read(in);
            List<OpenKline> klines = new ArrayList<>(klineCount);
            for (int k = 0; k < klineCount; k++) {
                long openTimeMs = Varint.read(in) * 1000;
                int flags = in.readByte();
                previous =
                        (flags & FLAG_SAME_ACCUMULATOR) != 0
                                ? previous.copy()
                                : KlineAccumulator.read(in, positions);
                klines.add(
                        new OpenKline(
                                openTimeMs,
                                interval.closeTimeMs(openTimeMs),
                                previous,
                                (flags & FLAG_CHANGED) != 0,
                                (flags & FLAG_CLOSED) != 0));
            }
            rows.add(new Row(interval, klines));
        }
        int identitiesCount = (int) Varint.read(in);
        List<Identities> identities = new ArrayList<>(identitiesCount);
        for (int i = 0; i < identitiesCount; i++) {
            identities.add(new Identities(Varint.read(in) * 1000, IdentitySet.read(in, former)));
        }
        return new PairKlines(rows, identities, labels, labelsFrom, timerMs);
    }

    /** Adapts the rows to the configured intervals, which change when a job is reconfigured. */
    private void alignRows(List<Interval> intervals) {
        if (rows.size() == intervals.size()) {
            boolean aligned = true;
            for (int i = 0; i < rows.size() && aligned; i++) {
                aligned = rows.get(i).interval == intervals.get(i);
            }
            if (aligned) {
                return;
            }
        }
        List<Row> configured = new ArrayList<>(intervals.size());
        for (Interval interval : intervals) {
            Row known = null;
            for (Row row : rows) {
                known = row.interval == interval ? row : known;
            }
            configured.add(known == null ? new Row(interval, new ArrayList<>(1)) : known);
        }
        rows.clear();
        rows.addAll(configured);
    }

    /** The open klines of one interval, ascending by open time. */
    private static final class Row {
        final Interval interval;
        final List<OpenKline> klines;

        Row(Interval interval, List<OpenKline> klines) {
            this.interval = interval;
            this.klines = klines;
        }

        Row copy() {
            List<OpenKline> copies = new ArrayList<>(klines.size());
            for (OpenKline kline : klines) {
                copies.add(
                        new OpenKline(
                                kline.openTimeMs,
                                kline.closeTimeMs,
                                kline.accumulator.copy(),
                                kline.changed,
                                kline.closed));
            }
            return new Row(interval, copies);
        }

        /** Returns the kline that contains a time. Opens it if necessary. */
        OpenKline getOrOpen(long timeMs) {
            int index = klines.size();
            while (index > 0 && timeMs < klines.get(index - 1).openTimeMs) {
                index--;
            }
            if (index > 0 && timeMs < klines.get(index - 1).closeTimeMs) {
                return klines.get(index - 1);
            }
            long openTimeMs = interval.openTimeMs(timeMs);
            OpenKline opened =
                    new OpenKline(
                            openTimeMs,
                            interval.closeTimeMs(openTimeMs),
                            new KlineAccumulator(),
                            false,
                            false);
            klines.add(index, opened);
            return opened;
        }
    }

    /** A kline that can still change. */
    private static final class OpenKline {
        final long openTimeMs;
        final long closeTimeMs;
        final KlineAccumulator accumulator;
        boolean changed;
        boolean closed;

        OpenKline(
                long openTimeMs,
                long closeTimeMs,
                KlineAccumulator accumulator,
                boolean changed,
                boolean closed) {
            this.openTimeMs = openTimeMs;
            this.closeTimeMs = closeTimeMs;
            this.accumulator = accumulator;
            this.changed = changed;
            this.closed = closed;
        }
    }

    /** The identities of the trades in one kline of the smallest interval. */
    private record Identities(long closeTimeMs, IdentitySet set) {}
}
