// The tape: the newest trades of the pair that the chart shows.

import {explorerLink, transactionUrl} from './explorer.js';
import {ago, compact, price, usd} from './format.js';
import {shortAddress} from './text.js';

const MAX_TRADES = 50;

/** The newest trades of a pair without duplicates, newest first. */
export class TradeList {
    constructor(maxTrades = MAX_TRADES) {
        this.maxTrades = maxTrades;
        this.list = [];
        this.ids = new Set();
    }

    /** Adds a trade. Returns its place; -1 if it is known or older than all others in a full list. */
    put(trade) {
        if (this.ids.has(trade.id)) {
            return -1;
        }
        let place = this.list.findIndex(other => compareOrder(other, trade) <= 0);
        place = place < 0 ? this.list.length : place;
        if (place >= this.maxTrades) {
            return -1;
        }
        this.list.splice(place, 0, trade);
        this.ids.add(trade.id);
        while (this.list.length > this.maxTrades) {
            this.ids.delete(this.list.pop().id);
        }
        return place;
    }
}

/** Compares the places of two trades on their chain: time, block, transaction, event. */
function compareOrder(a, b) {
    for (let i = 0; i < a.order.length; i++) {
        if (a.order[i] !== b.order[i]) {
            return a.order[i] - b.order[i];
        }
    }
    return 0;
}

/** Parses a message of a stream of trades. Returns null if it is none. */
export function read(data) {
    if (data?.e !== 'trade' || typeof data.t !== 'string') {
        return null;
    }
    return {
        id: data.t,
        chainId: String(data.s).split(':')[0],
        time: Number(data.T) / 1000,
        order: [Number(data.T), ...String(data.pos ?? '').split('#', 3).map(Number)],
        // the buyer is the market's maker where the wallet sells
        side: data.m === true ? 'sell' : 'buy',
        price: Number(data.p),
        amount: Number(data.q),
        usd: Number(data.usd),
        maker: data.maker,
        transaction: data.tx,
        isSandwich: data.clamp === true,
        omitted: Number(data.omitted) || 0,
    };
}

/** The panel of trades. It stays hidden until the relay has sent a trade, since not every job publishes them. */
export class Tape {
    /**
     * @param element an empty section
     * @param onChange called when there is something new to {@link draw}
     */
    constructor(element, onChange) {
        this.element = element;
        this.onChange = onChange;
        this.stream = null;
        this.waiting = [];
        this.isHeld = false;
        this.note = part('p', 'tape-note');
        this.rows = document.createElement('tbody');
        this.empty = part('p', 'empty', 'No trades yet.');
        element.append(this.head(), this.scroller());
        element.addEventListener('pointermove', event => {
            this.isHeld ||= event.pointerType !== 'touch';
        });
        element.addEventListener('pointerleave', () => this.release());
        // a link that has the focus stays where it is
        element.addEventListener('focusin', () => {
            this.isHeld ||= this.hasFocus();
        });
        element.addEventListener('focusout', () => setTimeout(() => this.release()));
        setInterval(() => this.tellTime(), 1_000);
    }

    /** Shows the trades of a pair from now on, and none of the pair before. */
    watch(pair, connection) {
        const stream = `${pair.chainId}:${pair.address}@trade`;
        if (stream === this.stream) {
            return;
        }
        if (this.stream) {
            connection.unsubscribe(this.stream);
        }
        this.stream = stream;
        this.trades = new TradeList();
        this.waiting = [];
        this.isHeld = false;
        this.rows.replaceChildren();
        this.empty.hidden = false;
        this.tellWaiting();
        connection.subscribe(stream);
    }

    /** Adds a trade of the stream, which {@link draw} shows. */
    put(stream, data) {
        const trade = stream === this.stream ? read(data) : null;
        if (!trade) {
            return;
        }
        this.waiting.push(trade);
        if (this.waiting.length > MAX_TRADES) {
            this.waiting.shift();
        }
        this.onChange();
    }

    /** Shows the trades that were added since the last call, or how many wait while the user looks at a row. */
    draw() {
        if (!this.isHeld) {
            this.insertWaiting();
        }
        this.tellWaiting();
    }

