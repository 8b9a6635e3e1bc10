// Technical indicators. Each function returns one value per candle, null where there are too few candles before it.
// Intervals without trades have no candle and do not count.

/** Returns the mean of the last `length` values, added from the oldest to the newest. */
export function sma(values, length) {
    return values.map((_, index) => index + 1 < length ? null : meanOf(values, index + 1 - length, length));
}

function meanOf(values, from, length) {
    let sum = 0;
    for (let index = from; index < from + length; index++) {
        sum += values[index];
    }
    return sum / length;
}

/**
 * Returns the exponential moving average: the mean of the first `length` values, then `a·value + (1 − a)·before`
 * with `a = 2 / (length + 1)`. Leading nulls of `values` are skipped.
 */
export function ema(values, length) {
    return smoothed(values, length, 2 / (length + 1));
}

function smoothed(values, length, weight) {
    const first = values.findIndex(value => value !== null);
    const result = new Array(values.length).fill(null);
    if (first < 0 || first + length > values.length) {
        return result;
    }
    let average = meanOf(values, first, length);
    result[first + length - 1] = average;
    for (let index = first + length; index < values.length; index++) {
        average = weight * values[index] + (1 - weight) * average;
        result[index] = average;
    }
    return result;
}

/**
 * Returns Wilder's relative strength index, 0 to 100: gains and losses are averaged over the first `length` changes,
 * then with weight `1 / length`. Without any change it is 50.
 */
export function rsi(closes, length) {
    const change = index => index === 0 ? null : closes[index] - closes[index - 1];
    const gains = closes.map((_, index) => index === 0 ? null : Math.max(0, change(index)));
    const losses = closes.map((_, index) => index === 0 ? null : Math.max(0, -change(index)));
    const [gain, loss] = [smoothed(gains, length, 1 / length), smoothed(losses, length, 1 / length)];
    return gain.map((up, index) => {
        if (up === null) {
            return null;
        }
        const both = up + loss[index];
        return both === 0 ? 50 : 100 * up / both;
    });
}

/** Returns the difference of two averages of the closes, its own average as the signal, and how far it is above. */
export function macd(closes, fast = 12, slow = 26, signalLength = 9) {
    const [quick, lazy] = [ema(closes, fast), ema(closes, slow)];
    const line = quick.map((value, index) => lazy[index] === null ? null : value - lazy[index]);
    const signal = ema(line, signalLength);
    return {line, signal, histogram: line.map((value, index) => signal[index] === null ? null : value - signal[index])};
}

/** Returns the number of the period in which the average of an interval begins anew. */
function periodOf(time, intervalSeconds) {
    if (intervalSeconds < 60) {
        return Math.floor(time / 3_600);
    }
    if (intervalSeconds < 86_400) {
        return Math.floor(time / 86_400);
    }
    const date = new Date(time * 1000);
    return intervalSeconds === 86_400 ? date.getUTCFullYear() * 12 + date.getUTCMonth() : date.getUTCFullYear();
}

/**
 * Returns the volume-weighted average price since the period began: the UTC day, the hour for intervals of seconds, the
 * month for `1d`, the year for longer ones. The first period counts only if `isWhole`, since candles may be missing.
 */
export function vwap(candles, intervalSeconds, isWhole) {
    let period = null;
    let periods = 0;
    let usd = 0;
    let tokens = 0;
    return candles.map(candle => {
        const own = periodOf(candle.time, intervalSeconds);
        if (own !== period) {
            period = own;
            periods++;
            usd = 0;
            tokens = 0;
        }
        usd += candle.volume;
        tokens += candle.tokens;
        return (periods > 1 || isWhole) && tokens > 0 ? usd / tokens : null;
    });
}
