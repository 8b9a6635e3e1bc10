package io.dexklines.kline;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradePosition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.UnaryOperator;

/**
 * Accumulates trades into a kline. Adding and merging are commutative and associative, so the
 * result depends only on the set of trades, not on the order in which they arrive or are merged.
 *
 * <p>Prices and market capitalisations are those of the trades that are not part of a sandwich
 * attack. If there are no such trades, the sandwich trades set them. Volumes and counts include all
 * trades. Not thread-safe.
 *
 * <p>Format, version 2: the version; flags; the positions of the opening, closing, first and last
 * trade; the prices and market capitalisations, one value for four that are equal; trades, buys and
 * the sums. Integers are LEB128. Positions are written by {@link PositionPool}. The accumulators
 * inside {@link PairKlines} are written without the version. In version 1, a position has an
 * identity of 64 bits.
 */
public final class KlineAccumulator {

    private static final int VERSION = 2;

    private static final int VOLUME_USD = 0;
    private static final int VOLUME_TOKEN = 1;
    private static final int BUY_VOLUME_USD = 2;
    private static final int BUY_VOLUME_TOKEN = 3;
    private static final int SUMS = 4;

    private static final int FLAG_ONLY_CLAMPED = 1;
    private static final int FLAG_ONE_PRICE = 2;
    private static final int FLAG_ONE_MCAP = 4;

    private boolean onlyClamped = true;
    private TradePosition opening;
    private TradePosition closing;
    private double open;
    private double high;
    private double low;
    private double close;
    private double mcapOpen;
    private double mcapHigh;
    private double mcapLow;
    private double mcapClose;
    private TradePosition first;
    private TradePosition last;
    private long trades;
    private long buys;
    private ExactSums sums;

    /** Creates an accumulator without trades. */
    public KlineAccumulator() {
        this(new ExactSums(SUMS));
    }

    private KlineAccumulator(ExactSums sums) {
        this.sums = sums;
    }

    /** Returns a deep copy. */
    public KlineAccumulator copy() {
        KlineAccumulator copy = new KlineAccumulator(sums.copy());
        copy.takePrices(this);
        copy.first = first;
        copy.last = last;
        copy.trades = trades;
        copy.buys = buys;
        return copy;
    }

    /** Returns the number of trades. */
    public long trades() {
        return trades;
    }

    /** Adds a trade. The caller ensures that it has not been added before. */
    public void add(Swap swap) {
        if (swap.clamp() == onlyClamped && opening != null) {
            widenPrices(swap);
        } else if (onlyClamped) {
            // the first trade, or the first that is not part of a sandwich attack
            startPrices(swap);
        }
        TradePosition position = swap.position();
        first = earlier(first, position);
        last = later(last, position);
        trades++;
        sums.add(VOLUME_USD, swap.volumeUsd());
        sums.add(VOLUME_TOKEN, swap.volumeToken());
        if (swap.buy()) {
            buys++;
            sums.add(BUY_VOLUME_USD, swap.volumeUsd());
            sums.add(BUY_VOLUME_TOKEN, swap.volumeToken());
        }
    }

    /** Adds the trades of another accumulator. The caller ensures that the sets are disjoint. */
    public void merge(KlineAccumulator other) {
        if (other.trades == 0) {
            return;
        }
        if (trades == 0 || (onlyClamped && !other.onlyClamped)) {
            takePrices(other);
        } else if (onlyClamped == other.onlyClamped) {
            widenPrices(other);
        }
        first = earlier(first, other.first);
        last = later(last, other.last);
        trades += other.trades;
        buys += other.buys;
        sums.add(other.sums);
    }

    /**
     * Returns the kline of the trades. There must be at least one.
     *
     * @param openTimeMs when the kline opens, epoch milliseconds
     * @param closed whether the watermark has passed the close time
     */
    public Kline kline(Interval interval, long openTimeMs, boolean closed) {
        return new Kline(
                interval,
                openTimeMs,
                open,
                high,
                low,
                close,
                mcapOpen,
                mcapHigh,
                mcapLow,
                mcapClose,
                sums.rounded(VOLUME_USD),
                sums.rounded(VOLUME_TOKEN),
                sums.rounded(BUY_VOLUME_USD),
                sums.rounded(BUY_VOLUME_TOKEN),
                trades,
                buys,
                first.withoutFields(),
                last.withoutFields(),
                closed);
    }

    /** Replaces the positions of trades by what the operator returns. */
    void replacePositions(UnaryOperator<TradePosition> replacement) {
        opening = replacement.apply(opening);
        closing = replacement.apply(closing);
        first = replacement.apply(first);
        last = replacement.apply(last);
    }

