// The chart of one pair: which candles are in view, at which scale, and what the user does to change that.

import {Axes} from './axes.js';
import {amount, axisStep, moment, price, significantFor, stepOf, tick, timeOfSlot} from './format.js';
import {markSize, marksFor} from './marks.js';
import {Plot} from './plot.js';
import {Scale} from './scale.js';

/** Empty slots after the newest candle. */
const AHEAD = 4;
const LOAD_WHEN_LEFT = 60;

/** The width of a candle with its share of the space around it, in pixels. */
const SLOT_WIDTH = 9;
const LEAST_SLOT_WIDTH = 1;
const MIN_VISIBLE = 12;

/** The newest candle can be moved to the left until this part of the view is left for candles. */
const LEAST_FILLED = 0.25;

const LABEL_WIDTH = 92;
const PRICE_AXIS_WIDTH = 84;
const TIME_AXIS_HEIGHT = 26;
const PRICE_SPACING = 52;
const AMOUNT_SPACING = 18;
const PANE_GAP = 10;
const VOLUME_PART = 0.17;
const STUDY_PART = 0.15;

/** The margin above the highest and below the lowest price, as a part of their distance. */
const MARGIN = 0.08;

const WHEEL_ZOOM = 0.0015;
const WHEEL_SCALE = 0.002;
const PIXELS_TO_STRETCH = 200;
const PIXELS_TO_ZOOM = 250;
const LEAST_DRAG_PX = 3;
const LINE_PX = 16;

export class Chart {
    /**
     * @param onScrolledLeft called when the view approaches the oldest candle
     * @param onPointed called with the open time of the candle under the crosshair, or null
     * @param onFollowing called with whether the newest candle is in view, when that changes
     * @param onScaled called with whether the price axis follows the candles, when that changes
     */
    constructor(element, {onScrolledLeft, onPointed, onFollowing, onScaled}) {
        this.element = element;
        this.onScrolledLeft = onScrolledLeft;
        this.onPointed = onPointed;
        this.onFollowing = onFollowing;
        this.onScaled = onScaled;
        this.candles = [];
        this.marks = [];

        /** Trades of a lower value have no mark. */
        this.leastMarkUsd = 0;
        this.lines = [];
        this.format = price;
        this.seconds = 60;
        this.slotWidth = SLOT_WIDTH;
        this.isLog = false;

        /** The height of the legend above the candles, in pixels. */
        this.legendHeight = 0;

        /** The range of the price axis that the user has chosen, or null while it follows the candles. */
        this.range = null;

        /** The visible slots. Those before the first and after the last candle are empty. */
        this.view = null;
        this.following = true;
        this.pointer = null;
        this.layout = null;
        this.size = {width: element.clientWidth, height: element.clientHeight};
        const plot = document.createElement('div');
        plot.className = 'chart-plot';
        element.append(plot);
        this.plot = new Plot(plot, this.size);
        this.axes = new Axes(element);
        this.axes.resize(this.size);
        this.restyle();
        this.listen();
        new ResizeObserver(() => this.resized()).observe(element);
    }

    /** Starts a new chart, positioned at its newest candle. */
    begin(seconds) {
        this.seconds = seconds;
        this.slotWidth = SLOT_WIDTH;
        this.clear();
    }

    /** Shows nothing until candles are given. */
    clear() {
        this.candles = [];
        this.marks = [];
        this.lines = [];
        this.view = null;
        this.layout = null;
        this.drag = null;
        this.point(null);
        this.setRange(null);
        this.setFollowing(true);
        this.plot.clear();
        this.axes.clear();
    }

