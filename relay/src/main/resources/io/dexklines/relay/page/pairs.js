// The list of pairs, with sorting and selection by mouse or keyboard.

import {percent, price, usd} from './format.js';
import {isolated, symbol, tame} from './text.js';

/** The names of known chains, by id. */
export const CHAINS = {
    1: 'Ethereum', 10: 'Optimism', 56: 'BNB Chain', 137: 'Polygon', 8453: 'Base', 42161: 'Arbitrum',
    100000: 'Solana',
};

/** Returns the name of a chain. */
export function chainName(chainId) {
    return CHAINS[chainId] ?? `chain ${chainId}`;
}

export function samePair(a, b) {
    return a?.chainId === b?.chainId && a?.address === b?.address;
}

/** Creates an element with `TOKEN/BASE`, in which both symbols are isolated. */
export function pairName(pair) {
    const name = document.createElement('span');
    name.className = 'pair-name';
    name.append(isolated(symbol(pair.token, pair.address), 'pair-token'));
    if (pair.base) {
        const slash = document.createElement('span');
        slash.className = 'pair-base';
        slash.append('/', isolated(symbol(pair.base, ''), ''));
        name.append(slash);
    }
    return name;
}

/** Returns `TOKEN/BASE` as plain text, for titles and screen readers. */
export function pairTitle(pair) {
    return symbol(pair.token, pair.address) + (pair.base ? '/' + symbol(pair.base, '') : '');
}

const ORDERS = {
    volume: (a, b) => number(b.volume) - number(a.volume),
    change: (a, b) => number(b.change) - number(a.change),
    price: (a, b) => number(b.price) - number(a.price),
    name: (a, b) => pairTitle(a).localeCompare(pairTitle(b), 'en', {sensitivity: 'base'}),
};

function number(value) {
    return Number.isFinite(value) ? value : -Infinity;
}

/** Returns the pairs in the given order, or in the opposite order if `reversed`. */
export function sorted(pairs, order, reversed) {
    const inOrder = [...pairs].sort(ORDERS[order]);
    return reversed ? inOrder.reverse() : inOrder;
}

export class PairList {
    /**
     * @param open called with the selected pair
     * @param watchlist says which pairs are watched, and is told when the user clicks on a star
     */
    constructor({list, search, sorts, empty}, open, watchlist) {
        this.list = list;
        this.search = search;
        this.sorts = sorts;
        this.empty = empty;
        this.open = open;
        this.watchlist = watchlist;
        this.pairs = [];
        this.ordered = [];
        this.order = 'volume';
        this.reversed = false;
        this.current = null;
        this.active = null;
        this.rows = new Map();
        for (const button of sorts) {
            button.addEventListener('click', () => this.sortBy(button.dataset.order));
        }
        search.addEventListener('keydown', event => this.keyed(event));
        list.addEventListener('keydown', event => this.keyed(event));
    }

    sortBy(order) {
        this.reversed = this.order === order && !this.reversed;
        this.order = order;
        this.render();
    }

    show(pairs) {
        this.pairs = pairs;
        this.render();
    }

    /** Marks the pair whose chart is shown. */
    setCurrent(pair) {
        this.current = pair;
        this.active = null;
        this.render();
    }

    /** Updates the price of one pair between two refreshes of the list. */
    setPrice(pair, value) {
        const listed = this.pairs.find(other => samePair(other, pair));
        if (listed && listed.price !== value) {
            if (Number.isFinite(listed.change) && listed.price > 0) {
                const dayAgo = listed.price / (1 + listed.change);
                listed.change = value / dayAgo - 1;
            }
            listed.price = value;
            this.fill(this.rows.get(keyOf(listed)), listed);
        }
        return listed;
    }

    /** Returns the pair that is active by keyboard, or undefined. */
    activePair() {
        return this.ordered.find(pair => keyOf(pair) === this.active);
    }

    find(pair) {
        return this.pairs.find(other => samePair(other, pair));
    }

