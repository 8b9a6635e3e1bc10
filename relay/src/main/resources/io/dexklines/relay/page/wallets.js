// The page of a wallet, with its trades, pairs and totals, and the wallets that the user follows. Both are
// dialogs. The page of a wallet has an address of its own, `#wallet=1:0x28c6…`.

import * as address from './address.js';
import {EXPLORED_CHAINS, explorerLink, transactionUrl, walletUrl} from './explorer.js';
import {Follows, wallet as loadWallet} from './follows.js';
import {ago, compact, price, usd} from './format.js';
import {isIdentifier, storedAddress} from './identifier.js';
import {chainName} from './pairs.js';
import {isolated, shortAddress, symbol, tame} from './text.js';

const TRADES = 100;

const SIDES = {any: 'Buys and sells', buy: 'Buys', sell: 'Sells'};
const fullTime = new Intl.DateTimeFormat('en-GB', {dateStyle: 'medium', timeStyle: 'medium'});

/** Returns the conditions of a follow in words: `buys, from $100, to $5K, once in 10 min per pair`. */
export function conditions({side, minUsd, maxUsd, cooldownSeconds}) {
    return [
        SIDES[side]?.toLowerCase() ?? side,
        minUsd > 0 && `from ${usd(minUsd)}`,
        maxUsd !== null && `to ${usd(maxUsd)}`,
        cooldownSeconds > 0 && `once in ${compact(cooldownSeconds / 60)} min per pair`,
    ].filter(Boolean).join(', ');
}

/** Reads the conditions from a form. Fields that are empty do not limit. */
export function conditionsOf(fields) {
    const number = name => (fields.get(name) === '' ? null : Number(fields.get(name)));
    const minutes = number('cooldown');
    return {
        side: fields.get('side'),
        minUsd: number('min'),
        maxUsd: number('max'),
        cooldownSeconds: minutes === null ? null : Math.round(minutes * 60),
    };
}

/** The dialogs, and the button that opens the list. */
export class Wallets {
    /**
     * @param open called with `{chainId, address}` of a pair whose chart is wanted
     * @param signIn called if a user who is not signed in wants to follow a wallet
     */
    constructor({open, signIn}) {
        this.open = open;
        this.signIn = signIn;
        this.follows = new Follows();
        this.shown = null;
        this.answer = null;
        this.areOn = false;
        this.abort = new AbortController();
        this.page = dialog('wallet-dialog', 'wallet-title');
        this.list = dialog('follows-dialog', 'follows-title');
        this.page.addEventListener('close', () => this.closed());
        const button = make('button', 'quiet', 'Wallets');
        button.type = 'button';
        button.id = 'show-follows';
        button.setAttribute('aria-haspopup', 'dialog');
        button.addEventListener('click', () => this.showList());
        document.getElementById('show-user').before(button);
        addEventListener('hashchange', event => this.followAddress(new URL(event.oldURL).hash));
        this.followAddress('');
    }

    /** @param user `{id, token}`, or null if nobody is signed in */
    setUser(user) {
        const isOther = user?.id !== this.follows.user?.id;
        this.follows.setUser(user);
        if (isOther && this.shown) {
            this.loadFollows(this.page, () => this.renderPage());
        }
        if (isOther && this.list.open) {
            this.loadFollows(this.list, () => this.renderList());
        }
    }

    // ---- the page of a wallet

    /** Shows the wallet that the URL names, or none. */
    followAddress(former) {
        const wanted = address.wallet(location.hash);
        if (!wanted) {
            this.page.close();
            return;
        }
        // a link to a wallet names no chart
        const rest = address.withoutWallet(location.hash) || address.withoutWallet(former);
        window.history.replaceState(null, '', address.withWallet(rest, wanted));
        if (!this.shown || this.shown.chainId !== wanted.chainId || this.shown.address !== wanted.address) {
            this.show(wanted);
        }
    }

    /** Opens the page of a wallet. */
    goTo(wallet) {
        location.hash = address.withWallet(location.hash, wallet);
    }

