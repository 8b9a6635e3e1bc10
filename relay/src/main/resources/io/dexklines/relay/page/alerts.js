// The alerts of chains and of a user: their panel.

import {FilterForm, chainsOf, passes} from './alertfilters.js';
import {copy} from './clipboard.js';
import {withWallet} from './address.js';
import {explorerLink, transactionUrl, walletUrl} from './explorer.js';
import {ago, price, usd} from './format.js';
import {SmartMoneyList} from './smartmoney.js';
import {isolated, shortAddress} from './text.js';

const MAX_ALERTS = 200;
const MAX_NAMES = 3;
const COPIED_MS = 1_500;

/** An alert is highlighted for this long. */
const NEW_MS = 1_500;

const NOTHING_YET = 'Trades of smart-money wallets appear here and on the chart.';
const NOTHING_PASSES = 'No alert passes the filters.';

/**
 * The panel with the newest alerts. A new alert is one new row; no other row is touched. While the pointer is over the
 * list, or the keyboard's focus is in it, rows neither come nor go, and a button tells how many wait. The pointer may go
 * on to that button.
 */
export class AlertFeed {
    /**
     * @param panel has the elements `.alert-list`, `.alert-filters`, `.alert-tools` with `.show-filters` and `.new-alerts`,
     *     and `.empty`
     * @param onOpen called with `{chainId, address, time}` when the user selects an alert, or with `{chainId, token}`
     *     for a cluster whose pair is not known
     * @param onChange called when there is something new to {@link draw}
     * @param onFilters called when the user has changed the filters
     * @param say called with a text for screen readers
     */
    constructor(panel, {onOpen, onChange, onFilters, say}) {
        this.element = panel.querySelector('.alert-list');
        this.empty = panel.querySelector('.empty');
        this.waiting = panel.querySelector('.new-alerts');
        this.onOpen = onOpen;
        this.onChange = onChange;
        this.isNew = false;
        this.say = say;
        this.alerts = new SmartMoneyList(MAX_ALERTS);
        this.rows = new Map();
        this.isPointed = false;
        this.form = new FilterForm(
            panel.querySelector('.alert-filters'), panel.querySelector('.show-filters'), () => {
                this.render(false);
                onFilters();
            });
        panel.addEventListener('pointerover', event => {
            const isOverRows = event.target.closest('.alert-list, .alert-tools') !== null
                && event.target.closest('.show-filters') === null;
            // fingers do not hover
            this.point(isOverRows && event.pointerType !== 'touch');
        });
        panel.addEventListener('pointerleave', () => this.point(false));
        // the focus has moved when the event is over
        panel.addEventListener('focusout', () => setTimeout(() => this.update()));
        this.waiting.addEventListener('click', () => this.showWaiting());
        this.render(false);
    }

    /** Adds an event, which {@link draw} shows. Returns its alert if it is new and passes the filters, otherwise null. */
    put(event) {
        const result = this.alerts.put(event);
        if (result === null) {
            return null;
        }
        this.isNew = true;
        this.onChange();
        return result.isNew && this.passes(result.row) ? result.row : null;
    }

    /** Removes all alerts that do not satisfy the condition. */
    keep(wanted) {
        this.alerts.keep(wanted);
        this.update();
    }

    /** Forgets what the user's stream has reported, at once. */
    forgetYours() {
        this.alerts.forgetYours();
        this.render(false);
    }

    /** Returns the ids of the chains whose alerts the filters want. */
    chains(pairsChain) {
        return chainsOf(this.form.value, pairsChain);
    }

    /** Shows what was added since the last call. */
    draw() {
        if (this.isNew) {
            this.update();
        }
    }

    passes(alert) {
        return passes(alert, this.form.value);
    }

    // ---- rows

    /** Returns whether rows must stay where they are. */
    isHeld() {
        const focused = document.activeElement;
        const isInside = focused === this.waiting || this.element.contains(focused);
        // a button that was clicked keeps the focus, and does not show it
        return this.isPointed || isInside && focused.matches(':focus-visible');
    }

    point(isPointed) {
        if (this.isPointed !== isPointed) {
            this.isPointed = isPointed;
            this.update();
        }
    }

    /** Shows the alerts, or how many wait if rows must stay where they are. */
    update() {
        this.isNew = false;
        if (!this.isHeld()) {
            this.render(true);
            return;
        }
        const count = this.alerts.list.filter(alert => !this.rows.has(alert.key) && this.passes(alert)).length;
        this.waiting.hidden = count === 0;
        setText(this.waiting, `${count} new`);
    }

    showWaiting() {
        const isFocused = document.activeElement === this.waiting;
        this.render(true);
        this.element.scrollTop = 0;
        if (isFocused) {
            this.element.querySelector('button')?.focus();
        }
    }

    /** Makes the rows equal to the alerts that pass. Inserts and removes rows, and never moves one. */
    render(areArriving) {
        const wanted = this.alerts.list.filter(alert => this.passes(alert));
        const keys = new Set(wanted.map(alert => alert.key));
        for (const [key, row] of this.rows) {
            if (!keys.has(key)) {
                row.remove();
                this.rows.delete(key);
            }
        }
        let older = null;
        for (const alert of wanted.toReversed()) {
            let row = this.rows.get(alert.key);
            if (row) {
                fill(row, alert);
            } else {
                row = this.row(alert);
                if (areArriving) {
                    arrive(row);
                }
                this.rows.set(alert.key, row);
                this.element.insertBefore(row, older);
            }
            older = row;
        }
        this.waiting.hidden = true;
        this.empty.hidden = wanted.length > 0;
        setText(this.empty, this.alerts.list.length > 0 ? NOTHING_PASSES : NOTHING_YET);
        this.tellTime();
    }