    /**
     * Shows candles, ascending by time. Candles that were in view before stay where they are, unless the view
     * follows the newest one.
     *
     * @param lines the indicators, `{id, pane, color, values}` with a value or null for each candle
     * @param format formats a value of the price axis with a number of significant digits
     */
    show(candles, marks, lines = [], format = price) {
        const before = this.candles;
        this.candles = candles;
        this.marks = marks;
        this.lines = lines;
        this.format = format;
        if (candles.length === 0) {
            this.plot.clear();
            this.axes.clear();
            this.layout = null;
            return;
        }
        if (this.view === null || before.length === 0) {
            this.toEnd(candles.length - 1 + AHEAD);
        } else {
            const inserted = this.inserted(before);
            const appended = Math.max(0, candles.length - inserted - before.length);
            const slots = inserted + (this.following ? appended : 0);
            if (this.drag) {
                // it goes on from the same candle
                const {start, end} = this.drag.view;
                this.drag.view = {start: start + slots, end: end + slots};
            }
            this.toEnd(this.view.end + slots);
        }
        this.draw();
        this.loadIfNear();
    }

    /** Returns how many places the candles shown before have moved to the right. */
    inserted(before) {
        const place = this.placeOf(before[0].time);
        const kept = before.findIndex(candle => candle.time >= this.candles[0].time);
        return place > 0 ? place : kept < 0 ? -before.length : -kept;
    }

