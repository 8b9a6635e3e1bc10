package io.dexklines.kline;

import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradePosition;
import java.util.ArrayList;
import java.util.List;

/**
 * All klines of one pair that can still change, of all intervals: the state of the engine, and its
 * decisions.
 *
 * <p>A trade enters the klines of every interval or of none, so at every moment each larger kline
 * is the merge of the smaller ones in it; an interval that is new begins with its first whole
 * kline. Identities are remembered as long as the smallest kline of their trade can change. Nothing
 * here depends on the order of arrival but which of two equal trades is the duplicate.
 *
 * <p>The watermark is handed in with every call, and must not go back between calls. Not
 * thread-safe. Written and read by {@link PairKlinesCodec}.
 */
public final class PairKlines {

    /** What became of a trade. */
    public enum Verdict {
        /** It is in one kline of every interval that has begun. */
        COUNTED,
        /** Its smallest kline can no longer change; it is in none. */
        LATE,
        /** Its identity was counted before; it was not counted again. */
        DUPLICATE
    }

    final List<Row> rows;
    final List<Identities> identities;
    private PairLabels labels;
    private TradePosition labelsFrom;
    private long timerMs;

    /** Of no trade yet. */
    public PairKlines() {
        this(new ArrayList<>(), new ArrayList<>(), PairLabels.UNKNOWN, null, NO_TIMER);
    }

    /** The value of {@link #timerMs()} while none is set. */
    public static final long NO_TIMER = Long.MAX_VALUE;