    render() {
        for (const button of this.sorts) {
            const chosen = button.dataset.order === this.order;
            button.setAttribute('aria-pressed', String(chosen));
            button.dataset.direction = chosen ? (this.reversed ? 'up' : 'down') : '';
        }
        this.ordered = sorted(this.pairs, this.order, this.reversed);
        const before = this.rows;
        this.rows = new Map();
        for (const pair of this.ordered) {
            const row = before.get(keyOf(pair)) ?? this.row(pair);
            row.pair = pair;
            this.fill(row, pair);
            this.rows.set(keyOf(pair), row);
        }
        const rows = [...this.rows.values()];
        if (rows.length !== this.list.children.length || rows.some((row, i) => row !== this.list.children[i])) {
            this.list.replaceChildren(...rows);
        }
        this.empty.hidden = rows.length > 0 && this.empty.dataset.state !== 'failed';
        this.markActive();
    }

    row(pair) {
        const row = document.createElement('li');
        row.id = `pair-${keyOf(pair)}`;
        row.setAttribute('role', 'option');
        row.dataset.pair = keyOf(pair);
        // an option can contain no button: with the keyboard, stars are set by a key or beside the pair's title
        const star = document.createElement('span');
        star.className = 'pair-star';
        star.setAttribute('aria-hidden', 'true');
        star.addEventListener('click', event => {
            event.stopPropagation();
            this.watchlist.toggle(row.pair);
        });
        const name = pairName(pair);
        const chain = document.createElement('span');
        chain.className = 'pair-chain';
        const value = document.createElement('span');
        value.className = 'pair-price';
        const change = document.createElement('span');
        change.className = 'pair-change';
        row.append(star, name, value, chain, change);
        row.addEventListener('click', () => this.open(row.pair));
        return row;
    }

    fill(row, pair) {
        const [star, , value, chain, change] = row.children;
        const isWatched = this.watchlist.has(pair);
        set(star, isWatched ? '★' : '☆');
        star.title = isWatched ? 'Remove from the watchlist' : 'Add to the watchlist';
        set(value, price(pair.price));
        const swap = pair.swap ? ` · ${tame(pair.swap, 16, '')}` : '';
        set(chain, `${chainName(pair.chainId)}${swap}`);
        chain.title = `24 h volume ${usd(pair.volume)}`;
        set(change, percent(pair.change));
        change.className = `pair-change ${pair.change > 0 ? 'up' : pair.change < 0 ? 'down' : ''}`;
        row.setAttribute('aria-selected', String(samePair(pair, this.current)));
    }

    // ---- keyboard

    keyed(event) {
        const step = {ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8}[event.key];
        if (step) {
            event.preventDefault();
            this.move(step);
        } else if (event.key === 'Enter') {
            event.preventDefault();
            this.openActive();
        }
    }

    /** Opens the pair that is active by keyboard, or the first one. */
    openActive() {
        const pair = this.activePair() ?? this.ordered[0];
        if (pair) {
            this.open(pair);
        }
    }

    move(step) {
        const start = this.active ?? (this.current && keyOf(this.current));
        const at = this.ordered.findIndex(pair => keyOf(pair) === start);
        const to = Math.max(0, Math.min(this.ordered.length - 1, at + step));
        this.active = this.ordered[to] ? keyOf(this.ordered[to]) : null;
        this.markActive();
        this.rows.get(this.active)?.scrollIntoView({block: 'nearest'});
    }

    markActive() {
        for (const [key, row] of this.rows) {
            row.classList.toggle('active', key === this.active);
        }
        const active = this.rows.get(this.active);
        for (const element of [this.search, this.list]) {
            if (active) {
                element.setAttribute('aria-activedescendant', active.id);
            } else {
                element.removeAttribute('aria-activedescendant');
            }
        }
    }
}

function keyOf(pair) {
    return `${pair.chainId}:${pair.address}`;
}

/** Sets the text of an element, unless it is unchanged. */
function set(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}