    /** Returns the index of the first candle that opens at `time` or later. */
    placeOf(time) {
        let low = 0;
        let high = this.candles.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.candles[middle].time < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    // ---- the view

    plotWidth() {
        return Math.max(MIN_VISIBLE, this.size.width - PRICE_AXIS_WIDTH);
    }

    visible() {
        return Math.max(MIN_VISIBLE, Math.floor(this.plotWidth() / this.slotWidth));
    }

    /** Moves the last visible slot to `end`, or as near as the candles permit. */
    toEnd(end) {
        const visible = this.visible();
        const newest = this.candles.length - 1;
        const least = Math.min(visible - 1, newest + AHEAD);
        const most = newest + Math.floor(visible * (1 - LEAST_FILLED));
        const bounded = Math.max(least, Math.min(Math.round(end), Math.max(least, most)));
        this.view = {start: bounded - visible + 1, end: bounded};
        this.setFollowing(bounded >= newest);
    }

    loadIfNear() {
        if (this.view.start < LOAD_WHEN_LEFT && this.candles.length > 0) {
            this.onScrolledLeft();
        }
    }

    setFollowing(following) {
        if (this.following !== following) {
            this.following = following;
            this.onFollowing(following);
        }
    }

    /** Moves the view by a fraction of its width. */
    pan(part) {
        if (this.view) {
            this.lookAt(this.view.end + Math.round(this.visible() * part));
        }
    }

    lookAt(end) {
        this.toEnd(end);
        this.drawSoon();
        this.loadIfNear();
    }

    /**
     * Multiplies the number of visible candles by `factor`. What is at `anchor`, a part of the width of the view, stays
     * in place.
     */
    zoom(factor, anchor = 1) {
        if (!this.view) {
            return;
        }
        const slot = this.view.start + anchor * this.visible();
        const widest = this.plotWidth() / MIN_VISIBLE;
        const before = this.visible();
        this.slotWidth = Math.max(LEAST_SLOT_WIDTH, Math.min(widest, this.slotWidth / factor));
        const end = this.view.end + 1;
        this.lookAt(slot + (end - slot) * this.visible() / before - 1);
    }

    /** Moves the view to the newest candle. */
    toNewest() {
        if (this.view) {
            this.lookAt(this.candles.length - 1 + AHEAD);
        }
    }

    /**
     * Moves the view so that the last candle that opens at `time`, in epoch seconds, or earlier is in its middle, and
     * points at it.
     */
    goTo(time) {
        if (this.view && this.candles.length > 0) {
            const place = this.placeOf(time);
            const index = Math.max(0, this.candles[place]?.time === time ? place : place - 1);
            this.lookAt(index + Math.floor(this.visible() / 2));
            this.pointAt(index);
        }
    }

    resized() {
        const size = {width: this.element.clientWidth, height: this.element.clientHeight};
        if (size.width === 0 || size.height === 0
            || size.width === this.size.width && size.height === this.size.height) {
            return;
        }
        this.size = size;
        this.plot.resize(size);
        this.axes.resize(size);
        if (this.view && this.candles.length > 0) {
            this.slotWidth = Math.min(this.slotWidth, this.plotWidth() / MIN_VISIBLE);
            this.toEnd(this.view.end);
            this.draw();
            this.loadIfNear();
        }
    }

    // ---- the price axis

    setLog(isLog) {
        this.isLog = isLog;
        this.setRange(null);
        this.drawSoon();
    }

    /** Fixes the range of the price axis, or lets it follow the candles if `range` is null. */
    setRange(range) {
        const changed = (this.range === null) !== (range === null);
        this.range = range;
        if (changed) {
            this.onScaled(range === null);
        }
    }

    /** Lets the price axis follow the candles again. */
    fitPrices() {
        this.setRange(null);
        this.drawSoon();
    }

    /** Multiplies the range of the price axis by `factor`. */
    stretch(factor, scale = this.layout?.scale) {
        if (!scale) {
            return;
        }
        const range = scale.stretched(factor);
        if (Number.isFinite(range.high) && range.high > range.low && (!this.usesLog() || range.low > 0)) {
            this.setRange(range);
            this.drawSoon();
        }
    }

    usesLog() {
        return this.isLog && this.candles.every(candle => candle.low > 0);
    }

    // ---- gestures

    listen() {
        const {element} = this;
        this.pointers = new Map();
        element.addEventListener('pointerdown', event => this.pressed(event));
        element.addEventListener('pointermove', event => this.moved(event));
        element.addEventListener('pointerup', event => this.released(event));
        element.addEventListener('pointercancel', event => this.released(event));
        element.addEventListener('pointerleave', event => event.pointerType === 'mouse' && this.point(null));
        element.addEventListener('wheel', event => this.wheeled(event), {passive: false});
        element.addEventListener('dblclick', event => {
            const area = this.areaAt(this.placeOfEvent(event));
            if (area === 'prices') {
                this.fitPrices();
            } else if (area === 'times') {
                this.slotWidth = SLOT_WIDTH;
                this.toNewest();
            }
        });
    }

    placeOfEvent(event) {
        const {left, top} = this.element.getBoundingClientRect();
        return {x: event.clientX - left, y: event.clientY - top};
    }

    /** Returns whether a place is on the `prices` or `times` axis or in the `plot`. */
    areaAt({x, y}) {
        if (y > this.size.height - TIME_AXIS_HEIGHT) {
            return 'times';
        }
        return x > this.plotWidth() ? 'prices' : 'plot';
    }

    pressed(event) {
        if (event.button !== 0 || !this.view) {
            return;
        }
        const place = this.placeOfEvent(event);
        this.pointers.set(event.pointerId, place);
        this.element.setPointerCapture(event.pointerId);
        this.drag = {
            ...place, area: this.areaAt(place), view: this.view, slotWidth: this.slotWidth, scale: this.layout?.scale,
            isFixed: this.range !== null, hasMoved: false, spread: this.spread(),
        };
        if (event.pointerType !== 'mouse') {
            this.point(place);
        }
    }

    /** Returns the distance of two fingers, or null. */
    spread() {
        const [a, b] = this.pointers.values();
        return b ? Math.max(10, Math.hypot(a.x - b.x, a.y - b.y)) : null;
    }

    moved(event) {
        const place = this.placeOfEvent(event);
        if (this.pointers.has(event.pointerId)) {
            this.pointers.set(event.pointerId, place);
        }
        if (!this.drag || !this.pointers.has(event.pointerId) || !this.view) {
            this.element.dataset.area = this.areaAt(place);
            if (event.pointerType === 'mouse') {
                this.point(place);
            }
            return;
        }
        const {drag} = this;
        const [dx, dy] = [place.x - drag.x, place.y - drag.y];
        drag.hasMoved ||= Math.hypot(dx, dy) >= LEAST_DRAG_PX;
        if (!drag.hasMoved) {
            return;
        }
        if (drag.spread !== null && this.spread() !== null) {
            this.slotWidth = drag.slotWidth;
            this.view = drag.view;
            this.zoom(drag.spread / this.spread(), 0.5);
            return;
        }
        if (drag.area === 'prices') {
            this.stretch(Math.exp(dy / PIXELS_TO_STRETCH), drag.scale);
        } else if (drag.area === 'times') {
            this.slotWidth = drag.slotWidth;
            this.view = drag.view;
            this.zoom(Math.exp(-dx / PIXELS_TO_ZOOM));
        } else {
            if (drag.isFixed && drag.scale) {
                this.setRange(drag.scale.moved(dy));
            }
            this.lookAt(drag.view.end - dx / this.plotWidth() * this.visible());
        }
        this.point(place);
    }

    released(event) {
        this.pointers.delete(event.pointerId);
        this.drag = null;
    }

    wheeled(event) {
        event.preventDefault();
        if (!this.view) {
            return;
        }
        const pixels = delta => delta * (event.deltaMode === 0 ? 1 : LINE_PX);
        const place = this.placeOfEvent(event);
        const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
        if (this.areaAt(place) === 'prices') {
            this.stretch(Math.exp(pixels(event.deltaY) * WHEEL_SCALE));
        } else if (isSideways) {
            const distance = pixels(event.deltaX || event.deltaY);
            const slots = distance / this.plotWidth() * this.visible();
            this.lookAt(this.view.end + Math.sign(slots) * Math.max(1, Math.abs(slots)));
        } else {
            this.zoom(Math.exp(pixels(event.deltaY) * WHEEL_ZOOM), place.x / this.plotWidth());
        }
    }

    // ---- the crosshair

    /** Moves the crosshair to a place, or removes it. */
    point(place) {
        this.pointer = place;
        this.onPointed(this.pointedCandle()?.time ?? null);
        if (!this.isCrossPending) {
            this.isCrossPending = true;
            requestAnimationFrame(() => {
                this.isCrossPending = false;
                this.drawCross();
            });
        }
    }

    pointedSlot() {
        if (!this.pointer || !this.view || this.pointer.x > this.plotWidth()) {
            return null;
        }
        return this.view.start + Math.floor(this.pointer.x / this.plotWidth() * this.visible());
    }

    pointedCandle() {
        return this.candles[this.pointedSlot() ?? -1];
    }

    /** Moves the crosshair by a number of candles, from the newest one if there is none. Returns the candle. */
    pointBeside(step) {
        if (!this.view || !this.layout) {
            return undefined;
        }
        const from = this.pointedCandle() ? this.pointedSlot() : Math.min(this.view.end, this.candles.length);
        this.pointAt(Math.max(0, Math.min(this.candles.length - 1, from + step)));
        return this.pointedCandle();
    }

    pointAt(index) {
        if (index < this.view.start) {
            this.lookAt(index + this.visible() - 1);
        } else if (index > this.view.end) {
            this.lookAt(index);
        }
        this.draw();
        this.point({x: this.xOf(index), y: this.layout.scale.y(this.candles[index].close)});
    }

    // ---- drawing

    /** Applies the colours of the page's theme. */
    restyle() {
        const style = getComputedStyle(document.documentElement);
        const color = name => style.getPropertyValue(`--${name}`).trim();
        this.colors = {
            up: color('up'), down: color('down'), upVolume: color('up-volume'), downVolume: color('down-volume'),
            grid: color('grid'), text: color('text-dim'), strong: color('text'), label: color('raised'),
            line: color('line'), mark: color('mark'), accent: color('accent'), ground: color('ground'),
            'study-1': color('study-1'), 'study-2': color('study-2'), 'study-3': color('study-3'),
        };
        this.font = style.getPropertyValue('--font').trim();
        this.drawSoon();
    }

    /** Draws before the next frame, once for any number of calls. */
    drawSoon() {
        if (!this.isDrawPending) {
            this.isDrawPending = true;
            requestAnimationFrame(() => {
                this.isDrawPending = false;
                this.draw();
            });
        }
    }

    draw() {
        if (!this.view || this.candles.length === 0) {
            return;
        }
        const layout = this.arrange();
        this.layout = layout;
        this.plot.draw(this.scene(layout));
        this.times = this.timeLabels();
        this.axes.drawGrid(layout, this.times, this.colors);
        this.drawCross();
    }

    /** Divides the height among the panes and computes their scales. */
    arrange() {
        const {width, height} = this.size;
        const plotBottom = height - TIME_AXIS_HEIGHT;
        const top = this.legendHeight + 10;
        const more = ['rsi', 'macd'].filter(id => this.lines.some(line => line.pane === id));
        const space = plotBottom - top;
        const heights = new Map([['volume', space * VOLUME_PART], ...more.map(id => [id, space * STUDY_PART])]);
        const below = [...heights.values()].reduce((sum, part) => sum + part + PANE_GAP, 0);
        const scale = this.priceScale(top, Math.max(40, space - below));
        this.significant = significantFor(scale.low, scale.high);
        const panes = [{
            id: 'price', top, height: scale.height, min: scale.min, max: scale.max, hasLines: true, scale,
            ticks: scale.ticks(PRICE_SPACING)
                .map(value => ({y: scale.y(value), text: this.format(value, this.significant)})),
        }];
        let from = top + scale.height + PANE_GAP;
        for (const [id, part] of heights) {
            panes.push(this.lowerPane(id, from, part));
            from += part + PANE_GAP;
        }
        return {width, height, plotWidth: this.plotWidth(), plotBottom, scale, panes};
    }

    inView(values) {
        return values.slice(Math.max(0, this.view.start), this.view.end + 1);
    }

    priceScale(top, height) {
        const isLog = this.usesLog();
        if (this.range) {
            return new Scale({...this.range, top, height, isLog});
        }
        // the view may lie wholly beside the candles for a moment
        const inView = this.inView(this.candles);
        const candles = inView.length > 0 ? inView : [this.candles.at(-1)];
        const low = candles.reduce((least, candle) => Math.min(least, candle.low), Infinity);
        const high = candles.reduce((most, candle) => Math.max(most, candle.high), -Infinity);
        if (low === high) {
            const part = Math.abs(low) * 0.01 || 1;
            return new Scale({low: low - part, high: high + part, top, height, isLog});
        }
        const tight = new Scale({low, high, top, height, isLog});
        return new Scale({...tight.stretched(1 + 2 * MARGIN), top, height, isLog});
    }

    lowerPane(id, top, height) {
        const pane = (low, high, ticks) => {
            const scale = new Scale({low, high, top, height});
            return {
                id, top, height, min: low, max: high, scale, hasLines: id === 'rsi',
                ticks: ticks(scale).map(value => ({y: scale.y(value), text: amount(value)})),
            };
        };
        if (id === 'volume') {
            const most = this.inView(this.candles).reduce((sum, {volume}) => Math.max(sum, volume), 0);
            return pane(0, most * 1.1 || 1, scale => most > 0 ? scale.amounts(AMOUNT_SPACING) : []);
        }
        if (id === 'rsi') {
            return pane(0, 100, () => [30, 70]);
        }
        const values = this.lines.filter(line => line.pane === id)
            .flatMap(line => [...this.inView(line.values), ...this.inView(line.histogram ?? [])])
            .filter(value => value !== null);
        const most = values.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0) * 1.15 || 1;
        return pane(-most, most, () => [0]);
    }

