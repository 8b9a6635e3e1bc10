// The legend of the chart: the values of the candle under the crosshair, or of the newest one.

import {compact, moment, percent, usd} from './format.js';
import {setText} from './header.js';

/** A list of terms and values whose elements are kept, since it changes with every move of the crosshair. */
class Facts {
    constructor(element) {
        this.element = element;
        this.shown = [];
    }

    /** Shows `[term, value, class name]` each, optionally with a colour of the theme. */
    show(facts) {
        while (this.shown.length > facts.length) {
            this.shown.pop().remove();
        }
        facts.forEach(([term, text, className, color], index) => {
            if (index === this.shown.length) {
                const fact = document.createElement('div');
                fact.append(document.createElement('dt'), document.createElement('dd'));
                this.element.append(fact);
                this.shown.push(fact);
            }
            const fact = this.shown[index];
            setText(fact.firstChild, term);
            setText(fact.lastChild, text);
            if (fact.className !== className) {
                fact.className = className;
            }
            if ((fact.dataset.color ?? '') !== (color ?? '')) {
                fact.dataset.color = color ?? '';
                fact.style.color = color ? `var(--${color})` : '';
            }
        });
    }
}

export class Legend {
    /** @param element the element for the candle, `studiesElement` that for the indicators */
    constructor(element, studiesElement) {
        this.candle = new Facts(element);
        this.studies = new Facts(studiesElement);
    }

    clear() {
        this.candle.show([]);
        this.studies.show([]);
    }

    /**
     * Shows a candle.
     *
     * @param index the place of the candle in the indicators' values
     * @param lines the indicators
     * @param format formats a price
     */
    show(candle, index, intervalSeconds, lines, format) {
        const direction = candle.close >= candle.open ? 'up' : 'down';
        this.candle.show([
            ['', moment(candle.time, intervalSeconds), 'when'],
            ['O', format(candle.open), direction], ['H', format(candle.high), direction],
            ['L', format(candle.low), direction], ['C', format(candle.close), direction],
            ['', percent(candle.close / candle.open - 1), direction],
            ['Vol', usd(candle.volume), ''], ['Trades', compact(candle.trades), 'wide'],
            ...candle.buys === null || candle.buys === undefined ? [] : [
                ['Buys', compact(candle.buys), 'wide'], ['Sells', compact(candle.trades - candle.buys), 'wide'],
            ],
        ]);
        this.studies.show(lines.map(({name, pane, values, color}) => {
            const value = values[index] ?? NaN;
            const text = !Number.isFinite(value) ? '–'
                : pane === 'volume' ? usd(value) : pane === 'rsi' ? value.toFixed(1) : format(value);
            return [name, text, 'study', color];
        }));
    }
}
