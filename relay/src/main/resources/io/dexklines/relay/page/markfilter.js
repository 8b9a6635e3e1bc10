// The least value of the trades that have a mark on the chart, which the user chooses and the browser keeps.

import * as kept from './kept.js';

const KEY = 'klines.marks';
const CHOICES = [
    ['No marks', null], ['All marks', 0], ['Marks ≥ $100', 100], ['Marks ≥ $1K', 1_000], ['Marks ≥ $10K', 10_000],
    ['Marks ≥ $100K', 100_000],
];
const UNLESS_CHOSEN = 1_000;

/**
 * Fills a `select` with the choices. Returns a function that returns the chosen least value in USD, which is
 * Infinity for no marks.
 *
 * @param changed called when the user has chosen
 */
export function markFilter(select, changed) {
    select.replaceChildren(...CHOICES.map(([text, leastUsd]) => new Option(text, String(leastUsd))));
    const stored = kept.load(KEY);
    const known = CHOICES.find(([, leastUsd]) => String(leastUsd) === stored);
    select.value = known ? stored : String(UNLESS_CHOSEN);
    select.addEventListener('change', () => {
        kept.save(KEY, select.value);
        changed();
    });
    return () => select.value === 'null' ? Infinity : Number(select.value);
}
