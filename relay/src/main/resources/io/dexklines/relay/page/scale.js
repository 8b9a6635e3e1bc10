// The vertical scale of a pane: linear or logarithmic, with round values to label.

const ROUND = [1, 2, 2.5, 5, 10];

/** Returns the greatest round number (1, 2, 2.5 or 5 times a power of ten) that is at most `value`. */
export function roundBelow(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    const factor = ROUND.findLast(round => round * power <= value * (1 + 1e-9)) ?? 1;
    return factor * power;
}

/** Returns the least round number that is at least `value`. */
export function roundAbove(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    const factor = ROUND.find(round => round * power >= value * (1 - 1e-9)) ?? 10;
    return factor * power;
}

/** Returns the multiples of `step` from `low` to `high`. */
function multiples(low, high, step) {
    const values = [];
    for (let n = Math.ceil(low / step - 1e-9); n * step <= high * (1 + 1e-12) && values.length < 100; n++) {
        values.push(n * step);
    }
    return values;
}

/**
 * Maps values to pixels. Between `low` and `high` (values) lies the whole height of the pane. With `isLog`, equal
 * ratios have equal distances; all values are then greater than 0.
 */
export class Scale {
    constructor({low, high, top, height, isLog = false}) {
        this.isLog = isLog;
        this.low = low;
        this.high = high;
        this.top = top;
        this.height = height;
        this.min = this.units(low);
        this.max = this.units(high);
    }

    /** Returns the position of a value on the scale, in units that are proportional to pixels. */
    units(value) {
        return this.isLog ? Math.log10(value) : value;
    }

    valueOf(units) {
        return this.isLog ? 10 ** units : units;
    }

    /** Returns the distance of a value from the top of the chart, in pixels. */
    y(value) {
        return this.top + (this.max - this.units(value)) / (this.max - this.min) * this.height;
    }

    valueAt(y) {
        return this.valueOf(this.max - (y - this.top) / this.height * (this.max - this.min));
    }

    /** Returns round values, ascending, that are about `spacing` pixels apart or more. */
    ticks(spacing) {
        const most = Math.max(1, this.height / spacing);
        if (this.isLog && this.max - this.min > Math.log10(3)) {
            return this.logTicks(spacing);
        }
        return multiples(this.low, this.high, roundAbove((this.high - this.low) / most));
    }

    logTicks(spacing) {
        const decade = this.height / (this.max - this.min);
        const factors = decade > 5 * spacing ? [1, 2, 3, 5, 7] : decade > 2.5 * spacing ? [1, 2, 5] : [1];
        const every = Math.max(1, Math.ceil(spacing / decade));
        const values = [];
        for (let power = Math.floor(this.min); power <= this.max; power++) {
            if (power % every === 0) {
                values.push(...factors.map(factor => factor * 10 ** power));
            }
        }
        return values.filter(value => value >= this.low && value <= this.high);
    }

    /** Returns at least two round values above 0 for a scale that begins at 0, if it is not empty. */
    amounts(spacing) {
        const parts = Math.max(2, Math.floor(this.height / (2 * spacing)));
        return this.high > 0 ? multiples(0, this.high, roundBelow(this.high / parts)).slice(1) : [];
    }

    /** Returns a scale whose range is `factor` times as large, with the same middle. */
    stretched(factor) {
        const middle = (this.min + this.max) / 2;
        const half = (this.max - this.min) / 2 * factor;
        return {low: this.valueOf(middle - half), high: this.valueOf(middle + half)};
    }

    /** Returns the range that lies `pixels` higher. */
    moved(pixels) {
        const by = pixels / this.height * (this.max - this.min);
        return {low: this.valueOf(this.min + by), high: this.valueOf(this.max + by)};
    }
}