    async show(wallet) {
        this.abort.abort();
        this.abort = new AbortController();
        this.shown = wallet;
        this.answer = null;
        this.page.note = {text: 'Loading…', state: 'loading'};
        this.renderPage();
        this.list.close();
        if (!this.page.open) {
            this.page.showModal();
        }
        this.loadFollows(this.page, () => this.renderPage());
        try {
            const answer = await loadWallet(wallet, TRADES, this.abort.signal);
            if (wallet === this.shown) {
                this.answer = answer;
                this.page.note = answer.totals.trades > 0
                    ? {text: '', state: 'shown'}
                    : {text: 'No trades of this wallet are known.', state: 'empty'};
                this.renderPage();
            }
        } catch (e) {
            if (wallet === this.shown && e.name !== 'AbortError') {
                this.page.note = {text: `The wallet is unavailable: ${e.message}.`, state: 'failed'};
                this.renderPage();
            }
        }
    }

    closed() {
        if (this.page.open) {
            return; // opened again meanwhile
        }
        this.abort.abort();
        this.shown = null;
        if (address.wallet(location.hash)) {
            window.history.replaceState(null, '', address.withoutWallet(location.hash) || location.pathname);
        }
    }

    openPair(pair) {
        this.page.close();
        this.open(pair);
    }

    renderPage() {
        const {chainId, address: of} = this.shown;
        const label = tame(this.answer?.label, 40, shortAddress(of));
        const title = heading('wallet-title', isolated(label), make('span', 'wallet-chain', chainName(chainId)));
        const parts = [
            bar(title, this.page), this.addressLine(chainId, of), noteOf(this.page), this.followPart(),
        ];
        if (this.answer && this.answer.totals.trades > 0) {
            parts.push(totals(this.answer.totals), this.pairTable(chainId), this.tradeTable(chainId));
            if (!this.answer.totals.is_whole) {
                parts.push(make(
                    'p', 'wallet-hint', `Totals and pairs are those of the last ${this.answer.totals.trades} trades.`));
            }
        }
        replace(this.page, parts);
    }

    addressLine(chainId, of) {
        const line = make('p', 'wallet-address');
        const code = make('code', '', of);
        const copy = button('Copy', 'quiet', async () => {
            try {
                await navigator.clipboard.writeText(of);
                copy.textContent = 'Copied';
            } catch {
                // the user can copy what is selected
                getSelection().selectAllChildren(code);
            }
        });
        copy.setAttribute('aria-label', 'Copy the address');
        line.append(code, copy);
        const url = walletUrl(chainId, of);
        if (url) {
            line.append(explorerLink(url, 'Explorer', of));
        }
        return line;
    }

    pairTable(chainId) {
        const rows = this.answer.pairs.filter(pair => isIdentifier(pair.pair_addr)).map(pair => [
            this.pairButton(chainId, pair),
            String(pair.trades), usd(pair.buy_usd), usd(pair.sell_usd), age(pair.last_trade_time),
        ]);
        return table('Pairs', ['Pair', 'Trades', 'Bought', 'Sold', 'Last trade'], rows);
    }

    tradeTable(chainId) {
        const rows = this.answer.trades.map(trade => [
            age(trade.block_time),
            sideBadge(trade.side),
            this.pairButton(chainId, trade),
            usd(trade.usd),
            price(trade.price_usd),
            transactionLink(chainId, trade.tx_hash),
        ]);
        return table('Trades', ['Age', 'Side', 'Pair', 'Value', 'Price', 'Transaction'], rows);
    }

    pairButton(chainId, pair) {
        const name = make('span', '');
        name.append(isolated(symbol(pair.token_symbol, pair.pair_addr)));
        if (pair.base_token_symbol) {
            name.append('/', isolated(symbol(pair.base_token_symbol, '')));
        }
        const open = button('', 'wallet-pair', () => this.openPair({chainId, address: pair.pair_addr}));
        open.append(name);
        return open;
    }

    // ---- following

    /** Loads whether the relay takes follows and those of the user, and calls `render` afterwards. */
    async loadFollows(into, render) {
        try {
            this.areOn = await this.follows.areOn();
            if (this.areOn && !this.follows.isLoaded) {
                await this.follows.load();
            }
            into.followNote = '';
        } catch (e) {
            into.followNote = `Your follows are unavailable: ${e.message}.`;
        }
        if (into.open) {
            render();
        }
    }

