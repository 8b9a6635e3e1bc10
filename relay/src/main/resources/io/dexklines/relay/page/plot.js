// The drawing of candles, bars, lines and marks. The only module that knows the chart library: `Plot` can be
// implemented with another one. Axes, labels, crosshair and gestures are in chart.js and axes.js.

import * as echarts from './echarts.js';

// the chart library clears its element by assigning '' to innerHTML; all other markup is forbidden
globalThis.trustedTypes?.createPolicy('default', {createHTML: html => html === '' ? '' : null});

const BODY = 0.72;
const WIDEST_BODY = 22;

/** From this number of candles on, they are drawn in one path. */
const MANY = 700;

const UP = 'path://M0 -5 L5 4 L-5 4 Z';
const DOWN = 'path://M0 5 L5 -4 L-5 -4 Z';

export class Plot {
    constructor(element, {width, height}) {
        this.chart = echarts.init(element, null, {renderer: 'canvas', width, height});
    }

    resize({width, height}) {
        this.chart.resize({width, height, silent: true});
    }

    clear() {
        this.chart.clear();
    }

    /**
     * Draws a scene, instead of the former one.
     *
     * @param scene
     *   `slots`: the number of places for candles, `left` and `right`: pixels beside them;
     *   `panes`: `{id, top, height, min, max}` in pixels and in the units of that pane;
     *   `candles`: for each slot `{open, close, low, high}` or null, in the first pane;
     *   `bars`: `{id, pane, values, color}`, and `lines`: the same, with a value or null for each slot;
     *   `marks`: `{slot, value, isUp, text, size, color}` in the first pane;
     *   `colors`: `up`, `down` and `ground`; `font`: of the texts of marks
     */
    draw(scene) {
        const {panes} = scene;
        const slots = Array.from({length: scene.slots}, (_, slot) => slot);
        // panes are named, since their indexes in the library change when one of them is removed
        const place = (id, pane) => ({id, silent: true, animation: false, xAxisId: pane, yAxisId: pane});
        this.chart.setOption({
            animation: false,
            grid: panes.map(({id, top, height}) =>
                ({id, left: scene.left, right: scene.right, top, height, show: false})),
            xAxis: panes.map(({id}) =>
                ({id, gridId: id, type: 'category', data: slots, boundaryGap: true, show: false})),
            yAxis: panes.map(({id, min, max}) => ({id, gridId: id, type: 'value', min, max, show: false})),
            series: [
                this.candles(scene, {id: 'candles', silent: true, animation: false, xAxisIndex: 0, yAxisIndex: 0}),
                ...scene.bars.map(({id, pane, values, color}) => ({
                    ...place(id, pane), type: 'bar', data: values.map(orNothing), barWidth: this.body(scene),
                    barGap: '-100%', itemStyle: {color},
                })),
                ...scene.lines.map(({id, pane, values, color}) => ({
                    ...place(id, pane), type: 'line', data: values.map(orNothing), showSymbol: false, z: 4,
                    lineStyle: {color, width: 1.4}, itemStyle: {color},
                })),
                this.marks(scene, place('marks', panes[0].id)),
            ],
        }, {replaceMerge: ['grid', 'xAxis', 'yAxis', 'series']});
    }

    body({slots, left, right}) {
        const slotWidth = (this.chart.getWidth() - left - right) / slots;
        return Math.max(1, Math.min(WIDEST_BODY, Math.round(slotWidth * BODY)));
    }

    candles(scene, base) {
        const {up, down} = scene.colors;
        return {
            ...base, type: 'candlestick', barWidth: this.body(scene), largeThreshold: MANY,
            data: scene.candles.map(candle => candle
                ? [candle.open, candle.close, candle.low, candle.high]
                : ['-', '-', '-', '-']),
            itemStyle: {color: up, color0: down, borderColor: up, borderColor0: down, borderColorDoji: up},
        };
    }

    marks(scene, base) {
        return {
            ...base, type: 'scatter', z: 5, clip: false, symbolKeepAspect: true,
            data: scene.marks.map(({slot, value, isUp, text, size, color}) => ({
                value: [slot, value],
                symbol: isUp ? UP : DOWN,
                symbolSize: [size, size * 0.82],
                symbolOffset: [0, isUp ? size : -size],
                itemStyle: {color, borderColor: scene.colors.ground, borderWidth: 1},
                label: {
                    show: text !== '', formatter: () => text, fontSize: 10, fontWeight: 600, color,
                    position: isUp ? 'bottom' : 'top', distance: 3, fontFamily: scene.font,
                },
            })),
        };
    }
}

function orNothing(value) {
    return value ?? '-';
}