    /** Returns what the plot draws: see `Plot.draw`. */
    scene({plotWidth, width, scale, panes}) {
        const {colors, view} = this;
        const slots = view.end - view.start + 1;
        const inSlots = at => Array.from({length: slots}, (_, slot) => at(view.start + slot) ?? null);
        const inUnits = ({open, close, low, high}) => ({
            open: scale.units(open), close: scale.units(close), low: scale.units(low), high: scale.units(high),
        });
        const unitsOf = pane => value => value !== null && pane === 'price' ? scale.units(value) : value;
        const candles = inSlots(index => this.candles[index]);
        const isUp = candle => candle.close >= candle.open;
        const bars = [
            ['volume-up', colors.upVolume, isUp], ['volume-down', colors.downVolume, candle => !isUp(candle)],
        ].map(([id, color, isIn]) => ({
            id, pane: 'volume', color, values: candles.map(candle => candle && isIn(candle) ? candle.volume : null),
        }));
        for (const {pane, histogram} of this.lines.filter(line => line.histogram)) {
            const values = inSlots(index => histogram[index]);
            const only = isIn => values.map(value => value !== null && isIn(value) ? value : null);
            bars.push({id: `${pane}-up`, pane, color: colors.upVolume, values: only(value => value >= 0)});
            bars.push({id: `${pane}-down`, pane, color: colors.downVolume, values: only(value => value < 0)});
        }
        return {
            slots, left: 0, right: width - plotWidth, panes, bars, colors, font: this.font,
            candles: candles.map(candle => candle && inUnits(candle)),
            lines: this.lines.map(({id, pane, color, values}) => ({
                id, pane, color: colors[color], values: inSlots(index => values[index]).map(unitsOf(pane)),
            })),
            marks: this.markItems(scale),
        };
    }

