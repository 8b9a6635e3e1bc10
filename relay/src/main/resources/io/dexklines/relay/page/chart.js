// The chart: candles, volume, the current price and the trades of smart-money wallets.

import * as echarts from './echarts/5.5.0/echarts.esm.min.js';
import {axisStep, compact, moment, price, significantFor, stepOf, tick} from './format.js';
import {markSize, marksFor} from './marks.js';

/** Empty slots after the newest candle. */
const AHEAD = 6;
const LOAD_WHEN_LEFT = 60;
const CANDLE_WIDTH = 9;

/** Candle width for a new pair with few candles, which leaves room for further ones. */
const FEW_CANDLES_WIDTH = 14;

const LABEL_WIDTH = 92;
const PRICE_AXIS_WIDTH = 84;
const TIME_AXIS_HEIGHT = 26;
const LEGEND_LINE_HEIGHT = 17;
const NARROW_WIDTH = 560;
const MIN_VISIBLE = 12;

const MARK_HEIGHT = 0.82;
const MARK_DISTANCE = 6;
const ARROW_UP = 'path://M0 -5 L5 4 L-5 4 Z';
const ARROW_DOWN = 'path://M0 5 L5 -4 L-5 -4 Z';

export class Chart {
    /**
     * @param onScrolledLeft called when the view approaches the oldest candle
     * @param onPointed called with the open time of the candle under the crosshair, or null
     * @param onFollowing called with whether the newest candle is in view, when that changes
     */
    constructor(element, {onScrolledLeft, onPointed, onFollowing}) {
        this.element = element;
        this.onScrolledLeft = onScrolledLeft;
        this.onPointed = onPointed;
        this.onFollowing = onFollowing;
        this.candles = [];
        this.times = [];
        this.marks = [];

        /** Trades of a lower value have no mark. */
        this.leastMarkUsd = 0;
        this.seconds = 60;
        this.view = null;
        this.following = true;
        this.chart = echarts.init(element, null, {renderer: 'canvas'});
        this.chart.on('datazoom', () => this.zoomed());
        this.chart.on('updateAxisPointer', event => this.pointed(event));
        this.chart.getZr().on('globalout', () => this.pointed(null));
        new ResizeObserver(() => this.resized()).observe(element);
        this.restyle();
    }

    /** Starts a new chart, positioned at its newest candle. */
    begin(seconds) {
        this.seconds = seconds;
        this.view = null;
        this.setFollowing(true);
        this.chart.dispatchAction({type: 'updateAxisPointer', currTrigger: 'leave'});
    }

    /**
     * Shows the candles. `shift` is the number of candles inserted before those shown so far, by which
     * the view moves to show the same candles as before.
     */
    show(candles, marks, shift = 0) {
        const placesBefore = this.times.length + shift;
        this.candles = candles;
        this.marks = marks;
        this.times = candles.map(candle => candle.time);
        const ahead = Math.max(AHEAD, Math.floor(this.plotWidth() / FEW_CANDLES_WIDTH) - candles.length);
        for (let place = 1; place <= ahead && candles.length > 0; place++) {
            this.times.push(candles.at(-1).time + place * this.seconds);
        }
        if (this.view === null) {
            this.view = this.newestView();
        } else {
            const grown = Math.max(0, this.times.length - placesBefore);
            const by = shift + (this.following ? grown : 0);
            this.view = this.bounded({start: this.view.start + by, end: this.view.end + by});
        }
        this.draw();
        this.loadIfNear();
    }

    newestView() {
        const end = this.times.length - 1;
        return this.bounded({start: end - Math.floor(this.plotWidth() / CANDLE_WIDTH), end});
    }

    bounded({start, end}) {
        const last = Math.max(0, this.times.length - 1);
        return {start: Math.max(0, Math.min(start, last)), end: Math.max(0, Math.min(end, last))};
    }

    plotWidth() {
        return Math.max(MIN_VISIBLE * CANDLE_WIDTH, this.element.clientWidth - PRICE_AXIS_WIDTH);
    }

    // ---- navigation

    zoomed() {
        const {startValue, endValue} = this.chart.getOption().dataZoom[0];
        this.view = {start: startValue, end: endValue};
        this.setFollowing(endValue >= this.candles.length - 1);
        this.drawTicks();
        this.loadIfNear();
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
        const by = Math.round((this.view.end - this.view.start) * part);
        const {start, end} = this.view;
        const bounded = Math.max(-start, Math.min(by, this.times.length - 1 - end));
        this.lookAt({start: start + bounded, end: end + bounded});
    }

    /** Multiplies the number of visible candles by `factor`. The newest visible one stays in place. */
    zoom(factor) {
        const visible = Math.max(MIN_VISIBLE, Math.round((this.view.end - this.view.start) * factor));
        this.lookAt(this.bounded({start: this.view.end - visible, end: this.view.end}));
    }