    /** Runs a change of the follows and shows what came of it. */
    async change(into, render, done, work) {
        try {
            await work();
            into.followNote = done;
        } catch (e) {
            into.followNote = `Not saved: ${e.message}.`;
        }
        if (into.open) {
            render();
        }
    }

    followPart() {
        const part = make('section', 'wallet-follow');
        part.hidden = !this.areOn;
        if (!this.follows.user) {
            part.append(this.signInLine('To be notified of its trades, '));
        } else if (this.follows.isLoaded) {
            part.append(this.followForm());
        }
        part.append(statusLine(this.page.followNote));
        return part;
    }

    signInLine(text) {
        const line = make('p', '', text);
        line.append(button('sign in', 'wallet-sign-in', () => this.signIn()), '.');
        return line;
    }

    followForm() {
        const wallet = this.shown;
        const follow = this.follows.of(wallet);
        const cooldown = follow?.cooldownSeconds;
        const form = make('form', 'wallet-form');
        form.setAttribute('aria-label', 'Notifications of this wallet’s trades');
        const sides = make('select', '');
        sides.name = 'side';
        sides.append(...Object.entries(SIDES).map(([value, text]) =>
            new Option(text, value, false, value === (follow?.side ?? 'any'))));
        form.append(
            field('Notify of', sides),
            field('From, USD', numberField('min', follow?.minUsd)),
            field('To, USD', numberField('max', follow?.maxUsd)),
            field('At most every … minutes', numberField('cooldown', cooldown && cooldown / 60)));
        const submit = make('button', 'primary', follow ? 'Save' : 'Follow');
        submit.type = 'submit';
        form.append(submit);
        const render = () => wallet === this.shown && this.renderPage();
        if (follow) {
            form.append(button('Unfollow', 'quiet', () => this.change(
                this.page, render, 'You no longer follow this wallet.', () => this.follows.remove(wallet))));
        }
        form.addEventListener('submit', event => {
            event.preventDefault();
            const wanted = conditionsOf(new FormData(form));
            this.change(
                this.page, render, `You follow this wallet: ${conditions(wanted)}.`,
                () => this.follows.put(wallet, wanted));
        });
        return form;
    }

    // ---- the list of follows

    showList() {
        this.list.followNote = '';
        this.renderList();
        this.list.showModal();
        this.loadFollows(this.list, () => this.renderList());
    }

    renderList() {
        const parts = [bar(heading('follows-title', 'Wallets'), this.list), this.openForm()];
        if (this.areOn && !this.follows.user) {
            parts.push(this.signInLine('To follow wallets, '));
        } else if (this.areOn && this.follows.isLoaded) {
            parts.push(this.followList());
        }
        parts.push(statusLine(this.list.followNote));
        replace(this.list, parts);
    }

    followList() {
        const follows = this.follows.list;
        const part = make('section', 'follows');
        part.append(make('h3', '', `You follow ${follows.length} of at most ${this.follows.max}`));
        const list = make('ul', '');
        list.append(...follows.map(follow => this.followRow(follow)));
        part.append(list);
        return part;
    }

    followRow(follow) {
        const row = make('li', 'follow');
        const open = button('', 'follow-wallet', () => this.goTo(follow));
        open.append(
            isolated(shortAddress(follow.address), 'follow-address'),
            make('span', 'wallet-chain', chainName(follow.chainId)));
        open.title = follow.address;
        const remove = button('Unfollow', 'quiet', () => this.change(
            this.list, () => this.renderList(), `You no longer follow ${shortAddress(follow.address)}.`,
            () => this.follows.remove(follow)));
        remove.setAttribute('aria-label', `Unfollow ${shortAddress(follow.address)}`);
        row.append(open, make('span', 'follow-conditions', conditions(follow)), remove);
        return row;
    }

    /** A form that opens the page of any wallet. */
    openForm() {
        const form = make('form', 'wallet-form');
        form.setAttribute('aria-label', 'Open a wallet');
        const chains = make('select', '');
        chains.name = 'chain';
        chains.append(...EXPLORED_CHAINS.map(id => new Option(chainName(id), id)));
        const input = make('input', '');
        input.name = 'address';
        input.required = true;
        input.maxLength = 128;
        input.pattern = '[A-Za-z0-9._\\-]{1,128}';
        input.spellcheck = false;
        input.autocomplete = 'off';
        const submit = make('button', 'primary', 'Open');
        submit.type = 'submit';
        form.append(field('Chain', chains), field('Address', input, 'wallet-wide'), submit);
        form.addEventListener('submit', event => {
            event.preventDefault();
            const chainId = chains.value;
            this.goTo({chainId, address: storedAddress(chainId, input.value.trim())});
        });
        return form;
    }
}