    drawCross() {
        if (!this.layout || !this.view) {
            this.axes.clear();
            return;
        }
        const {layout, colors} = this;
        const last = this.candles.at(-1);
        const lastY = layout.scale.y(last.close);
        this.axes.drawCross(layout, this.times, {
            y: lastY,
            isInside: lastY >= layout.scale.top && lastY <= layout.scale.top + layout.scale.height,
            text: this.format(last.close, Math.max(5, this.significant)),
            color: last.close >= last.open ? colors.up : colors.down,
        }, this.crosshair(), colors, this.font);
    }

    crosshair() {
        const slot = this.pointedSlot();
        if (slot === null || this.pointer.y > this.layout.plotBottom) {
            return null;
        }
        const {y} = this.pointer;
        const pane = this.layout.panes.find(({top, height}) => y >= top && y <= top + height);
        const value = pane?.scale.valueAt(y);
        const text = pane && (pane.id === 'price' ? this.format(value, this.significant + 1) : amount(value));
        return {x: this.xOf(slot), y, text: text ?? null, time: moment(this.timeAt(slot), this.seconds)};
    }

    /** Returns the middle of a slot, in pixels. */
    xOf(slot) {
        return (slot - this.view.start + 0.5) * this.plotWidth() / this.visible();
    }

    /** Returns the open time of a slot, also of an empty one. */
    timeAt(slot) {
        const newest = this.candles.length - 1;
        const known = Math.max(0, Math.min(newest, slot));
        return timeOfSlot(this.candles[known].time, slot - known, this.seconds);
    }