    /** Writes the newest version of the format. There must be at least one trade. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        write(out, new PositionPool.Writer());
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static KlineAccumulator read(DataInput in) throws IOException {
        boolean former = FormatVersion.read(in, "the trades of a kline", VERSION) == 1;
        return read(in, new PositionPool.Reader(former));
    }

    void write(DataOutput out, PositionPool.Writer positions) throws IOException {
        boolean onePrice = open == high && open == low && open == close;
        boolean oneMcap = mcapOpen == mcapHigh && mcapOpen == mcapLow && mcapOpen == mcapClose;
        out.writeByte(
                (onlyClamped ? FLAG_ONLY_CLAMPED : 0)
                        | (onePrice ? FLAG_ONE_PRICE : 0)
                        | (oneMcap ? FLAG_ONE_MCAP : 0));
        positions.write(out, opening);
        positions.write(out, closing);
        positions.write(out, first);
        positions.write(out, last);
        out.writeDouble(open);
        if (!onePrice) {
            out.writeDouble(high);
            out.writeDouble(low);
            out.writeDouble(close);
        }
        out.writeDouble(mcapOpen);
        if (!oneMcap) {
            out.writeDouble(mcapHigh);
            out.writeDouble(mcapLow);
            out.writeDouble(mcapClose);
        }
        Varint.write(out, trades);
        Varint.write(out, buys);
        sums.write(out);
    }

    static KlineAccumulator read(DataInput in, PositionPool.Reader positions) throws IOException {
        int flags = in.readByte();
        boolean onePrice = (flags & FLAG_ONE_PRICE) != 0;
        boolean oneMcap = (flags & FLAG_ONE_MCAP) != 0;
        KlineAccumulator read = new KlineAccumulator(null);
        read.onlyClamped = (flags & FLAG_ONLY_CLAMPED) != 0;
        read.opening = positions.read(in);
        read.closing = positions.read(in);
        read.first = positions.read(in);
        read.last = positions.read(in);
        read.open = in.readDouble();
        read.high = onePrice ? read.open : in.readDouble();
        read.low = onePrice ? read.open : in.readDouble();
        read.close = onePrice ? read.open : in.readDouble();
        read.mcapOpen = in.readDouble();
        read.mcapHigh = oneMcap ? read.mcapOpen : in.readDouble();
        read.mcapLow = oneMcap ? read.mcapOpen : in.readDouble();
        read.mcapClose = oneMcap ? read.mcapOpen : in.readDouble();
        read.trades = Varint.read(in);
        read.buys = Varint.read(in);
        read.sums = ExactSums.read(in, SUMS);
        return read;
    }

    /** Returns whether both accumulators yield the same klines, now and after further trades. */
    boolean sameAs(KlineAccumulator other) {
        return trades == other.trades
                && buys == other.buys
                && onlyClamped == other.onlyClamped
                && first.equals(other.first)
                && last.equals(other.last)
                && opening.equals(other.opening)
                && closing.equals(other.closing)
                && high == other.high
                && low == other.low
                && mcapHigh == other.mcapHigh
                && mcapLow == other.mcapLow
                && sums.equals(other.sums);
    }

    private void startPrices(Swap swap) {
        onlyClamped = swap.clamp();
        opening = swap.position();
        closing = opening;
        open = swap.priceUsd();
        high = open;
        low = open;
        close = open;
        mcapOpen = swap.mcapUsd();
        mcapHigh = mcapOpen;
        mcapLow = mcapOpen;
        mcapClose = mcapOpen;
    }

    private void widenPrices(Swap swap) {
        TradePosition position = swap.position();
        double price = swap.priceUsd();
        double mcap = swap.mcapUsd();
        if (position.compareTo(opening) < 0) {
            opening = position;
            open = price;
            mcapOpen = mcap;
        }
        if (position.compareTo(closing) > 0) {
            closing = position;
            close = price;
            mcapClose = mcap;
        }
        widenRange(price, price, mcap, mcap);
    }

    private void widenPrices(KlineAccumulator other) {
        if (other.opening.compareTo(opening) < 0) {
            opening = other.opening;
            open = other.open;
            mcapOpen = other.mcapOpen;
        }
        if (other.closing.compareTo(closing) > 0) {
            closing = other.closing;
            close = other.close;
            mcapClose = other.mcapClose;
        }
        widenRange(other.high, other.low, other.mcapHigh, other.mcapLow);
    }

    private void widenRange(double toHigh, double toLow, double toMcapHigh, double toMcapLow) {
        high = Math.max(high, toHigh);
        low = Math.min(low, toLow);
        mcapHigh = Math.max(mcapHigh, toMcapHigh);
        mcapLow = Math.min(mcapLow, toMcapLow);
    }

    private void takePrices(KlineAccumulator other) {
        onlyClamped = other.onlyClamped;
        opening = other.opening;
        closing = other.closing;
        open = other.open;
        high = other.high;
        low = other.low;
        close = other.close;
        mcapOpen = other.mcapOpen;
        mcapHigh = other.mcapHigh;
        mcapLow = other.mcapLow;
        mcapClose = other.mcapClose;
    }

    private static TradePosition earlier(TradePosition held, TradePosition other) {
        return held == null || other.compareTo(held) < 0 ? other : held;
    }

    private static TradePosition later(TradePosition held, TradePosition other) {
        return held == null || other.compareTo(held) > 0 ? other : held;
    }
}
