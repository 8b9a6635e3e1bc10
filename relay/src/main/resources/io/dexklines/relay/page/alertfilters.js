// The filters of the alerts: their values, which the browser keeps, and their form.

import {isIdentifier} from './identifier.js';
import * as kept from './kept.js';
import {CHAINS} from './pairs.js';

const KEY = 'klines.alerts';

/** The values of `chain` besides ids: the chain of the chart's pair, and all chains. */
export const PAIRS_CHAIN = 'pair';
export const ALL_CHAINS = 'all';

/** The filters that let everything of the chart's chain pass. */
export const UNFILTERED = Object.freeze({
    chain: PAIRS_CHAIN, side: 'any', leastUsd: 0, firstBuys: false, clusters: true,
});

/** Returns filters with every value that is missing or invalid replaced by that of `UNFILTERED`. */
export function checked(value) {
    const isLeast = Number.isFinite(value?.leastUsd) && value.leastUsd >= 0;
    return {
        chain: isIdentifier(value?.chain) ? value.chain : UNFILTERED.chain,
        side: ['any', 'buy', 'sell'].includes(value?.side) ? value.side : UNFILTERED.side,
        leastUsd: isLeast ? value.leastUsd : UNFILTERED.leastUsd,
        firstBuys: value?.firstBuys === true,
        clusters: value?.clusters !== false,
    };
}

/** Returns whether a row passes. A cluster has no side and is no first buy, so these filters leave it in. */
export function passes(row, filters) {
    if (row.usd < filters.leastUsd || isOneChain(filters) && row.chainId !== filters.chain) {
        return false;
    }
    if (row.kind === 'cluster') {
        return filters.clusters;
    }
    return (filters.side === 'any' || row.side === filters.side) && (!filters.firstBuys || row.firstBuy);
}

/** Returns the ids of the chains whose alerts are wanted while the chart shows a pair of `pairsChain`. */
export function chainsOf(filters, pairsChain) {
    if (filters.chain === ALL_CHAINS) {
        return [...new Set([pairsChain, ...Object.keys(CHAINS)])];
    }
    return [filters.chain === PAIRS_CHAIN ? pairsChain : filters.chain];
}

function isOneChain(filters) {
    return filters.chain !== PAIRS_CHAIN && filters.chain !== ALL_CHAINS;
}

/** The form with the filters, which a button shows and hides. */
export class FilterForm {
    /** @param changed called when the user has changed a filter */
    constructor(form, button, changed) {
        this.form = form;
        this.button = button;
        this.changed = changed;
        this.value = checked(kept.load(KEY));
        const options = Object.entries(CHAINS).map(([id, name]) => new Option(name, id));
        form.elements.chain.append(...options);
        if (!Array.from(form.elements.chain.options).some(option => option.value === this.value.chain)) {
            this.value.chain = UNFILTERED.chain;
        }
        button.addEventListener('click', () => {
            form.hidden = !form.hidden;
            button.setAttribute('aria-expanded', String(!form.hidden));
        });
        form.addEventListener('input', () => this.read());
        form.addEventListener('reset', event => {
            event.preventDefault();
            this.set({...UNFILTERED});
        });
        // Enter in a field would load the page again
        form.addEventListener('submit', event => event.preventDefault());
        this.show();
    }

    read() {
        const {chain, side, leastUsd, firstBuys, clusters} = this.form.elements;
        this.set({
            chain: chain.value, side: side.value, leastUsd: leastUsd.valueAsNumber,
            firstBuys: firstBuys.checked, clusters: clusters.checked,
        });
    }

    set(value) {
        this.value = checked(value);
        kept.save(KEY, this.value);
        this.show();
        this.changed();
    }

    show() {
        const {chain, side, leastUsd, firstBuys, clusters} = this.form.elements;
        const set = Object.keys(UNFILTERED).filter(name => this.value[name] !== UNFILTERED[name]).length;
        this.button.textContent = set > 0 ? `Filters: ${set}` : 'Filters';
        chain.value = this.value.chain;
        side.value = this.value.side;
        firstBuys.checked = this.value.firstBuys;
        clusters.checked = this.value.clusters;
        // the field is left alone while it has this value, so that `1.` can become `1.5`
        if ((leastUsd.valueAsNumber || 0) !== this.value.leastUsd) {
            leastUsd.value = this.value.leastUsd || '';
        }
    }
}
