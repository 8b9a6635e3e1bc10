// What the user has chosen for all charts, kept in the browser's storage.

import * as kept from './kept.js';

const KEY = 'klines.chart';

const choices = Object(kept.load(KEY));

/** Returns the chosen value of a setting, or `otherwise` if there is none of the same type. */
export function chosen(name, otherwise) {
    return typeof choices[name] === typeof otherwise ? choices[name] : otherwise;
}

/** Keeps the value of a setting, which must be expressible in JSON. */
export function choose(name, value) {
    choices[name] = value;
    kept.save(KEY, choices);
}
