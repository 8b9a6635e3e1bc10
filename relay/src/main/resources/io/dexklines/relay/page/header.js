// The header of a pair: its name, its newest price and what is known of its trading.

import {intervalSeconds} from './candles.js';
import {ago, compact, moment, percent, price, usd} from './format.js';
import * as history from './history.js';
import {chainName, pairName, pairTitle} from './pairs.js';

const ACTIVITY_EVERY_MS = 5_000;
const MAX_KNOWN = 500;

const by = id => document.getElementById(id);

/** Sets the text of an element, unless it is unchanged. */
export function setText(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}

export class PairHeader {
    constructor() {
        this.firstTrades = new Map();
        by('activity').addEventListener('toggle', () => this.loadActivity());
        setInterval(() => document.hidden || this.loadActivity(), ACTIVITY_EVERY_MS);
    }

    /**
     * Shows a pair.
     *
     * @param session the chart's, whose first trade is shown once it is known
     * @param pair the pair as it is listed
     * @param last the newest candle, or null if none of this pair is loaded
     */
    show(session, pair, last) {
        const title = pairTitle(pair);
        const value = last?.close ?? pair.price;
        this.session = session;
        if (by('pair-title').dataset.text !== title) {
            by('pair-title').dataset.text = title;
            by('pair-title').replaceChildren(pairName(pair));
        }
        setText(by('pair-price'), price(value));
        const change = by('pair-change');
        setText(change, percent(pair.change));
        change.className = pair.change > 0 ? 'up' : pair.change < 0 ? 'down' : '';
        setText(by('pair-volume'), usd(pair.volume));
        setText(by('pair-trades'), compact(pair.trades ?? NaN));
        setText(by('pair-mcap'), usd(last?.mcap?.close ?? NaN));
        setText(by('pair-chain'), chainName(pair.chainId));
        this.showFirstTrade();
        const label = `Candles of ${title}, ${session.interval}; last price ${price(value)}`;
        if (by('chart').getAttribute('aria-label') !== label) {
            by('chart').setAttribute('aria-label', label);
        }
        const pageTitle = `${price(value)} ${title} · klines`;
        if (document.title !== pageTitle) {
            document.title = pageTitle;
        }
    }

    showFirstTrade() {
        const {pair} = this.session;
        const time = this.firstTrades.get(`${pair.chainId}:${pair.address}`);
        setText(by('pair-first'), Number.isFinite(time) ? `${ago(time, Date.now() / 1000)} ago` : '–');
        by('pair-first').title = Number.isFinite(time) ? moment(time, 60) : '';
    }

    /** Looks up the first trade of the session's pair, in the candles of the longest interval. */
    async loadFirstTrade(session, longestInterval) {
        const {pair} = session;
        const key = `${pair.chainId}:${pair.address}`;
        if (this.firstTrades.has(key)) {
            return;
        }
        if (this.firstTrades.size >= MAX_KNOWN) {
            this.firstTrades.clear();
        }
        this.firstTrades.set(key, null);
        try {
            const time = await history.firstTrade(pair, longestInterval, session.abort.signal);
            this.firstTrades.set(key, time);
        } catch {
            // asked for again with the next chart of the pair
            this.firstTrades.delete(key);
        }
        if (this.session?.pair && this.session === session) {
            this.showFirstTrade();
        }
    }

    /** Fills the table of the newest candles of all intervals, while it is open. */
    async loadActivity() {
        const of = this.session;
        if (!by('activity').open || !of) {
            return;
        }
        const rows = await Promise.all(this.intervals.map(async interval =>
            [interval, await history.newest(of.pair, interval, of.abort.signal).catch(() => undefined)]));
        if (of === this.session) {
            by('activity-rows').replaceChildren(...rows.map(([interval, candle]) => activityRow(interval, candle)));
        }
    }

    /** Empties the table, because another pair is shown. */
    forgetActivity() {
        by('activity-rows').replaceChildren();
        this.loadActivity();
    }
}

function activityRow(interval, candle) {
    const row = document.createElement('tr');
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = interval;
    row.append(head);
    const count = value => compact(value ?? NaN);
    const texts = candle
        ? [
            moment(candle.time, intervalSeconds(interval)), usd(candle.volume), count(candle.trades), count(candle.buys),
            count(candle.buys === null ? NaN : candle.trades - candle.buys), boughtShare(candle),
        ]
        : ['–', '–', '–', '–', '–', '–'];
    row.append(...texts.map(text => {
        const cell = document.createElement('td');
        cell.textContent = text;
        return cell;
    }));
    return row;
}

/** Returns the part of a candle's volume that buys have: `62%`. */
export function boughtShare({volume, buyVolume}) {
    return Number.isFinite(buyVolume) && volume > 0 ? `${Math.round(100 * buyVolume / volume)}%` : '–';
}
