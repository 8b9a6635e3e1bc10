// The pairs that the user watches: a list of its own above all pairs, which the browser keeps.

import {percent, price} from './format.js';
import * as history from './history.js';
import {isIdentifier} from './identifier.js';
import * as kept from './kept.js';
import {pairName, pairTitle, samePair} from './pairs.js';

const KEY = 'klines.watchlist';
const MAX_PAIRS = 50;

/** How many pairs are asked for by their address with each refresh, if the list of pairs does not contain them. */
const LOOK_UPS = 2;
const FOUND_BY_ADDRESS = 5;

/** Returns the pairs that can be shown, without duplicates. */
export function checked(value) {
    const pairs = [];
    for (const pair of Array.isArray(value) ? value : []) {
        const isPair = isIdentifier(pair?.chainId) && isIdentifier(pair.address);
        if (isPair && pairs.length < MAX_PAIRS && !pairs.some(other => samePair(other, pair))) {
            pairs.push({
                chainId: pair.chainId, address: pair.address, token: textOf(pair.token), base: textOf(pair.base),
            });
        }
    }
    return pairs;
}

function textOf(value) {
    return typeof value === 'string' ? value : undefined;
}

/** The watchlist and its section of the page. */
export class Watchlist {
    /**
     * @param section has a list; hidden while no pair is watched
     * @param onOpen called with a pair that the user selects
     * @param onChange called when a pair was added or removed
     * @param otherwise the element that gets the focus of the last row when that is removed
     */
    constructor(section, {onOpen, onChange, otherwise}) {
        this.section = section;
        this.otherwise = otherwise;
        this.element = section.querySelector('ul');
        this.onOpen = onOpen;
        this.onChange = onChange;
        this.pairs = checked(kept.load(KEY));
        this.rows = new Map();
        this.nextLookUp = 0;
        // another tab has changed the list
        addEventListener('storage', event => {
            if (event.key === KEY) {
                this.pairs = checked(kept.load(KEY))
                    .map(pair => this.pairs.find(other => samePair(other, pair)) ?? pair);
                this.changed();
            }
        });
        this.render();
    }

    has(pair) {
        return this.pairs.some(other => samePair(other, pair));
    }

    /** Adds a pair to the end of the list, or removes it. Does nothing if the list is full. */
    toggle(pair) {
        if (this.has(pair)) {
            this.pairs = this.pairs.filter(other => !samePair(other, pair));
        } else if (this.pairs.length < MAX_PAIRS) {
            this.pairs = [...this.pairs, {...pair}];
        }
        kept.save(KEY, checked(this.pairs));
        this.changed();
    }

    changed() {
        this.render();
        this.onChange();
    }

    /** Takes names, price and change of the pairs that are watched from these. */
    update(pairs) {
        for (const pair of pairs) {
            const place = this.pairs.findIndex(other => samePair(other, pair));
            if (place >= 0) {
                this.pairs[place] = {...this.pairs[place], ...pair};
                this.fill(this.rows.get(keyOf(pair)), this.pairs[place]);
            }
        }
    }

    /** Updates the list from a refresh of the pairs, and asks for some of those that it did not contain. */
    async refresh(found) {
        this.update(found);
        const missing = this.pairs.filter(pair => !found.some(other => samePair(other, pair)));
        for (let count = Math.min(LOOK_UPS, missing.length); count > 0; count--) {
            const pair = missing[this.nextLookUp++ % missing.length];
            // what cannot be found now is looked up again
            const {found: pairs} = await history.pairs(pair.address, FOUND_BY_ADDRESS).catch(() => ({found: []}));
            this.update(pairs);
        }
    }

    // ---- display

    render() {
        const keys = new Set(this.pairs.map(keyOf));
        for (const [key, row] of this.rows) {
            if (!keys.has(key)) {
                this.rows.delete(key);
                this.remove(row);
            }
        }
        for (const pair of this.pairs) {
            if (!this.rows.has(keyOf(pair))) {
                const row = this.row(pair);
                this.rows.set(keyOf(pair), row);
                this.element.append(row);
            }
            this.fill(this.rows.get(keyOf(pair)), pair);
        }
        this.section.hidden = this.pairs.length === 0;
    }

    /** Removes a row. A focus in it goes to the same button of a neighbour. */
    remove(row) {
        const neighbour = row.nextElementSibling ?? row.previousElementSibling;
        const isFocused = row.contains(document.activeElement);
        row.remove();
        if (isFocused) {
            (neighbour?.querySelector('.watch-remove') ?? this.otherwise).focus();
        }
    }

    row(pair) {
        const row = document.createElement('li');
        row.dataset.watched = keyOf(pair);
        const open = document.createElement('button');
        open.type = 'button';
        open.className = 'watch-open';
        const value = document.createElement('span');
        value.className = 'pair-price';
        const change = document.createElement('span');
        change.className = 'pair-change';
        open.append(pairName(pair), value, change);
        open.addEventListener('click', () => this.onOpen(this.pairs.find(other => samePair(other, pair))));
        const remove = document.createElement('button');
        remove.type = 'button';
        remove.className = 'watch-remove';
        remove.textContent = '★';
        remove.addEventListener('click', () => this.toggle(pair));
        row.append(open, remove);
        return row;
    }

    fill(row, pair) {
        const [open, remove] = row.children;
        const title = pairTitle(pair);
        if (row.dataset.title !== title) {
            row.dataset.title = title;
            open.firstElementChild.replaceWith(pairName(pair));
            remove.title = 'Remove from the watchlist';
            remove.setAttribute('aria-label', `Remove ${title} from the watchlist`);
        }
        const [, value, change] = open.children;
        set(value, price(pair.price));
        set(change, percent(pair.change));
        change.className = `pair-change ${pair.change > 0 ? 'up' : pair.change < 0 ? 'down' : ''}`;
    }
}

function keyOf(pair) {
    return `${pair.chainId}:${pair.address}`;
}

function set(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}