// ---- elements

function make(name, className, ...children) {
    const element = document.createElement(name);
    element.className = className;
    element.append(...children);
    return element;
}

function button(text, className, pressed) {
    const element = make('button', className, text);
    element.type = 'button';
    element.addEventListener('click', pressed);
    return element;
}

function dialog(id, titleId) {
    const element = make('dialog', 'wallet');
    element.id = id;
    element.setAttribute('aria-labelledby', titleId);
    document.body.append(element);
    return element;
}

/** Replaces the content of a dialog. The focus stays on the control that has the same name. */
function replace(dialog, parts) {
    const focused = dialog.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    const scrolled = dialog.scrollTop;
    dialog.replaceChildren(...parts);
    dialog.scrollTop = scrolled;
    if (focused !== null && dialog.open) {
        const controls = [...dialog.querySelectorAll('button, input, select, a')];
        (controls.find(control => nameOf(control) === focused) ?? controls[0]).focus();
    }
}

function nameOf(control) {
    return control.name || control.getAttribute('aria-label')
        || (control.type === 'submit' ? 'submit' : control.textContent);
}

function heading(id, ...children) {
    const title = make('h2', '', ...children);
    title.id = id;
    return title;
}

function bar(title, dialog) {
    const close = button('×', 'icon-button', () => dialog.close());
    close.setAttribute('aria-label', 'Close');
    return make('header', 'wallet-bar', title, close);
}

function noteOf({note}) {
    const line = statusLine(note.text);
    line.dataset.state = note.state;
    return line;
}

function statusLine(text) {
    const line = make('p', 'wallet-note', text ?? '');
    line.setAttribute('role', 'status');
    return line;
}

function field(text, control, className = '') {
    return make('label', className, text, control);
}

function numberField(name, value) {
    const input = make('input', '');
    input.type = 'number';
    input.name = name;
    input.min = '0';
    input.step = 'any';
    input.value = Number.isFinite(value) ? value : '';
    return input;
}

function totals(of) {
    const list = make('dl', 'wallet-totals');
    const facts = [
        ['Trades', compact(of.trades)], ['Pairs', compact(of.pairs)], ['Bought', usd(of.buy_usd)],
        ['Sold', usd(of.sell_usd)], ['First trade', age(of.first_trade_time)], ['Last trade', age(of.last_trade_time)],
    ];
    list.append(...facts.map(([term, value]) => make('div', '', make('dt', '', term), make('dd', '', value))));
    return list;
}

function sideBadge(side) {
    return side === 'sell' ? make('span', 'badge badge-sell', 'sell') : make('span', 'badge badge-buy', 'buy');
}

/** Returns the age of a time, with the time itself as a hint. */
function age(seconds) {
    const time = make('time', '', ago(seconds, Date.now() / 1000));
    const date = new Date(seconds * 1000);
    if (Number.isFinite(date.getTime())) {
        time.dateTime = date.toISOString();
        time.title = fullTime.format(date);
    }
    return time;
}

function transactionLink(chainId, hash) {
    const url = transactionUrl(chainId, hash);
    return url ? explorerLink(url, 'Transaction', shortAddress(hash)) : '';
}

function table(caption, columns, rows) {
    const head = make('tr', '', ...columns.map(column => {
        const cell = make('th', '', column);
        cell.scope = 'col';
        return cell;
    }));
    const body = rows.map(cells => make('tr', '', ...cells.map(cell => make('td', '', cell))));
    const element = make(
        'table', 'wallet-table', make('caption', '', caption), make('thead', '', head), make('tbody', '', ...body));
    const scroller = make('div', 'wallet-scroller', element);
    // scrolled by keyboard
    scroller.tabIndex = 0;
    scroller.setAttribute('role', 'region');
    scroller.setAttribute('aria-label', caption);
    return scroller;
}