    /** Returns the labels of the time axis: at the first candle of each step. */
    timeLabels() {
        const step = axisStep(this.visible() * this.seconds, this.plotWidth() / LABEL_WIDTH);
        const labels = [];
        let before = this.timeAt(this.view.start - 1);
        for (let slot = this.view.start; slot <= this.view.end; slot++) {
            const time = this.timeAt(slot);
            if (stepOf(time, step, this.seconds) !== stepOf(before, step, this.seconds)) {
                labels.push({x: this.xOf(slot), text: tick(time, before, step, this.seconds)});
            }
            before = time;
        }
        return labels;
    }

    /** Returns the marks: below candles in which smart-money wallets bought, above those with sales. */
    markItems(scale) {
        return marksFor(this.marks, this.candles, this.leastMarkUsd, this.seconds)
            .map(mark => ({...mark, index: this.candleAt(mark.timeMs / 1000)}))
            .filter(({index}) => index >= this.view.start && index <= this.view.end)
            .map(({index, side, usd, count, yours}) => {
                const isUp = side === 'buy';
                const candle = this.candles[index];
                return {
                    slot: index - this.view.start, value: scale.units(isUp ? candle.low : candle.high), isUp,
                    text: (yours ? '★' : '') + (count > 1 ? count : ''), size: markSize(usd),
                    color: yours ? this.colors.accent : this.colors.mark,
                };
            });
    }

    /** Returns the index of the candle in which `time` lies, or -1. */
    candleAt(time) {
        const place = this.placeOf(time);
        const index = this.candles[place]?.time === time ? place : place - 1;
        const candle = this.candles[index];
        return candle && time < candle.time + this.seconds ? index : -1;
    }
}