    PairKlines(
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

    /** An independent copy. */
    public PairKlines copy() {
        List<Row> rowCopies = new ArrayList<>(rows.size());
        for (Row row : rows) {
            rowCopies.add(row.copy());
        }
        List<Identities> identityCopies = new ArrayList<>(identities.size());
        for (Identities of : identities) {
            identityCopies.add(new Identities(of.closeTimeMs, of.set.copy()));
        }
        return new PairKlines(rowCopies, identityCopies, labels, labelsFrom, timerMs);
    }

    /** Counts a trade, or says why not. */
    public Verdict add(Swap swap, KlineRules rules, long watermarkMs) {
        long timeMs = swap.position().blockTimeSeconds() * 1000;
        Interval smallest = rules.smallest();
        long closeTimeMs = smallest.closeTimeMs(smallest.openTimeMs(timeMs));
        if (watermarkMs >= rules.endsAtMs(closeTimeMs) || timeMs < rules.lateBeforeMs()) {
            return Verdict.LATE;
        }
        long identity = swap.position().identity();
        Identities remembered = null;
        for (int i = 0; i < identities.size(); i++) {
            Identities of = identities.get(i);
            if (of.set.contains(identity)) {
                return Verdict.DUPLICATE;
            }
            if (of.closeTimeMs == closeTimeMs) {
                remembered = of;
            }
        }
        if (remembered == null) {
            remembered = new Identities(closeTimeMs, new IdentitySet());
            identities.add(remembered);
        }
        remembered.set.add(identity);
        fit(rules.intervals());
        for (int i = 0; i < rows.size(); i++) {
            if (timeMs >= rules.wholeFromMs().get(i)) {
                OpenKline kline = rows.get(i).at(timeMs);
                kline.accumulator.add(swap);
                kline.changed = true;
            }
        }
        return Verdict.COUNTED;
    }

    /** Takes the labels of a trade unless those of a later one are known. */
    public void label(PairLabels given, TradePosition by) {
        if (labelsFrom == null || by.compareTo(labelsFrom) > 0) {
            labels = given;
            labelsFrom = by;
        }
    }

    /** The names that the pair's latest trade gave. */
    public PairLabels labels() {
        return labels;
    }

    /**
     * The klines that changed or closed since the last call, whole, as of this watermark; by
     * interval, then by open time.
     */
    public List<Kline> takeChanged(KlineRules rules, long watermarkMs) {
        fit(rules.intervals());
        List<Kline> changed = new ArrayList<>(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            long wholeFromMs = rules.wholeFromMs().get(i);
            // of an interval that was away for a while, klines may be held that missed trades
            row.klines.removeIf(kline -> kline.openTimeMs < wholeFromMs);
            for (OpenKline kline : row.klines) {
                boolean closes =
                        !kline.closed && watermarkMs >= rules.closesAtMs(kline.closeTimeMs);
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

    /** Forgets what can no longer change; to be called after {@link #takeChanged}. */
    public void dropEnded(KlineRules rules, long watermarkMs) {
        for (Row row : rows) {
            row.klines.removeIf(kline -> watermarkMs >= rules.endsAtMs(kline.closeTimeMs));
        }
        identities.removeIf(of -> watermarkMs >= rules.endsAtMs(of.closeTimeMs));
    }

    /** Whether nothing is left that could change. */
    public boolean isEmpty() {
        for (Row row : rows) {
            if (!row.klines.isEmpty()) {
                return false;
            }
        }
        return identities.isEmpty();
    }

    /**
     * The next watermark at which a kline closes or ends; {@link #NO_TIMER} when nothing is left.
     */
    public long nextEventMs(KlineRules rules) {
        long next = NO_TIMER;
        for (Row row : rows) {
            for (OpenKline kline : row.klines) {
                long event =
                        kline.closed
                                ? rules.endsAtMs(kline.closeTimeMs)
                                : rules.closesAtMs(kline.closeTimeMs);
                next = Math.min(next, event);
            }
        }
        for (Identities of : identities) {
            next = Math.min(next, rules.endsAtMs(of.closeTimeMs));
        }
        return next;
    }

    /** The watermark that the pair's only timer waits for, or {@link #NO_TIMER}. */
    public long timerMs() {
        return timerMs;
    }

    /** Remembers what the pair's timer waits for. */
    public void timerMs(long waitsForMs) {
        timerMs = waitsForMs;
    }

    TradePosition labelsFrom() {
        return labelsFrom;
    }

    /** Makes the rows those of the configured intervals, which differ after a reconfiguration. */
    private void fit(List<Interval> intervals) {
        if (rows.size() == intervals.size()) {
            boolean fits = true;
            for (int i = 0; i < rows.size() && fits; i++) {
                fits = rows.get(i).interval == intervals.get(i);
            }
            if (fits) {
                return;
            }
        }
        List<Row> fitting = new ArrayList<>(intervals.size());
        for (Interval interval : intervals) {
            Row known = null;
            for (Row row : rows) {
                known = row.interval == interval ? row : known;
            }
            fitting.add(known == null ? new Row(interval, new ArrayList<>(1)) : known);
        }
        rows.clear();
        rows.addAll(fitting);
    }

    /** The klines of one interval, by open time. */
    static final class Row {
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

        /** The kline that holds a time, opened if there is none yet. */
        OpenKline at(long timeMs) {
            int place = klines.size();
            while (place > 0 && timeMs < klines.get(place - 1).openTimeMs) {
                place--;
            }
            if (place > 0 && timeMs < klines.get(place - 1).closeTimeMs) {
                return klines.get(place - 1);
            }
            long openTimeMs = interval.openTimeMs(timeMs);
            OpenKline opened =
                    new OpenKline(
                            openTimeMs,
                            interval.closeTimeMs(openTimeMs),
                            new KlineAccumulator(),
                            false,
                            false);
            klines.add(place, opened);
            return opened;
        }
    }

    /** A kline that can still change. */
    static final class OpenKline {
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

    /** The identities of the trades of one smallest kline. */
    static final class Identities {
        final long closeTimeMs;
        final IdentitySet set;

        Identities(long closeTimeMs, IdentitySet set) {
            this.closeTimeMs = closeTimeMs;
            this.set = set;
        }
    }
}
