// Formatting of numbers and times.

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';
const MAX_PLAIN_ZEROS = 3;
const UNITS = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']];

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Formats a price with the given number of significant digits: `63,512.40`, `1.2345`. For a tiny price,
 * a subscript counts the zeros after the decimal point: `0.0₅12345` is 0.0000012345.
 */
export function price(value, significant = 5) {
    if (!Number.isFinite(value)) {
        return '–';
    }
    if (value < 0) {
        return '−' + price(-value, significant);
    }
    if (value === 0) {
        return '0.00';
    }
    // uses the exponent after rounding: 0.00999999 becomes 0.010000
    const [mantissa, exponentText] = value.toExponential(significant - 1).split('e');
    const exponent = Number(exponentText);
    if (exponent >= 15) {
        return `${mantissa}e${exponent}`;
    }
    if (exponent >= 0) {
        return grouped(value, Math.max(2, significant - 1 - exponent));
    }
    const zeros = -exponent - 1;
    if (zeros <= MAX_PLAIN_ZEROS) {
        return value.toFixed(zeros + significant);
    }
    return '0.0' + subscript(zeros) + mantissa.replace('.', '');
}

/** Returns the number of significant digits that distinguishes the labels of an axis from `low` to `high`. */
export function significantFor(low, high) {
    const steps = (high - low) / 8;
    const top = Math.max(Math.abs(low), Math.abs(high));
    if (!(steps > 0) || !(top > 0)) {
        return 5;
    }
    return Math.min(10, Math.max(3, Math.ceil(Math.log10(top / steps)) + 1));
}

function grouped(value, decimals) {
    const [whole, fraction] = value.toFixed(decimals).split('.');
    return whole.replace(/\B(?=(\d{3})+$)/g, ',') + '.' + fraction;
}

function subscript(number) {
    return Array.from(String(number), digit => SUBSCRIPTS[Number(digit)]).join('');
}

/** Formats an amount briefly: `950`, `12.3K`, `4.56M`. */
export function compact(value) {
    if (!Number.isFinite(value)) {
        return '–';
    }
    if (value < 0) {
        return '−' + compact(-value);
    }
    for (const [unit, letter] of UNITS) {
        // 999,950 becomes 1M, not 1000K
        if (value >= unit * 0.9995) {
            return three(value / unit) + letter;
        }
    }
    if (value === 0) {
        return '0';
    }
    return value >= 1 ? three(value) : price(value, 3);
}

function three(value) {
    return Number(value.toPrecision(3)).toString();
}

/** Formats an amount of US dollars: `$1.2K`. */
export function usd(value) {
    return Number.isFinite(value) ? '$' + compact(value) : '–';
}

/** Formats a ratio as a percentage: `+1.25%`, `−0.40%`. Returns `–` if the ratio is unknown. */
export function percent(ratio) {
    if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) {
        return '–';
    }
    const points = ratio * 100;
    const digits = Math.abs(points) >= 1000 ? compact(Math.abs(points)) : Math.abs(points).toFixed(2);
    if (Number(Math.abs(points).toFixed(2)) === 0) {
        return '0.00%';
    }
    return (points > 0 ? '+' : '−') + digits + '%';
}

/** Formats an age with one unit: `now`, `12s`, `3m`, `5h`, `2d`. */
export function ago(seconds, nowSeconds) {
    const age = Math.max(0, Math.floor(nowSeconds - seconds));
    if (age < 3) {
        return 'now';
    }
    if (age < MINUTE) {
        return `${age}s`;
    }
    if (age < HOUR) {
        return `${Math.floor(age / MINUTE)}m`;
    }
    return age < DAY ? `${Math.floor(age / HOUR)}h` : `${Math.floor(age / DAY)}d`;
}

const clock = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
const clockWithSeconds = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
});
const dayOfMonth = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short'});
const monthOfYear = new Intl.DateTimeFormat('en-GB', {month: 'short', year: 'numeric'});
const weekday = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short', day: 'numeric', month: 'short', year: 'numeric',
});

/** Formats an open time in the user's time zone, with the precision that the interval needs. */
export function moment(openTime, intervalSeconds) {
    const date = new Date(openTime * 1000);
    if (intervalSeconds >= DAY) {
        return weekday.format(date);
    }
    const time = intervalSeconds < MINUTE ? clockWithSeconds : clock;
    return `${dayOfMonth.format(date)} ${time.format(date)}`;
}

/** Formats the label of an axis tick: a time, or the date where a new day begins. */
export function tick(openTime, stepSeconds) {
    const date = new Date(openTime * 1000);
    if (stepSeconds >= 28 * DAY) {
        return monthOfYear.format(date);
    }
    const atMidnight = date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
    if (stepSeconds >= DAY || atMidnight) {
        return dayOfMonth.format(date);
    }
    return (stepSeconds < MINUTE ? clockWithSeconds : clock).format(date);
}

const STEPS = [
    1, 5, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR,
    6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 91 * DAY, 365 * DAY,
];

/** Returns the smallest round step in seconds that fits at most `most` times into `spanSeconds`. */
export function axisStep(spanSeconds, most) {
    return STEPS.find(step => spanSeconds / step <= most) ?? STEPS.at(-1);
}

/** Returns the number of the step, in local time, that contains the time. Times in one step share a label. */
export function stepOf(openTime, stepSeconds) {
    const offset = new Date(openTime * 1000).getTimezoneOffset() * MINUTE;
    return Math.floor((openTime - offset) / stepSeconds);
}
