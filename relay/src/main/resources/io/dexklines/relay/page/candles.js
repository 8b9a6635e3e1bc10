// The klines of one pair and interval, from history and the live stream, each in its newest version.

const UNIT_SECONDS = {s: 1, m: 60, h: 3600, d: 86400, w: 604800, M: 2629746};

/** Returns the length of an interval such as `15m` in seconds. For a month, this is the average. */
export function intervalSeconds(interval) {
    return parseInt(interval, 10) * UNIT_SECONDS[interval.at(-1)];
}

/** Converts a kline of the live stream (`k` of its message) to a candle. */
export function fromStream(k) {
    return {
        time: Math.floor(k.t / 1000),
        open: Number(k.o),
        high: Number(k.h),
        low: Number(k.l),
        close: Number(k.c),
        mcap: mcapOf(k.mo, k.mh, k.ml, k.mc),
        volume: Number(k.q),
        tokens: Number(k.v),
        buyVolume: Number(k.Q),
        trades: k.n,
        buys: k.nb ?? null,
        closed: k.x,
    };
}

/** Returns the candle of the market capitalisation, or null where it is not known. */
export function mcapOf(open, high, low, close) {
    const candle = {open: Number(open ?? NaN), high: Number(high ?? NaN), low: Number(low ?? NaN), close: Number(close ?? NaN)};
    return Object.values(candle).every(value => value > 0) ? candle : null;
}

/** Returns the candles with the market capitalisation in place of the price, without those of which it is unknown. */
export function inMcap(candles) {
    return candles.filter(({mcap}) => mcap).map(candle => ({...candle, ...candle.mcap}));
}

/**
 * Returns whether `candidate` is a newer version of the same kline as `held`: it has more trades, or
 * equally many and has closed. Live messages and history may arrive in any order. With this rule the
 * result does not depend on the order, and no older version replaces a newer one.
 */
export function supersedes(candidate, held) {
    return candidate.trades > held.trades
        || candidate.trades === held.trades && candidate.closed && !held.closed;
}

/** A list of candles, ascending by open time and without duplicates. */
export class Candles {
    constructor() {
        this.list = [];
    }

    get size() {
        return this.list.length;
    }

    get first() {
        return this.list[0];
    }

    get last() {
        return this.list.at(-1);
    }

    /** Returns the candle that opened at `time`, or undefined. */
    at(time) {
        const candle = this.list[this.placeOf(time)];
        return candle?.time === time ? candle : undefined;
    }

    /** Returns the index of the first candle that opens at `time` or later. */
    placeOf(time) {
        let low = 0;
        let high = this.list.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.list[middle].time < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Adds a candle unless a newer version is held. Returns whether the list changed. */
    put(candle) {
        const place = this.placeOf(candle.time);
        const held = this.list[place];
        if (held?.time === candle.time) {
            if (!supersedes(candle, held)) {
                return false;
            }
            this.list[place] = candle;
        } else {
            this.list.splice(place, 0, candle);
        }
        return true;
    }

    /** Adds several candles. Returns the number of candles inserted before the former first one. */
    merge(candles) {
        const firstTime = this.first?.time;
        const merged = [];
        const more = [...candles].sort((a, b) => a.time - b.time);
        let next = 0;
        const take = candle => {
            const last = merged.at(-1);
            if (last?.time !== candle.time) {
                merged.push(candle);
            } else if (supersedes(candle, last)) {
                merged[merged.length - 1] = candle;
            }
        };
        for (const held of this.list) {
            while (next < more.length && more[next].time < held.time) {
                take(more[next++]);
            }
            take(held);
        }
        while (next < more.length) {
            take(more[next++]);
        }
        this.list = merged;
        return firstTime === undefined ? 0 : this.placeOf(firstTime);
    }

    /**
     * Adds a page with the newest klines, which has no holes. The held candles have no holes up to
     * `unbrokenUntil`. If the page begins later, klines between them may be missing, so all candles
     * before the page are removed and loaded again when needed. Returns the number of removed candles.
     */
    mergeTail(page, unbrokenUntil) {
        const begins = page.reduce((least, candle) => Math.min(least, candle.time), Infinity);
        const forgotten = begins > unbrokenUntil && page.length > 0 ? this.placeOf(begins) : 0;
        this.list.splice(0, forgotten);
        this.merge(page);
        return forgotten;
    }
}