    /** Moves the view to the newest candle. */
    toNewest() {
        const visible = this.view.end - this.view.start;
        const end = this.times.length - 1;
        this.lookAt(this.bounded({start: end - visible, end}));
    }

    /**
     * Moves the view so that the last candle that opens at `time`, in epoch seconds, or earlier is in its middle,
     * and points at it.
     */
    goTo(time) {
        const index = Math.max(0, this.candles.findLastIndex(candle => candle.time <= time));
        const visible = this.view.end - this.view.start;
        const start = Math.max(0, Math.min(index - Math.floor(visible / 2), this.times.length - 1 - visible));
        this.lookAt({start, end: start + visible});
        this.chart.dispatchAction({type: 'updateAxisPointer', seriesIndex: 0, dataIndex: index});
    }

    lookAt({start, end}) {
        this.chart.dispatchAction({type: 'dataZoom', startValue: start, endValue: end});
    }

    resized() {
        this.chart.resize();
        if (this.following && this.candles.length > 0) {
            this.view = this.newestView();
            this.draw();
        }
    }

    pointed(event) {
        this.onPointed(this.candles[event?.axesInfo?.[0]?.value]?.time ?? null);
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
        };
        this.font = style.getPropertyValue('--font').trim();
        this.chart.setOption(this.frame(), {notMerge: true});
        if (this.view) {
            this.draw();
        }
    }

    /** Sets the options that do not depend on the candles. */
    frame() {
        const {colors} = this;
        const text = {color: colors.text, fontFamily: this.font, fontSize: 11};
        const pointerLabel = {
            ...text, color: colors.strong, backgroundColor: colors.label, borderColor: colors.line, borderWidth: 1,
            padding: [4, 6], shadowBlur: 0,
        };
        const pointer = {show: true, lineStyle: {color: colors.text, width: 1, type: [3, 4], opacity: 0.7}};
        const time = gridIndex => ({
            type: 'category', gridIndex, data: [], boundaryGap: true,
            axisLine: {show: gridIndex === 1, lineStyle: {color: colors.grid}}, axisTick: {show: false},
            splitLine: {show: true, lineStyle: {color: colors.grid}},
        });
        return {
            animation: false,
            textStyle: {fontFamily: this.font},
            axisPointer: {link: [{xAxisIndex: 'all'}], triggerOn: 'mousemove|click'},
            grid: [
                {left: 0, right: PRICE_AXIS_WIDTH, bottom: '23%'},
                {left: 0, right: PRICE_AXIS_WIDTH, top: '80%', bottom: TIME_AXIS_HEIGHT},
            ],
            xAxis: [
                {...time(0), axisLabel: {show: false}, axisPointer: {...pointer, label: {show: false}}},
                {
                    ...time(1),
                    axisLabel: {
                        ...text, margin: 10, hideOverlap: true,
                        formatter: value => tick(Number(value), this.step),
                    },
                    axisPointer: {
                        ...pointer,
                        label: {...pointerLabel, formatter: ({value}) => moment(Number(value), this.seconds)},
                    },
                },
            ],
            yAxis: [
                {
                    scale: true, position: 'right', splitNumber: 6,
                    min: ({min, max}) => min - margin(min, max),
                    max: ({min, max}) => max + margin(min, max),
                    axisLine: {show: false}, axisTick: {show: false},
                    splitLine: {lineStyle: {color: colors.grid}},
                    axisLabel: {
                        ...text, margin: 10, showMinLabel: false, showMaxLabel: false,
                        formatter: value => this.isAtLast(value) ? '' : price(value, this.significant),
                    },
                    axisPointer: {
                        ...pointer, snap: false,
                        label: {...pointerLabel, formatter: ({value}) => price(Number(value), this.significant + 1)},
                    },
                },
                {
                    gridIndex: 1, position: 'right', splitNumber: 2, min: 0, max: ({max}) => max * 1.1 || 1,
                    axisLine: {show: false}, axisTick: {show: false}, splitLine: {show: false},
                    axisLabel: {
                        ...text, margin: 10, showMinLabel: false, showMaxLabel: false,
                        formatter: value => compact(value),
                    },
                    axisPointer: {show: false},
                },
            ],
            dataZoom: [{
                type: 'inside', xAxisIndex: [0, 1], filterMode: 'filter', minValueSpan: MIN_VISIBLE,
                zoomOnMouseWheel: true, moveOnMouseMove: true,
            }],
            series: [
                {
                    id: 'candles', type: 'candlestick', xAxisIndex: 0, yAxisIndex: 0, large: false, data: [],
                    barMaxWidth: 18, clip: true,
                    itemStyle: {
                        color: colors.up, color0: colors.down, borderColor: colors.up, borderColor0: colors.down,
                        borderColorDoji: colors.up,
                    },
                    markLine: {
                        // disables rounding, which would turn tiny prices into 0
                        precision: -1,
                        symbol: 'none', silent: true, animation: false,
                        lineStyle: {type: [2, 3], width: 1},
                        data: [],
                    },
                },
                {
                    id: 'volume', type: 'bar', xAxisIndex: 1, yAxisIndex: 1, data: [], barMaxWidth: 18,
                    barCategoryGap: '25%', silent: true,
                },
                {
                    id: 'marks', type: 'scatter', xAxisIndex: 0, yAxisIndex: 0, data: [], z: 5, clip: false,
                    silent: true, symbolKeepAspect: true,
                },
            ],
        };
    }

    draw() {
        const {candles, colors} = this;
        const last = candles.at(-1);
        const change = last && last.close >= last.open ? colors.up : colors.down;
        this.measure();
        const legendLines = this.element.clientWidth < NARROW_WIDTH ? 2 : 1;
        this.chart.setOption({
            grid: [{top: 10 + legendLines * LEGEND_LINE_HEIGHT}, {}],
            xAxis: [0, 1].map(() => ({data: this.times, ...this.ticks()})),
            dataZoom: [{startValue: this.view.start, endValue: this.view.end}],
            series: [
                {
                    id: 'candles',
                    data: candles.map(({open, close, low, high}) => [open, close, low, high]),
                    markLine: {
                        data: last ? [{
                            yAxis: last.close,
                            lineStyle: {color: change},
                            label: {
                                formatter: price(last.close), position: 'end', distance: [3, 0],
                                color: colors.ground, backgroundColor: change, padding: [4, 6], borderRadius: 3,
                                fontSize: 11, fontWeight: 600, fontFamily: this.font,
                            },
                        }] : [],
                    },
                },
                {
                    id: 'volume',
                    data: candles.map(({open, close, volume}) => ({
                        value: volume,
                        itemStyle: {color: close >= open ? colors.upVolume : colors.downVolume},
                    })),
                },
                {id: 'marks', data: this.markItems()},
            ],
        });
    }

    /** Returns whether the label of the current price covers this value on the axis. */
    isAtLast(value) {
        return Math.abs(value - this.candles.at(-1)?.close) < this.range / 30;
    }

    drawTicks() {
        this.measure();
        this.chart.setOption({xAxis: [0, 1].map(() => this.ticks())});
    }

    /** Computes the precision of the axis labels for the visible candles. */
    measure() {
        const inView = this.candles.slice(this.view.start, this.view.end + 1);
        const low = inView.reduce((least, candle) => Math.min(least, candle.low), Infinity);
        const high = inView.reduce((most, candle) => Math.max(most, candle.high), -Infinity);
        this.significant = significantFor(low, high);
        this.range = high - low;
        const visible = this.view.end - this.view.start + 1;
        this.step = axisStep(visible * this.seconds, this.plotWidth() / LABEL_WIDTH);
    }

    /** Returns the ticks: the first candle of each step, except where the edge would cut off its label. */
    ticks() {
        const visible = this.view.end - this.view.start + 1;
        const edge = this.view.start + Math.ceil(visible * LABEL_WIDTH / 3 / this.plotWidth());
        const isFirst = index => index > edge
            && stepOf(this.times[index], this.step) !== stepOf(this.times[index - 1], this.step);
        return {axisLabel: {interval: isFirst}, splitLine: {interval: isFirst}};
    }

    /** Returns the marks: below candles in which smart-money wallets bought, above those with sales. */
    markItems() {
        return marksFor(this.marks, this.candles, this.leastMarkUsd, this.seconds).map(mark => {
            const isBuy = mark.side === 'buy';
            const index = this.candleAt(mark.timeMs / 1000);
            const size = markSize(mark.usd);
            const color = mark.yours ? this.colors.accent : this.colors.mark;
            const label = (mark.yours ? '★' : '') + (mark.count > 1 ? mark.count : '');
            return {
                value: [index, isBuy ? this.candles[index].low : this.candles[index].high],
                symbol: isBuy ? ARROW_UP : ARROW_DOWN,
                symbolSize: [size, size * MARK_HEIGHT],
                symbolOffset: [0, (isBuy ? 1 : -1) * (size * MARK_HEIGHT / 2 + MARK_DISTANCE)],
                itemStyle: {color, borderColor: this.colors.ground, borderWidth: 1},
                label: {
                    show: label !== '', formatter: label, fontSize: 10, fontWeight: 600, color,
                    position: isBuy ? 'bottom' : 'top', distance: 3, fontFamily: this.font,
                },
            };
        });
    }

    candleAt(time) {
        let low = 0;
        let high = this.candles.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.candles[middle].time <= time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        const candle = this.candles[low - 1];
        return candle && time < candle.time + this.seconds ? low - 1 : -1;
    }
}

/** Returns the margin above the highest and below the lowest price, also if they are equal. */
function margin(min, max) {
    return max > min ? (max - min) * 0.08 : Math.abs(max) * 0.01;
}
