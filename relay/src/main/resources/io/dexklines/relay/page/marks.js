// The marks of smart-money trades on the chart.

const MONTH_S = 28 * 86_400;
const LONGEST_MONTH_S = 31 * 86_400;

const LEAST_SIZE = 9;
const MOST_SIZE = 24;
const SIZE_PER_FACTOR_OF_TEN = 3;
const LEAST_SIZE_USD = 100;

/**
 * Returns the marks of a chart, at most one for each candle and side, ascending by time.
 *
 * A mark has `timeMs` (the open time of its candle, epoch milliseconds), `side` (`buy` or `sell`), `usd` (the sum),
 * `count`, `yours` (whether the user's stream has reported one of the trades) and `rows` (its trades, the largest
 * first). Trades outside of all candles have no mark.
 *
 * @param trades with `time` (epoch seconds), `side`, `usd` and `yours`, in any order
 * @param candles with `time` (open time, epoch seconds), ascending
 * @param leastUsd trades of a lower value are left out
 * @param intervalSeconds the length of a candle; without it, a candle lasts until the next one opens
 */
export function marksFor(trades, candles, leastUsd, intervalSeconds = Infinity) {
    const longest = intervalSeconds >= MONTH_S ? Math.max(intervalSeconds, LONGEST_MONTH_S) : intervalSeconds;
    const marks = new Map();
    for (const trade of trades) {
        const candle = trade.usd >= leastUsd ? candleAt(candles, trade.time) : undefined;
        if (!candle || trade.time >= candle.time + longest) {
            continue;
        }
        const key = `${candle.time} ${trade.side}`;
        const mark = marks.get(key)
            ?? {timeMs: candle.time * 1000, side: trade.side, usd: 0, count: 0, yours: false, rows: []};
        marks.set(key, mark);
        mark.usd += trade.usd;
        mark.count++;
        mark.yours ||= trade.yours === true;
        mark.rows.push(trade);
    }
    const list = [...marks.values()];
    list.forEach(mark => mark.rows.sort((a, b) => b.usd - a.usd));
    return list.sort((a, b) => a.timeMs - b.timeMs || a.side.localeCompare(b.side));
}

/** Returns the last candle that opens at `time` or earlier. */
function candleAt(candles, time) {
    let low = 0;
    let high = candles.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (candles[middle].time <= time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return candles[low - 1];
}

/** Returns the width of a mark in pixels: 9 up to $100, 3 more for each factor of ten, 24 at most. */
export function markSize(usd) {
    const factorsOfTen = Math.log10(Math.max(usd, LEAST_SIZE_USD) / LEAST_SIZE_USD);
    return Math.min(MOST_SIZE, Math.round(LEAST_SIZE + SIZE_PER_FACTOR_OF_TEN * factorsOfTen));
}
