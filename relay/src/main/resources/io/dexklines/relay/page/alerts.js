// The alerts of a chain and of a user: their list and its display.

import {ago, price, usd} from './format.js';
import {isolated, shortAddress, symbol, tame} from './text.js';

const MAX_ALERTS = 200;

/** A list of the newest alerts without duplicates, newest first. */
export class AlertList {
    constructor(maxAlerts = MAX_ALERTS) {
        this.maxAlerts = maxAlerts;
        this.list = [];
        this.ids = new Set();
    }

    /** Adds an event. Returns false if it is known, no alert, or older than all others in a full list. */
    put(event) {
        const alert = read(event);
        if (!alert || this.ids.has(alert.key)) {
            return false;
        }
        let place = this.list.findIndex(other => other.time <= alert.time);
        place = place < 0 ? this.list.length : place;
        if (place >= this.maxAlerts) {
            return false;
        }
        this.list.splice(place, 0, alert);
        this.ids.add(alert.key);
        while (this.list.length > this.maxAlerts) {
            this.ids.delete(this.list.pop().key);
        }
        return true;
    }

    /** Removes all alerts that do not satisfy the condition. */
    keep(wanted) {
        this.list = this.list.filter(wanted);
        this.ids = new Set(this.list.map(alert => alert.key));
    }
}

/** Parses a smart-money trade, a cluster of them, or a notification. Returns null for other events. */
function read(event) {
    if (typeof event?.id !== 'string') {
        return null;
    }
    const base = {key: `${event.e} ${event.id}`, kind: event.e, chainId: String(event.chain_id)};
    const token = symbol(event.token_symbol, event.token_addr || event.pair_addr);
    if (event.e === 'smartmoney' || event.e === 'alert') {
        return {
            ...base,
            ...tradeOf(event),
            token,
            time: Number(event.block_time),
            firstBuy: event.first_buy === true,
            clamp: event.clamp === true,
        };
    }
    if (event.e === 'cluster' && Array.isArray(event.wallets)) {
        return {
            ...base,
            token,
            usd: Number(event.usd),
            time: Number(event.last_time),
            wallets: event.wallets.map(nameOf),
            spanSeconds: Number(event.last_time) - Number(event.first_time),
        };
    }
    return null;
}

/** Returns the properties of a smart-money trade that the chart and the feed show. */
export function tradeOf(event) {
    return {
        pairAddress: String(event.pair_addr),
        side: event.side === 'sell' ? 'sell' : 'buy',
        wallet: nameOf(event),
        usd: Number(event.usd),
        price: Number(event.price_usd),
    };
}

function nameOf(wallet) {
    return tame(wallet.label, 24, shortAddress(wallet.wallet));
}

/** The display of an `AlertList`. */
export class AlertFeed {
    /** @param open called with `{chainId, address}` of a pair that is selected in the feed */
    constructor(element, emptyElement, open) {
        this.element = element;
        this.emptyElement = emptyElement;
        this.open = open;
        this.alerts = new AlertList();
        this.shown = new Map();
    }

    /** Adds an event. Returns whether it is new. */
    put(event) {
        const isNew = this.alerts.put(event);
        if (isNew) {
            this.render();
        }
        return isNew;
    }

    /** Removes all alerts that do not satisfy the condition. */
    keep(wanted) {
        this.alerts.keep(wanted);
        this.render();
    }

    /** Updates the list. Existing elements are reused, so that they keep focus and selection. */
    render() {
        const rows = this.alerts.list.map(alert => this.shown.get(alert.key) ?? this.row(alert));
        this.shown = new Map(rows.map((row, index) => [this.alerts.list[index].key, row]));
        this.element.replaceChildren(...rows);
        this.emptyElement.hidden = rows.length > 0;
        this.tellTime();
    }

    tellTime() {
        const now = Date.now() / 1000;
        for (const time of this.element.querySelectorAll('time')) {
            time.textContent = ago(Number(time.dataset.seconds), now);
        }
    }

    row(alert) {
        const row = document.createElement('li');
        row.className = `alert alert-${alert.kind} ${alert.side ?? ''}`;
        row.dataset.id = alert.key;
        const head = line('alert-head', ...headline(alert), timeOf(alert));
        const detail = line('alert-detail', ...details(alert));
        if (alert.pairAddress) {
            const button = document.createElement('button');
            button.type = 'button';
            button.append(head, detail);
            button.addEventListener('click', () =>
                this.open({chainId: alert.chainId, address: alert.pairAddress}));
            row.append(button);
        } else {
            row.append(head, detail);
        }
        return row;
    }
}

function headline(alert) {
    if (alert.kind === 'cluster') {
        return [badge('cluster', `${alert.wallets.length} wallets`), isolated(alert.token, 'alert-token')];
    }
    return [badge(alert.side, alert.side), isolated(alert.token, 'alert-token'), word(usd(alert.usd), 'alert-usd')];
}

function details(alert) {
    if (alert.kind === 'cluster') {
        const minutes = Math.max(1, Math.round(alert.spanSeconds / 60));
        const names = alert.wallets.slice(0, 3).flatMap(name => [isolated(name), word(', ')]);
        names.pop();
        const more = alert.wallets.length > 3 ? ` and ${alert.wallets.length - 3} more` : '';
        return [word(`${usd(alert.usd)} within ${minutes} min by `), ...names, word(more)];
    }
    const parts = [isolated(alert.wallet, 'alert-wallet'), word(` at ${price(alert.price)}`)];
    if (alert.kind === 'alert') {
        parts.unshift(badge('yours', 'for you'), word(' '));
    }
    if (alert.firstBuy) {
        parts.push(word(' '), badge('first', 'first buy'));
    }
    if (alert.clamp) {
        parts.push(word(' '), badge('clamp', 'sandwich'));
    }
    return parts;
}

function line(className, ...children) {
    const element = document.createElement('span');
    element.className = className;
    element.append(...children);
    return element;
}

function word(text, className) {
    const element = document.createElement('span');
    element.textContent = text;
    element.className = className ?? '';
    return element;
}

function badge(kind, text) {
    return word(text, `badge badge-${kind}`);
}

function timeOf(alert) {
    const time = document.createElement('time');
    const date = new Date(alert.time * 1000);
    time.dataset.seconds = alert.time;
    if (Number.isFinite(date.getTime())) {
        time.dateTime = date.toISOString();
    }
    return time;
}
