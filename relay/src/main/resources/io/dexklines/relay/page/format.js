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

/** Formats an amount briefly with the given number of significant digits and without zeros at the end: `1.25M`, `0.5`. */
export function amount(value, significant = 3) {
    if (!Number.isFinite(value)) {
        return '–';
    }
    if (value < 0) {
        return '−' + amount(-value, significant);
    }
    const [unit, letter] = UNITS.find(([unit]) => value >= unit * (1 - 0.5 * 10 ** -significant)) ?? [1, ''];
    if (value >= 1 || value === 0) {
        return Number((value / unit).toPrecision(Math.max(3, significant))) + letter;
    }
    return price(value, significant).replace(/0+$/, '');
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

// ---- times

/** The zone of the user's system. */
const SYSTEM_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zones to choose from, besides the user's own. */
const ZONES = [
    'UTC', 'America/Los_Angeles', 'America/Chicago', 'America/New_York', 'America/Sao_Paulo', 'Europe/London',
    'Europe/Berlin', 'Europe/Istanbul', 'Asia/Dubai', 'Asia/Kolkata', 'Asia/Singapore', 'Asia/Shanghai', 'Asia/Seoul',
    'Asia/Tokyo', 'Australia/Sydney',
];

const MAX_KNOWN_OFFSETS = 10_000;

/** Offsets of the zone change at most at these times. */
const OFFSET_STEP = 15 * MINUTE;

const formats = zone => ({
    clock: new Intl.DateTimeFormat('en-GB', {timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}),
    clockWithSeconds: new Intl.DateTimeFormat('en-GB', {
        timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
    }),
    date: new Intl.DateTimeFormat('en-GB', {timeZone: zone, day: 'numeric', month: 'short'}),
    dateAndYear: new Intl.DateTimeFormat('en-GB', {timeZone: zone, day: 'numeric', month: 'short', year: 'numeric'}),
    month: new Intl.DateTimeFormat('en-GB', {timeZone: zone, month: 'short', year: 'numeric'}),
    weekday: new Intl.DateTimeFormat('en-GB', {
        timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric',
    }),
    parts: partsIn(zone),
});

function partsIn(zone) {
    return new Intl.DateTimeFormat('en-US', {
        timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric',
        minute: 'numeric', second: 'numeric',
    });
}

const utc = formats('UTC');
let chosenZone = null;
let inZone = null;
const offsets = new Map();

/** Chooses the time zone in which times of day are formatted. An unknown one is replaced by that of the system. */
export function setZone(name) {
    try {
        inZone = formats(name);
        chosenZone = name;
    } catch {
        inZone = formats(SYSTEM_ZONE);
        chosenZone = SYSTEM_ZONE;
    }
    offsets.clear();
}

setZone(SYSTEM_ZONE);

/** Returns the name of the chosen time zone, such as `Europe/Berlin`. */
export function zone() {
    return chosenZone;
}

/** Returns the names of the time zones to choose from, that of the system first. */
export function zones() {
    return [...new Set([SYSTEM_ZONE, chosenZone, ...ZONES])];
}

/** Formats a time zone: `UTC`, `New York (UTC−5)`. */
export function zoneTitle(name, nowSeconds) {
    const minutes = offsetOf(partsIn(name), nowSeconds) / MINUTE;
    const rest = Math.abs(minutes) % 60;
    const hours = Math.floor(Math.abs(minutes) / 60) + (rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`);
    const offset = minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '−' : '+'}${hours}`;
    return /^(Etc\/)?(UTC|GMT|UCT|Zulu|Universal)$/.test(name)
        ? 'UTC'
        : `${name.split('/').at(-1).replaceAll('_', ' ')} (${offset})`;
}

/** Returns how many seconds a zone is ahead of UTC at a time. */
function offsetOf(parts, seconds) {
    const at = Object.fromEntries(
        parts.formatToParts(new Date(seconds * 1000)).map(({type, value}) => [type, Number(value)]));
    const wall = Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) / 1000;
    return wall - Math.floor(seconds);
}

/** Returns the offset of the chosen zone. */
function offset(seconds) {
    const step = Math.floor(seconds / OFFSET_STEP);
    let known = offsets.get(step);
    if (known === undefined) {
        if (offsets.size >= MAX_KNOWN_OFFSETS) {
            offsets.clear();
        }
        known = offsetOf(inZone.parts, step * OFFSET_STEP);
        offsets.set(step, known);
    }
    return known;
}

/** Returns a date whose UTC fields are those of the chosen zone, or of UTC for intervals of a day or longer. */
function fieldsOf(openTime, intervalSeconds) {
    return new Date((openTime + (intervalSeconds >= DAY ? 0 : offset(openTime))) * 1000);
}

/**
 * Formats an open time with the precision that the interval needs: a UTC date for a day or longer, otherwise a time in
 * the chosen zone, with the year where it is not this one.
 */
export function moment(openTime, intervalSeconds) {
    const date = new Date(openTime * 1000);
    if (intervalSeconds >= 28 * DAY) {
        return utc.month.format(date);
    }
    if (intervalSeconds >= DAY) {
        return utc.weekday.format(date);
    }
    const time = intervalSeconds < MINUTE ? inZone.clockWithSeconds : inZone.clock;
    return `${dateOf(openTime, intervalSeconds)} ${time.format(date)}`;
}

/** Formats a date, with the year where it is not this one. */
function dateOf(openTime, intervalSeconds) {
    const thisYear = fieldsOf(Date.now() / 1000, intervalSeconds).getUTCFullYear();
    const {date, dateAndYear} = intervalSeconds >= DAY ? utc : inZone;
    const isThisYear = fieldsOf(openTime, intervalSeconds).getUTCFullYear() === thisYear;
    return (isThisYear ? date : dateAndYear).format(new Date(openTime * 1000));
}

/**
 * Formats the label of an axis tick: a time, or the date where a new day has begun since `before`.
 *
 * @param before the open time of the candle before it
 * @param stepSeconds the distance of ticks
 */
export function tick(openTime, before, stepSeconds, intervalSeconds) {
    if (stepSeconds >= 28 * DAY) {
        return utc.month.format(new Date(openTime * 1000));
    }
    const day = time => Math.floor(fieldsOf(time, intervalSeconds) / 1000 / DAY);
    if (stepSeconds >= DAY || day(openTime) !== day(before)) {
        return dateOf(openTime, intervalSeconds);
    }
    return (stepSeconds < MINUTE ? inZone.clockWithSeconds : inZone.clock).format(new Date(openTime * 1000));
}

const STEPS = [
    1, 5, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR,
    6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 91 * DAY, 182 * DAY, 365 * DAY, 1826 * DAY,
];

/** Returns the smallest round step in seconds that fits at most `most` times into `spanSeconds`. */
export function axisStep(spanSeconds, most) {
    return STEPS.find(step => spanSeconds / step <= most) ?? STEPS.at(-1);
}

/** 1 January 1970 was a Thursday, and weeks begin on Monday. */
const MONDAY = 4 * DAY;

/**
 * Returns the number of the step that contains the time: of the chosen zone, or of UTC for intervals of a day or longer.
 * Steps of weeks begin on Monday, those of months and years on their first day. Times in one step share a label.
 */
export function stepOf(openTime, stepSeconds, intervalSeconds) {
    const fields = fieldsOf(openTime, intervalSeconds);
    if (stepSeconds >= 28 * DAY) {
        const months = Math.round(stepSeconds / (30.4 * DAY));
        return Math.floor((fields.getUTCFullYear() * 12 + fields.getUTCMonth()) / months);
    }
    const seconds = fields / 1000;
    return Math.floor((stepSeconds >= 7 * DAY ? seconds - MONDAY : seconds) / stepSeconds);
}

/** Returns the open time `slots` intervals after `openTime`, or before it if negative. */
export function timeOfSlot(openTime, slots, intervalSeconds) {
    if (slots !== 0 && intervalSeconds >= 28 * DAY) {
        const date = new Date(openTime * 1000);
        return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + slots, 1) / 1000;
    }
    return openTime + slots * intervalSeconds;
}
