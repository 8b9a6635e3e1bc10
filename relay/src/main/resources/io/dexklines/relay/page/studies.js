// The indicators that a chart can show, the user's choice of them, and the menu for it.

import {ema, macd, rsi, sma, vwap} from './indicators.js';
import {choose, chosen} from './preferences.js';

const LONGEST = 200;

/** Every indicator, with the pane in which it is drawn. `length` is the default number of candles. */
export const KINDS = [
    {id: 'ma', name: 'MA', title: 'Moving average', pane: 'price', length: 20, color: 'study-1'},
    {id: 'ema', name: 'EMA', title: 'Exponential moving average', pane: 'price', length: 50, color: 'study-2'},
    {id: 'vwap', name: 'VWAP', title: 'Volume-weighted average price', pane: 'price', color: 'study-3'},
    {id: 'vma', name: 'Volume MA', title: 'Moving average of the volume', pane: 'volume', length: 20, color: 'study-1'},
    {id: 'rsi', name: 'RSI', title: 'Relative strength index', pane: 'rsi', length: 14, color: 'study-2'},
    {id: 'macd', name: 'MACD', title: 'MACD 12, 26, 9', pane: 'macd', color: 'study-1'},
];

/** The indicators that the user has switched on, each with its length. */
export class Studies {
    constructor() {
        const kept = chosen('studies', {}) ?? {};
        this.lengths = new Map(KINDS.map(kind => [kind.id, lengthOf(kept[kind.id]) ?? kind.length]));
        this.on = new Set(KINDS.filter(kind => kept[kind.id]?.on === true).map(kind => kind.id));
    }

    set(id, isOn, length) {
        if (isOn) {
            this.on.add(id);
        } else {
            this.on.delete(id);
        }
        this.lengths.set(id, lengthOf({length}) ?? this.lengths.get(id));
        choose('studies', Object.fromEntries(
            KINDS.map(kind => [kind.id, {on: this.on.has(kind.id), length: this.lengths.get(kind.id)}])));
    }

    /**
     * Returns the lines of all chosen indicators: `{id, name, pane, color, values, decimals}`, those of the MACD with a
     * histogram. `isPrice` is false for a chart of the market capitalisation, which has no VWAP.
     */
    of(candles, intervalSeconds, isWhole, isPrice) {
        const closes = candles.map(candle => candle.close);
        const lines = [];
        for (const kind of KINDS.filter(({id}) => this.on.has(id) && (id !== 'vwap' || isPrice))) {
            const length = this.lengths.get(kind.id);
            const base = {...kind, name: kind.length ? `${kind.name} ${length}` : kind.name};
            switch (kind.id) {
            case 'ma': lines.push({...base, values: sma(closes, length)}); break;
            case 'ema': lines.push({...base, values: ema(closes, length)}); break;
            case 'vwap': lines.push({...base, values: vwap(candles, intervalSeconds, isWhole)}); break;
            case 'vma': lines.push({...base, values: sma(candles.map(candle => candle.volume), length)}); break;
            case 'rsi': lines.push({...base, values: rsi(closes, length)}); break;
            default: {
                const {line, signal, histogram} = macd(closes);
                lines.push({...base, values: line, histogram});
                lines.push({...base, id: 'signal', name: 'Signal', color: 'study-3', values: signal});
            }
            }
        }
        return lines;
    }
}

function lengthOf(kept) {
    const length = Number(kept?.length);
    return Number.isInteger(length) && length >= 1 && length <= LONGEST ? length : null;
}

/** Fills the menu of indicators. `changed` is called after each choice. */
export function fillMenu(element, studies, changed) {
    element.replaceChildren(...KINDS.map(kind => {
        const row = document.createElement('div');
        const label = document.createElement('label');
        const box = document.createElement('input');
        box.type = 'checkbox';
        box.dataset.study = kind.id;
        box.checked = studies.on.has(kind.id);
        label.title = kind.title;
        label.append(box, kind.name);
        row.append(label);
        const length = document.createElement('input');
        if (kind.length) {
            length.type = 'number';
            length.min = 1;
            length.max = LONGEST;
            length.value = studies.lengths.get(kind.id);
            length.setAttribute('aria-label', `Candles of ${kind.name}`);
            row.append(length);
        }
        for (const input of [box, length]) {
            input.addEventListener('change', () => {
                studies.set(kind.id, box.checked, length.value);
                if (kind.length) {
                    length.value = studies.lengths.get(kind.id);
                }
                changed();
            });
        }
        return row;
    }));
}
