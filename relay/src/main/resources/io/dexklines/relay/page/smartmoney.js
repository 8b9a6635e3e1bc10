// The events of smart-money streams as rows: a trade is one row, whether the chain's stream, the user's stream or
// both report it.

import {isIdentifier} from './identifier.js';
import {shortAddress, symbol, tame} from './text.js';

const LABEL_LENGTH = 24;

/**
 * Parses a smart-money trade (`smartmoney`), a notification (`alert`) or a cluster (`cluster`). Returns null for
 * other events and for events without an id or a time.
 *
 * A row of a trade has `kind` (`alert` if only the user's stream has reported it), `yours` (whether the user's
 * stream has), `chainId`, `pairAddress`, `side`, `wallet` (its name to show), `walletAddress`, `usd`, `price`, `token`,
 * `tokenAddress`, `txHash`, `time` (epoch seconds), `firstBuy` and `clamp`. Addresses and hashes that are no
 * identifiers are null. Texts are safe to show, but not markup.
 */
export function rowOf(event) {
    const time = Number(event?.block_time ?? event?.last_time);
    if (typeof event?.id !== 'string' || !Number.isFinite(time)) {
        return null;
    }
    const key = `${event.e} ${event.id}`;
    const base = {
        key,
        keys: [key],
        kind: event.e,
        yours: event.e === 'alert',
        chainId: String(event.chain_id),
        token: symbol(event.token_symbol, event.token_addr || event.pair_addr),
        tokenAddress: identifier(event.token_addr),
        usd: Number(event.usd),
        time,
    };
    if (event.e === 'smartmoney' || event.e === 'alert') {
        return {
            ...base,
            pairAddress: identifier(event.pair_addr),
            side: event.side === 'sell' ? 'sell' : 'buy',
            wallet: nameOf(event),
            walletAddress: identifier(event.wallet),
            price: Number(event.price_usd),
            txHash: identifier(event.tx_hash),
            firstBuy: event.first_buy === true,
            clamp: event.clamp === true,
        };
    }
    if (event.e === 'cluster' && Array.isArray(event.wallets)) {
        return {...base, wallets: event.wallets.map(nameOf), spanSeconds: time - Number(event.first_time)};
    }
    return null;
}

function identifier(text) {
    return isIdentifier(text) ? text : null;
}

function nameOf(wallet) {
    return tame(wallet.label, LABEL_LENGTH, shortAddress(wallet.wallet));
}

/**
 * A bounded list of rows, newest first. The chain's event and the user's notification of one trade are one row:
 * they agree in chain, pair, wallet, transaction, time, side and value. A transaction can have several such trades, so
 * each notification is matched with one event.
 */
export class SmartMoneyList {
    constructor(maxRows) {
        this.maxRows = maxRows;
        this.list = [];
        this.ids = new Map();
        this.trades = new Map();
    }

    /**
     * Adds an event. Returns `{row, isNew}` if it added or changed a row; null if it is known, no event of smart
     * money, or older than all rows of a full list.
     */
    put(event) {
        const row = rowOf(event);
        if (!row || this.ids.has(row.key)) {
            return null;
        }
        const twin = this.trades.get(tradeOf(row))?.find(other => !hasKeyOf(other, row.kind));
        if (twin) {
            twin.keys.push(row.key);
            twin.kind = 'smartmoney';
            twin.yours = true;
            this.ids.set(row.key, twin);
            return {row: twin, isNew: false};
        }
        const place = this.placeOf(row.time);
        if (place >= this.maxRows) {
            return null;
        }
        this.list.splice(place, 0, row);
        this.ids.set(row.key, row);
        if (row.kind !== 'cluster') {
            const trade = tradeOf(row);
            this.trades.set(trade, [...(this.trades.get(trade) ?? []), row]);
        }
        while (this.list.length > this.maxRows) {
            this.forget(this.list.pop());
        }
        return {row, isNew: true};
    }

    /** Returns the index of the first row that is not newer than `time`. */
    placeOf(time) {
        let low = 0;
        let high = this.list.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.list[middle].time > time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    forget(row) {
        row.keys.forEach(key => this.ids.delete(key));
        const trade = tradeOf(row);
        const others = this.trades.get(trade)?.filter(other => other !== row) ?? [];
        if (others.length > 0) {
            this.trades.set(trade, others);
        } else {
            this.trades.delete(trade);
        }
    }

    /** Removes all rows that do not satisfy the condition. */
    keep(wanted) {
        const kept = [];
        for (const row of this.list) {
            if (wanted(row)) {
                kept.push(row);
            } else {
                this.forget(row);
            }
        }
        this.list = kept;
    }

    /** Forgets what the user's stream has reported. What the chain's stream has reported too stays. */
    forgetYours() {
        this.keep(row => row.kind !== 'alert');
        for (const row of this.list.filter(each => each.yours)) {
            row.keys.filter(isYours).forEach(key => this.ids.delete(key));
            row.keys = row.keys.filter(key => !isYours(key));
            row.yours = false;
        }
    }
}

function tradeOf(row) {
    return [row.chainId, row.pairAddress, row.walletAddress, row.txHash, row.time, row.side, row.usd].join(' ');
}

function hasKeyOf(row, kind) {
    return row.keys.some(key => key.startsWith(`${kind} `));
}

function isYours(key) {
    return key.startsWith('alert ');
}
