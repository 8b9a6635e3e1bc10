// The klines of one pair and interval, from wherever they come, each in its newest version.

const UNIT_SECONDS = {s: 1, m: 60, h: 3600, d: 86400, w: 604800, M: 2629746};

/** The length of an interval such as `15m`, in seconds; of a month, on average. */
export function intervalSeconds(interval) {
    return parseInt(interval, 10) * UNIT_SECONDS[interval.at(-1)];
}

/** A kline of the live stream (the `k` of its message) as a candle. */
export function fromStream(k) {
    return {
        time: Math.floor(k.t / 1000),
        open: Number(k.o),
        high: Number(k.h),
        low: Number(k.l),
        close: Number(k.c),
        volume: Number(k.q),
        trades: k.n,
        closed: k.x,
    };
}

/**
 * Whether `candidate` is a newer version of the kline that `held` is a version of: one with more
 * trades, or the same trades and now closed. Live messages and history overlap, in any order; by this
 * rule the result is the same whichever comes first, and nothing ever goes back.
 */
export function supersedes(candidate, held) {
    return candidate.trades > held.trades
        || candidate.trades === held.trades && candidate.closed && !held.closed;
}

/** Candles in the order of their open times, each once. */
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

    /** The candle that opened at `time`. */
    at(time) {
        const candle = this.list[this.placeOf(time)];
        return candle?.time === time ? candle : undefined;
    }

    /** The place of the first candle that opens at `time` or later. */
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

    /** Takes in one candle unless a newer version is held; whether anything changed. */
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

    /** Takes in many; how many there are more in front of what was the first. */
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
     * Takes in the newest klines there are, a page without holes. What is held has none up to
     * `unbrokenUntil`; if the page begins later, klines may be missing in between, and all before the
     * page is forgotten, to be loaded again by whoever scrolls there. How many were forgotten.
     */
    mergeTail(page, unbrokenUntil) {
        const begins = page.reduce((least, candle) => Math.min(least, candle.time), Infinity);
        const forgotten = begins > unbrokenUntil && page.length > 0 ? this.placeOf(begins) : 0;
        this.list.splice(0, forgotten);
        this.merge(page);
        return forgotten;
    }
}