    insertWaiting() {
        const waited = this.waiting;
        this.waiting = [];
        waited.forEach(trade => this.insert(trade));
        this.element.hidden &&= waited.length === 0;
    }

    insert(trade) {
        const place = this.trades.put(trade);
        if (place < 0) {
            return;
        }
        this.rows.insertBefore(row(trade), this.rows.children[place] ?? null);
        while (this.rows.children.length > this.trades.list.length) {
            this.rows.lastElementChild.remove();
        }
        this.empty.hidden = true;
    }

    hasFocus() {
        return this.element.querySelector(':focus-visible') !== null;
    }

    release() {
        this.isHeld = this.element.matches(':hover') || this.hasFocus();
        if (this.isHeld) {
            return;
        }
        this.insertWaiting();
        this.tellWaiting();
    }

    tellWaiting() {
        const count = this.waiting.length;
        const isPaused = this.isHeld && count > 0;
        this.note.textContent = isPaused ? `Paused: ${count === MAX_TRADES ? `${count}+` : count} new` : '';
    }

    tellTime() {
        const now = Date.now() / 1000;
        for (const time of this.rows.querySelectorAll('time')) {
            const text = ago(Number(time.dataset.seconds), now);
            if (time.textContent !== text) {
                time.textContent = text;
            }
        }
    }

    head() {
        const head = part('div', 'panel-head');
        const title = part('h2', '', 'Trades');
        title.id = 'tape-title';
        head.append(title, this.note);
        return head;
    }

    scroller() {
        const scroller = part('div', 'tape-rows');
        scroller.tabIndex = 0;
        scroller.setAttribute('role', 'region');
        scroller.setAttribute('aria-labelledby', 'tape-title');
        const table = document.createElement('table');
        const names = document.createElement('tr');
        for (const [name, className] of COLUMNS) {
            const cell = part('th', className);
            cell.scope = 'col';
            cell.append(part('span', className === 'tape-link' ? 'spoken' : '', name));
            names.append(cell);
        }
        const head = document.createElement('thead');
        head.append(names);
        table.append(head, this.rows);
        scroller.append(table, this.empty);
        return scroller;
    }
}

const COLUMNS = [
    ['Age', 'tape-age'], ['Side', 'tape-side'], ['USD', 'tape-usd'], ['Price', 'tape-price'],
    ['Amount', 'tape-amount'], ['Wallet', 'tape-maker'], ['Transaction', 'tape-link'],
];

function row(trade) {
    const element = document.createElement('tr');
    element.dataset.id = trade.id;
    element.className = `tape-${trade.side}`;
    const side = part('span', `badge badge-${trade.side}`, trade.side);
    const maker = part('bdi', '', shortAddress(trade.maker));
    maker.title = shortAddress(trade.maker) === trade.maker ? '' : String(trade.maker).slice(0, 128);
    const sandwich = trade.isSandwich ? [' ', part('span', 'badge badge-clamp', 'sandwich')] : [];
    const url = transactionUrl(trade.chainId, trade.transaction);
    const contents = [
        [timeOf(trade)], [side], [usd(trade.usd)], [price(trade.price)], [compact(trade.amount)],
        [maker, ...sandwich], url ? [explorerLink(url, '↗', 'Transaction')] : [],
    ];
    contents.forEach((content, index) => {
        const cell = part('td', COLUMNS[index][1]);
        cell.append(...content);
        element.append(cell);
    });
    if (trade.omitted > 0) {
        element.classList.add('tape-gap');
        element.title = `${trade.omitted} earlier trades were left out`;
    }
    return element;
}

function timeOf(trade) {
    const time = document.createElement('time');
    const date = new Date(trade.time * 1000);
    time.dataset.seconds = trade.time;
    time.textContent = ago(trade.time, Date.now() / 1000);
    if (Number.isFinite(date.getTime())) {
        time.dateTime = date.toISOString();
    }
    return time;
}

function part(tag, className, text) {
    const element = document.createElement(tag);
    if (className) {
        element.className = className;
    }
    if (text) {
        element.textContent = text;
    }
    return element;
}