    /** Updates the ages. Called every second, and so also ends a hold that no event of the browser has ended. */
    tick() {
        if (!this.waiting.hidden) {
            this.update();
        }
        this.tellTime();
    }

    tellTime() {
        const now = Date.now() / 1000;
        for (const time of this.element.querySelectorAll('time')) {
            setText(time, ago(Number(time.dataset.seconds), now));
        }
    }

    row(alert) {
        const row = document.createElement('li');
        row.dataset.id = alert.key;
        row.dataset.chain = alert.chainId;
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'alert-open';
        button.title = 'Show this moment on the chart';
        button.append(...headline(alert));
        button.addEventListener('click', () => this.open(alert));
        const head = line('alert-head', button, timeOf(alert));
        row.append(head, line('alert-detail', ...details(alert), ' ', line('alert-badges')));
        if (alert.kind !== 'cluster') {
            row.append(line('alert-links', ...this.links(alert)));
            row.dataset.wallet = alert.walletAddress ?? '';
        }
        fill(row, alert);
        return row;
    }

    /**
     * Creates the wallet's short address, a button that copies it, and links to the wallet's page
     * and to the chain's explorer.
     */
    links(alert) {
        const {chainId, walletAddress, txHash, wallet} = alert;
        if (walletAddress === null) {
            return [];
        }
        const links = [];
        const short = shortAddress(walletAddress);
        const walletAt = walletUrl(chainId, walletAddress);
        const shown = walletAt ? explorerLink(walletAt, short, wallet) : word(short);
        shown.classList.add('alert-address');
        shown.title = walletAt ? `${walletAddress}, ${shown.title}` : walletAddress;
        const page = document.createElement('a');
        page.href = withWallet('', {chainId, address: walletAddress});
        page.textContent = 'Wallet';
        page.setAttribute('aria-label', `All trades of ${wallet}`);
        links.push(shown, this.copyButton(walletAddress, wallet), page);
        const transactionAt = transactionUrl(chainId, txHash);
        if (transactionAt) {
            links.push(explorerLink(transactionAt, 'Transaction', shortAddress(txHash)));
        }
        return links;
    }

    copyButton(address, wallet) {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'alert-copy';
        button.textContent = 'Copy';
        button.setAttribute('aria-label', `Copy the address of ${wallet}`);
        button.addEventListener('click', async () => {
            const isCopied = await copy(address);
            button.textContent = isCopied ? 'Copied' : 'Not permitted';
            this.say(isCopied ? 'The address is copied.' : 'The browser does not permit copying.');
            setTimeout(() => {
                button.textContent = 'Copy';
            }, COPIED_MS);
        });
        return button;
    }

    /** Opens an alert's pair. A cluster names no pair: the newest trade of its token has it. */
    open(alert) {
        const trade = alert.kind !== 'cluster' ? alert : this.alerts.list.find(other => other.kind !== 'cluster'
            && other.chainId === alert.chainId && other.tokenAddress === alert.tokenAddress
            && other.time <= alert.time);
        if (trade?.pairAddress) {
            this.onOpen({chainId: alert.chainId, address: trade.pairAddress, time: alert.time});
        } else {
            this.onOpen({chainId: alert.chainId, token: alert.tokenAddress, time: alert.time});
        }
    }
}

/** Returns an alert as a sentence, for screen readers. */
export function sentence(alert) {
    if (alert.kind === 'cluster') {
        return `${alert.wallets.length} wallets traded ${alert.token}, ${usd(alert.usd)} in total`;
    }
    const verb = alert.side === 'buy' ? 'bought' : 'sold';
    return `${alert.wallet} ${verb} ${usd(alert.usd)} of ${alert.token} at ${price(alert.price)}`;
}

/** Marks a row as new for a moment. */
function arrive(row) {
    row.classList.add('arriving');
    setTimeout(() => row.classList.remove('arriving'), NEW_MS);
}

/** Sets what can change in a row. */
function fill(row, alert) {
    const badges = [];
    if (alert.yours) {
        badges.push(badge('yours', 'for you'));
    }
    if (alert.firstBuy) {
        badges.push(badge('first', 'first buy'));
    }
    if (alert.clamp) {
        badges.push(badge('clamp', 'sandwich'));
    }
    const state = `${alert.kind} ${badges.map(each => each.textContent).join()}`;
    if (row.dataset.state !== state) {
        const arriving = row.classList.contains('arriving') ? ' arriving' : '';
        row.dataset.state = state;
        row.className = `alert alert-${alert.kind} ${alert.side ?? ''}${alert.yours ? ' yours' : ''}${arriving}`;
        row.querySelector('.alert-badges').replaceChildren(...badges.flatMap(each => [each, ' ']));
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
        const names = alert.wallets.slice(0, MAX_NAMES).flatMap(name => [isolated(name), word(', ')]);
        names.pop();
        const rest = alert.wallets.length - MAX_NAMES;
        return [
            word(`${usd(alert.usd)} within ${minutes} min by `), ...names, word(rest > 0 ? ` and ${rest} more` : ''),
        ];
    }
    return [isolated(alert.wallet, 'alert-wallet'), word(` at ${price(alert.price)}`)];
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
        time.title = date.toLocaleString();
    }
    return time;
}

function setText(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}
