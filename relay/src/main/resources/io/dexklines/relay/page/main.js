// The page: the live chart of one pair and interval, the list of pairs and the feed of alerts.

import * as address from './address.js';
import {AlertFeed, sentence} from './alerts.js';
import {Candles, fromStream, inMcap, intervalSeconds} from './candles.js';
import {Chart} from './chart.js';
import {Connection} from './connection.js';
import {amount, moment, price, setZone, zone, zoneTitle, zones} from './format.js';
import {PairHeader, setText} from './header.js';
import * as history from './history.js';
import {Legend} from './legend.js';
import {markFilter} from './markfilter.js';
import {marksFor} from './marks.js';
import {showMarkTable} from './marktable.js';
import {PairList, samePair} from './pairs.js';
import {choose, chosen} from './preferences.js';
import {SmartMoneyList} from './smartmoney.js';
import {Studies, fillMenu} from './studies.js';
import {Tape} from './tape.js';
import * as theme from './theme.js';
import {expiryMs} from './token.js';
import {Wallets} from './wallets.js';
import {Watchlist} from './watchlist.js';

const PAGE_SIZE = 500;
const MAX_PAIRS = 200;
const MAX_MARKS = 1000;
const MAX_KEPT_MARKS = 10_000;

/** A moment further back than this many candles is shown in a longer interval. */
const MAX_CANDLES_BACK = 3 * PAGE_SIZE;
const PAIRS_EVERY_MS = 5_000;
const SEARCH_DELAY_MS = 200;

/** After a reconnect, history is loaded twice, since the stores may lag behind the live stream by this much. */
const SECOND_LOOK_MS = 6_000;

/** After this time without the relay's confirmation, a chart that is being opened says so. */
const CONFIRMED_WITHIN_MS = 4_000;

/** What arrives live is shown at most this often: candles, and alerts and trades together. */
const BETWEEN_DRAWINGS_MS = 500;

/** The newest candles that the average price of the day may load of an interval. */
const MAX_FOR_VWAP = 3_000;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
const USER_KEY = 'klines.user';

/** How long before a token expires the page asks for another one. */
const RENEWAL_MS = 5 * 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const by = id => document.getElementById(id);

theme.start(() => chart.restyle());

let intervals = [];

/** The alert whose moment is shown when the relay has told its intervals; null if there is none. */
let awaitedAlert = null;
let session = null;
let user = null;
let renewal = null;
let alertChains = new Set();
let wantsMcap = chosen('mcap', false);
let unseen = 0;
let pointedAt = null;
let drawnAt = -Infinity;
let framePending = false;

const chart = new Chart(by('chart'), {
    onScrolledLeft: () => session && loadOlder(session),
    onPointed: time => {
        pointedAt = time;
        showLegend();
    },
    onFollowing: following => {
        by('to-newest').hidden = following;
    },
    onScaled: isFitted => {
        by('fit-prices').hidden = isFitted;
    },
});

const watchlist = new Watchlist(by('watchlist'), {
    onOpen: pair => {
        open(pairs.find(pair) ?? pair, session?.interval ?? firstInterval());
        closeDrawers();
    },
    onChange: () => {
        pairs.render();
        showStar();
    },
    otherwise: by('watch'),
});
const header = new PairHeader();
const legend = new Legend(by('legend'), by('legend-studies'));
const studies = new Studies();

const pairs = new PairList(
    {
        list: by('pair-list'), search: by('search'), empty: by('no-pairs'),
        sorts: document.querySelectorAll('.sorts button'),
    },
    pair => {
        open(pair, session?.interval ?? firstInterval());
        closeDrawers();
        if (by('pairs').contains(document.activeElement)) {
            by('chart').focus({preventScroll: true});
        }
    },
    watchlist);

const feed = new AlertFeed(by('alerts'), {
    onOpen: goTo,
    onChange: renderSoon,
    onFilters: () => session && watchAlerts(),
    say: text => {
        by('announcement').textContent = text;
    },
});

const tape = new Tape(by('tape'), renderSoon);
const wallets = new Wallets({
    open: pair => open(pairs.find(pair) ?? pair, session?.interval ?? firstInterval()),
    signIn: () => by('user-dialog').showModal(),
});
const leastMarkUsd = markFilter(by('least-mark'), () => {
    chart.leastMarkUsd = leastMarkUsd();
    render();
});
chart.leastMarkUsd = leastMarkUsd();
chart.setLog(chosen('log', false));
by('log').setAttribute('aria-pressed', String(chart.isLog));
setZone(chosen('zone', zone()));
showZones();
fillMenu(by('study-list'), studies, render);

const connection = new Connection(
    `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/stream`,
    {onMessage: received, onState: connectionChanged, onRefusal: refused});

// ---- one chart

/** The state of one chart: its pair and interval, and everything that is loaded for them. */
class Session {
    constructor(pair, interval) {
        this.pair = pair;
        this.interval = interval;
        this.seconds = intervalSeconds(interval);
        this.stream = `${pair.chainId}:${pair.address}@kline_${interval}`;
        this.candles = new Candles();
        this.marks = new SmartMoneyList(MAX_KEPT_MARKS);
        this.abort = new AbortController();
        this.isShown = false;
        this.isLoading = false;
        this.isWhole = false;

        /** The moment to show once its candle is loaded, epoch seconds; null if there is none. */
        this.goal = null;
        /** The candles and indicators that are drawn. */
        this.shown = [];
        this.lines = [];
        this.isMcap = false;

        /** The held candles have no holes up to this time; null while the live stream is uninterrupted. */
        this.unbrokenUntil = -Infinity;
    }

    newestTime() {
        return this.candles.last?.time ?? -Infinity;
    }

    /** Returns the marks of the chart, or of these candles. */
    marksOf(candles) {
        return marksFor(this.marks.list, candles, leastMarkUsd(), this.seconds);
    }
}

/** Opens a chart. Subscribes before loading history, so that the two overlap without a gap. */
function open(pair, interval) {
    if (session && samePair(session.pair, pair) && session.interval === interval) {
        return;
    }
    if (intervals.length === 0) {
        // the chart opens when the relay has told its intervals
        awaitedAlert = null;
        window.history.replaceState(null, '', address.text(pair, interval));
        return;
    }
    const before = session;
    session = new Session(pair, interval);
    if (before) {
        before.abort.abort();
        connection.unsubscribe(before.stream);
    }
    showNothing();
    note('Loading history…', 'loading');
    const subscribed = connection.subscribe(session.stream);
    tape.watch(pair, connection);
    watchAlerts();
    pairs.setCurrent(pair);
    showIntervals();
    showQuote();
    remember();
    const of = session;
    const patience = setTimeout(
        () => of === session && !of.isShown && note('The relay does not answer. Waiting for it.', 'failed'),
        CONFIRMED_WITHIN_MS);
    subscribed.then(() => {
        clearTimeout(patience);
        loadTail(of);
    });
    identify(of);
}

/** Removes everything that is shown of the former chart. */
function showNothing() {
    pointedAt = null;
    chart.clear();
    legend.clear();
    showMarkTable(by('legend-marks'), []);
    header.session = session;
    header.forgetActivity();
    showSwitch();
    showStaleness();
}

/** Looks up the symbols of a pair that is not in the list. */
async function identify(of) {
    if (of.pair.token === undefined) {
        const {found} = await history.pairs(of.pair.address, 1, of.abort.signal).catch(() => ({found: []}));
        if (of === session && samePair(found[0], of.pair)) {
            of.pair = found[0];
            showQuote();
        }
    }
}

function remember() {
    const hash = address.text(session.pair, session.interval);
    if (location.hash !== hash) {
        window.history.pushState(null, '', hash);
    }
}

/** Loads the newest page of history, and retries until it is complete. */
async function loadTail(of) {
    let retryMs = FIRST_RETRY_MS;
    while (of === session) {
        try {
            const page = await history.candles(of.pair, of.interval, undefined, PAGE_SIZE, of.abort.signal);
            if (of === session) {
                tailLoaded(of, page);
            }
            if (page.isComplete) {
                return;
            }
        } catch (e) {
            if (of === session) {
                note(`History is unavailable: ${e.message}. Retrying.`, 'failed');
                showLiveAlone(of);
            }
        }
        await new Promise(resolve => setTimeout(resolve, retryMs));
        retryMs = Math.min(LONGEST_RETRY_MS, 2 * retryMs);
    }
}

function tailLoaded(of, {candles, isComplete}) {
    const forgotten = of.candles.mergeTail(candles, of.unbrokenUntil ?? Infinity);
    if (isComplete) {
        of.unbrokenUntil = connection.state === 'live' ? null : of.newestTime();
    }
    begin(of);
    if (forgotten > 0) {
        of.isWhole = false;
    }
    if (of.candles.size > 0) {
        note('', '');
    } else if (isComplete) {
        note('No trades yet.', 'empty');
    } else {
        note('History is incomplete: a store does not answer. Retrying.', 'failed');
    }
    render();
    loadMarks(of, of.candles.first?.time);
    if (of.candles.size > 0 && isComplete) {
        header.loadFirstTrade(of, intervals.at(-1));
    }
}

/** Shows the live candles while history is unavailable. */
function showLiveAlone(of) {
    if (of.candles.size > 0 && !of.isShown) {
        begin(of);
        render();
    }
}

function begin(of) {
    if (!of.isShown) {
        of.isShown = true;
        chart.begin(of.seconds);
        pointedAt = null;
    }
}

async function loadOlder(of) {
    if (of.isLoading || of.isWhole || !of.isShown) {
        return;
    }
    of.isLoading = true;
    try {
        const until = of.candles.first.time;
        const page = await history.candles(of.pair, of.interval, until, PAGE_SIZE, of.abort.signal);
        if (of !== session) {
            return;
        }
        const more = of.candles.merge(page.candles);
        of.isWhole = more === 0 && page.isComplete;
        if (more === 0 && !page.isComplete) {
            throw new Error('a store does not answer');
        }
        of.isLoading = false;
        if (more > 0 || of.isWhole) {
            render();
        }
        if (more > 0) {
            loadMarks(of, of.candles.first.time, until);
        } else {
            approachGoal(of);
        }
    } catch {
        // retried when the user scrolls on, and while an indicator needs them
        setTimeout(() => {
            of.isLoading = false;
            if (of === session && needsMoreForVwap()) {
                loadOlder(of);
            }
        }, FIRST_RETRY_MS);
    }
}

/** Loads the marks of smart-money trades. The chart works without them. */
async function loadMarks(of, from, to) {
    try {
        const trades = await history.smartMoney(of.pair, from, to, MAX_MARKS, of.abort.signal);
        if (of === session) {
            trades.forEach(trade => addMark(of, {...trade, e: 'smartmoney'}));
            renderSoon();
        }
    } catch {
        // marks from the live stream are still shown
    }
}

function addMark(of, trade) {
    if (trade.pair_addr === of.pair.address && String(trade.chain_id) === of.pair.chainId) {
        of.marks.put(trade);
    }
}

/** Opens the chart of a pair at a moment: of `address`, or of the pair with the most volume of `token`. */
async function goTo(alert) {
    if (intervals.length === 0) {
        awaitedAlert = alert;
        closeDrawers();
        return;
    }
    const {chainId, address, token, time} = alert;
    const before = session;
    let pair = address ? {chainId, address} : undefined;
    if (!pair && token) {
        const {found} = await history.pairs(token, MAX_PAIRS).catch(() => ({found: []}));
        pair = found.find(each => each.chainId === chainId);
    }
    // the user may have opened another chart in the meantime
    if (!pair || session !== before) {
        return;
    }
    open(pairs.find(pair) ?? pair, intervalReaching(time));
    session.goal = time;
    approachGoal(session);
    closeDrawers();
}

/** Returns the interval of the chart, or the shortest longer one in which the moment is not too far back. */
function intervalReaching(time) {
    const current = session?.interval ?? firstInterval();
    const ageSeconds = Date.now() / 1000 - time;
    return intervals.slice(intervals.indexOf(current))
        .find(interval => ageSeconds / intervalSeconds(interval) <= MAX_CANDLES_BACK) ?? intervals.at(-1);
}

/** Shows the moment that the user wants to see, or loads older candles until it is there. */
function approachGoal(of) {
    if (of !== session || of.goal === null || !of.isShown || of.candles.size === 0) {
        return;
    }
    if (of.candles.first.time <= of.goal || of.isWhole) {
        chart.goTo(of.goal);
        of.goal = null;
    } else {
        loadOlder(of);
    }
}

// ---- live messages

function received(stream, data) {
    if (data.e === 'kline') {
        if (stream === session?.stream && session.candles.put(fromStream(data.k))) {
            renderSoon();
        }
        return;
    }
    if (data.e === 'trade') {
        tape.put(stream, data);
        return;
    }
    const alert = feed.put(data);
    if (alert) {
        announce(alert);
    }
    if ((data.e === 'smartmoney' || data.e === 'alert') && session) {
        addMark(session, data);
        renderSoon();
    }
}

function connectionChanged(state, before, secondsLeft) {
    const element = by('connection');
    const texts = {
        connecting: 'Connecting', live: 'Live', stale: 'No answer',
        waiting: `Reconnecting in ${secondsLeft} s`,
    };
    element.dataset.state = state;
    element.lastElementChild.textContent = texts[state];
    document.documentElement.dataset.connection = state;
    showStaleness();
    if (!session) {
        return;
    }
    if (state === 'waiting' && before !== 'waiting') {
        session.unbrokenUntil ??= session.newestTime();
    }
    if (state === 'live' && before === 'connecting') {
        const of = session;
        loadTail(of);
        setTimeout(() => of === session && loadTail(of), SECOND_LOOK_MS);
    }
}

// ---- alerts

/** Subscribes to the alerts of the chains that are wanted, and removes those of other chains from the feed. */
function watchAlerts() {
    const wanted = new Set(feed.chains(session.pair.chainId));
    for (const chainId of alertChains) {
        if (!wanted.has(chainId)) {
            connection.unsubscribe(`${chainId}@smartmoney`);
        }
    }
    for (const chainId of wanted) {
        if (!alertChains.has(chainId)) {
            connection.subscribe(`${chainId}@smartmoney`);
        }
    }
    alertChains = wanted;
    feed.keep(alert => alert.yours || wanted.has(alert.chainId));
}

function announce(alert) {
    if (Date.now() / 1000 - alert.time >= 60) {
        return;
    }
    by('announcement').textContent = `Alert: ${sentence(alert)}`;
    if (!by('alerts').classList.contains('open')) {
        unseen++;
        by('unseen').textContent = unseen > 99 ? '99+' : String(unseen);
        by('unseen').hidden = false;
    }
}

/** Shows the alerts of a user, or goes on showing them with another token. */
function watchUser(id, token) {
    if (id !== user) {
        forgetUser();
    }
    user = id;
    keepUser({id, token});
    wallets.setUser({id, token});
    connection.subscribe(`user:${id}@alerts`, token);
    by('show-user').textContent = 'Your alerts: on';
    by('user-note').textContent = '';
    clearTimeout(renewal);
    const expiresMs = expiryMs(token);
    if (expiresMs !== null) {
        const waitMs = Math.min(expiresMs - RENEWAL_MS - Date.now(), LONGEST_TIMER_MS);
        renewal = setTimeout(() => askForRenewal(expiresMs), waitMs);
    }
}

function askForRenewal(expiresMs) {
    const time = new Date(expiresMs).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});
    by('show-user').textContent = 'Your alerts: renew';
    by('user-note').textContent = `Your token expires at ${time}. With a new one, your alerts go on.`;
}

function forgetUser() {
    if (user) {
        connection.unsubscribe(`user:${user}@alerts`);
        feed.forgetYours();
        session?.marks.forgetYours();
        renderSoon();
    }
    user = null;
    wallets.setUser(null);
    clearTimeout(renewal);
    keepUser(null);
    by('show-user').textContent = 'Your alerts';
    by('user-note').textContent = '';
}

function keepUser(kept) {
    try {
        if (kept) {
            sessionStorage.setItem(USER_KEY, JSON.stringify(kept));
        } else {
            sessionStorage.removeItem(USER_KEY);
        }
    } catch {
        // without storage the user must enter the token again after a reload
    }
}

function keptUser() {
    try {
        return JSON.parse(sessionStorage.getItem(USER_KEY));
    } catch {
        return null;
    }
}

function refused(stream, reason, isKept) {
    if (stream === `user:${user}@alerts`) {
        if (isKept) {
            watchUser(user, connection.wanted.get(stream));
        } else {
            forgetUser();
        }
        by('user-note').textContent = `The relay refuses: ${reason}`;
        if (!by('user-dialog').open) {
            by('user-dialog').showModal();
        }
    }
}

// ---- display

/** Draws what is new before long, once for all that arrives until then. */
function renderSoon() {
    if (!framePending) {
        framePending = true;
        setTimeout(() => requestAnimationFrame(() => {
            framePending = false;
            drawnAt = performance.now();
            render();
            // halfway to the next drawing, so that no task of the browser has to do both
            setTimeout(() => {
                feed.draw();
                tape.draw();
            }, BETWEEN_DRAWINGS_MS / 2);
        }), Math.max(0, drawnAt + BETWEEN_DRAWINGS_MS - performance.now()));
    }
}

function render() {
    if (!session?.isShown) {
        return;
    }
    if (session.candles.size > 0) {
        note('', '');
    }
    showSwitch();
    session.shown = session.isMcap ? inMcap(session.candles.list) : [...session.candles.list];
    session.lines = studies.of(session.shown, session.seconds, session.isWhole, !session.isMcap);
    showLegend();
    chart.legendHeight = by('legends').offsetHeight;
    chart.show(session.shown, session.marks.list, session.lines, format());
    showQuote();
    showStaleness();
    approachGoal(session);
    if (needsMoreForVwap()) {
        loadOlder(session);
    }
}

/** Returns whether the average price of the current period lacks candles that can be loaded. */
function needsMoreForVwap() {
    const line = session.lines.find(({id}) => id === 'vwap');
    return line !== undefined && line.values.at(-1) === null && !session.isWhole && session.candles.size > 0
        && session.candles.size < MAX_FOR_VWAP;
}

/** Shows whether the chart is of the price or of the market capitalisation, which cannot be chosen while unknown. */
function showSwitch() {
    const isKnown = Boolean(session.candles.last?.mcap);
    session.isMcap = isKnown && wantsMcap;
    for (const button of document.querySelectorAll('#shown button')) {
        button.disabled = button.value === 'mcap' && !isKnown;
        button.setAttribute('aria-pressed', String((button.value === 'mcap') === session.isMcap));
    }
}

/** Returns how to format a value of the chart. */
function format() {
    return session.isMcap ? (value, digits = 5) => `$${amount(value, digits)}` : price;
}

function showQuote() {
    const last = session.isShown ? session.candles.last : null;
    const listed = last ? pairs.setPrice(session.pair, last.close) : pairs.find(session.pair);
    const pair = listed ?? session.pair;
    header.show(session, pair, last);
    watchlist.update([{...pair, price: last?.close ?? pair.price}]);
    showStar();
}

/** Says since when the shown prices are not live, if they are not. */
function showStaleness() {
    const isStale = Boolean(session?.isShown) && session.candles.size > 0 && connection.state !== 'live';
    by('stage').classList.toggle('stale', isStale);
    by('stale-note').hidden = !isStale;
    if (isStale) {
        setText(by('stale-note'), `Not live: prices as of ${moment(connection.heardAtMs / 1000, 1)}`);
    }
}

/** Shows whether the chart's pair is watched. */
function showStar() {
    by('watch').hidden = session === null;
    by('watch').setAttribute('aria-pressed', String(session !== null && watchlist.has(session.pair)));
}

/** Adds a pair to the watchlist or removes it: the pair that is active by keyboard, otherwise the chart's. */
function switchStar() {
    const pair = pairs.activePair() ?? session?.pair;
    if (pair) {
        watchlist.toggle(pair);
    }
}

function showIntervals() {
    const buttons = intervals.map(interval => {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = interval;
        button.dataset.interval = interval;
        button.setAttribute('aria-pressed', String(interval === session?.interval));
        button.addEventListener('click', () => open(session.pair, interval));
        return button;
    });
    const focused = document.activeElement?.dataset?.interval;
    by('intervals').replaceChildren(...buttons);
    buttons.find(button => button.dataset.interval === focused)?.focus();
    buttons.find(button => button.dataset.interval === session?.interval)
        ?.scrollIntoView({block: 'nearest', inline: 'center'});
}

/** Shows the values of the candle under the crosshair, or of the newest one. */
function showLegend() {
    if (!session?.isShown) {
        return;
    }
    const place = session.shown.findLastIndex(({time}) => time === pointedAt);
    const index = place >= 0 ? place : session.shown.length - 1;
    const candle = session.shown[index];
    if (!candle) {
        legend.clear();
        showMarkTable(by('legend-marks'), []);
        return;
    }
    legend.show(candle, index, session.seconds, session.lines, format());
    showMarkTable(by('legend-marks'), pointedAt === null ? [] : session.marksOf([candle]));
}

/** Shows why there is no chart: it is `loading`, `empty` or `failed`. */
function note(text, state) {
    by('chart-note').dataset.state = state;
    by('stage').dataset.state = state;
    by('chart-note').textContent = text;
    by('chart-note').hidden = text === '';
}

// ---- pairs

let searching = null;
let lastSearch = '';

async function loadPairs() {
    searching?.abort();
    searching = new AbortController();
    const search = by('search').value.trim();
    try {
        const {found, isLoaded, isComplete} = await history.pairs(search, MAX_PAIRS, searching.signal);
        if (found.length > 0) {
            notePairs('', 'shown');
        } else if (!isLoaded) {
            notePairs('Loading pairs…', 'loading');
        } else if (!isComplete) {
            notePairs('No pairs. A store does not answer, so pairs may be missing.', 'failed');
        } else {
            notePairs(search ? 'No matching pairs.' : 'Waiting for the first trades…', 'empty');
        }
        pairs.show(found);
        watchlist.refresh(found);
        if (search !== lastSearch) {
            lastSearch = search;
            pairs.active = null;
            by('pair-list').scrollTop = 0;
            pairs.markActive();
        }
        if (!session && found.length > 0 && intervals.length > 0) {
            open(pairs.ordered[0], wantedInterval(address.parse(location.hash)));
        } else if (session) {
            session.pair = pairs.find(session.pair) ?? session.pair;
            showQuote();
        }
    } catch (e) {
        // retried with the next refresh
        if (e.name !== 'AbortError') {
            notePairs(`Pairs are unavailable: ${e.message}. Retrying.`, 'failed');
            pairs.render();
        }
    }
}

/** Tells why the list of pairs is empty, and so the chart if there is none: `loading`, `empty` or `failed`. */
function notePairs(text, state) {
    by('no-pairs').dataset.state = state;
    by('no-pairs').textContent = text;
    if (!session) {
        note(text, state);
    }
}

function firstInterval() {
    return intervals.includes('1m') ? '1m' : intervals[0] ?? '1m';
}

function wantedInterval(wanted) {
    return intervals.includes(wanted.interval) ? wanted.interval : firstInterval();
}

/** Removes user and token from the URL, since URLs are visible, shared and stored in the browser's history. */
function takeUser() {
    const {user: id, token} = address.parse(location.hash);
    if (id !== null || token !== null) {
        window.history.replaceState(null, '', address.withoutUser(location.hash) || location.pathname);
    }
    return id && token ? {id, token} : null;
}

/** Shows the chart and the alerts that the URL names, when the page is opened and when the URL changes. */
function followAddress() {
    const given = takeUser();
    if (given) {
        watchUser(given.id, given.token);
    }
    const wanted = address.parse(location.hash);
    if (wanted.pair && intervals.length > 0) {
        open(pairs.find(wanted.pair) ?? wanted.pair, wantedInterval(wanted));
    }
}

async function start() {
    // before anything that may take time
    const shown = takeUser() ?? keptUser();
    if (shown) {
        watchUser(shown.id, shown.token);
    }
    let retryMs = FIRST_RETRY_MS;
    while (intervals.length === 0) {
        try {
            intervals = await history.intervals();
        } catch (e) {
            notePairs(`The relay does not answer: ${e.message}. Retrying.`, 'failed');
            await new Promise(resolve => setTimeout(resolve, retryMs));
            retryMs = Math.min(LONGEST_RETRY_MS, 2 * retryMs);
        }
    }
    header.intervals = intervals;
    showIntervals();
    notePairs('Loading pairs…', 'loading');
    followAddress();
    if (awaitedAlert) {
        goTo(awaitedAlert);
        awaitedAlert = null;
    }
    await loadPairs();
    setInterval(() => document.hidden || loadPairs(), PAIRS_EVERY_MS);
    setInterval(() => feed.tick(), 1_000);
}

// ---- panels, dialogs, keys

function openDrawer(id) {
    closeDrawers();
    by(id).classList.add('open');
    by('backdrop').hidden = false;
    by(`show-${id}`).setAttribute('aria-expanded', 'true');
    if (id === 'alerts') {
        unseen = 0;
        by('unseen').hidden = true;
    }
}

function closeDrawers() {
    for (const id of ['pairs', 'alerts']) {
        by(id).classList.remove('open');
        by(`show-${id}`).setAttribute('aria-expanded', 'false');
    }
    by('backdrop').hidden = true;
}

/** Closes all menus, except one that contains `target`. */
function closeMenus(target) {
    for (const menu of document.querySelectorAll('details.menu[open]')) {
        menu.open = menu.contains(target);
    }
}

function switchTheme() {
    theme.toggle();
    chart.restyle();
}

function switchInterval(index) {
    if (session && intervals[index]) {
        open(session.pair, intervals[index]);
    }
}

function switchShown(shown) {
    wantsMcap = shown === 'mcap';
    choose('mcap', wantsMcap);
    chart.fitPrices();
    render();
}

function switchLog() {
    choose('log', !chart.isLog);
    chart.setLog(!chart.isLog);
    by('log').setAttribute('aria-pressed', String(chart.isLog));
}

/** Moves the crosshair by a candle, and announces that candle to screen readers. */
function pointBeside(step) {
    const candle = chart.pointBeside(step);
    if (candle) {
        by('announcement').textContent = by('legend').innerText.replaceAll('\n', ' ');
    }
}

function showZones() {
    by('zone').replaceChildren(...zones().map(name => {
        const option = document.createElement('option');
        option.value = name;
        option.textContent = zoneTitle(name, Date.now() / 1000);
        option.selected = name === zone();
        return option;
    }));
}

const isTyping = target => target.matches('input, textarea, select');

const KEYS = {
    '/': () => {
        if (getComputedStyle(by('show-pairs')).display !== 'none') {
            openDrawer('pairs');
        }
        by('search').focus();
        by('search').select();
    },
    m: () => switchShown(wantsMcap ? 'price' : 'mcap'),
    l: switchLog,
    a: () => chart.fitPrices(),
    '[': () => switchInterval(intervals.indexOf(session?.interval) - 1),
    ']': () => switchInterval(intervals.indexOf(session?.interval) + 1),
    s: switchStar,
    t: switchTheme,
    '?': () => by('help-dialog').showModal(),
    ArrowLeft: () => session?.isShown && chart.pan(-0.25),
    ArrowRight: () => session?.isShown && chart.pan(0.25),
    ArrowDown: () => pairs.move(1),
    ArrowUp: () => pairs.move(-1),
    '+': () => session?.isShown && chart.zoom(0.7),
    '-': () => session?.isShown && chart.zoom(1.4),
    End: () => session?.isShown && chart.toNewest(),
    Enter: () => pairs.active && pairs.openActive(),
};

/** With the shift key, while the chart has the focus. */
const SHIFTED_KEYS = {
    ArrowLeft: () => pointBeside(-1),
    ArrowRight: () => pointBeside(1),
    ArrowUp: () => chart.stretch(0.8),
    ArrowDown: () => chart.stretch(1.25),
};

document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) {
        return;
    }
    if (event.key === 'Escape') {
        if (by('search').value) {
            by('search').value = '';
            loadPairs();
        }
        closeDrawers();
        closeMenus(null);
        document.activeElement?.blur();
        return;
    }
    if (event.defaultPrevented || isTyping(event.target)) {
        return;
    }
    const isOnChart = event.target === by('chart');
    if (event.shiftKey && isOnChart && SHIFTED_KEYS[event.key]) {
        event.preventDefault();
        SHIFTED_KEYS[event.key]();
        return;
    }
    const isPressed = event.target.matches('button, a, summary') && (event.key === 'Enter' || event.key === ' ');
    const action = /^[1-9]$/.test(event.key) ? () => switchInterval(Number(event.key) - 1) : KEYS[event.key];
    if (action && !isPressed) {
        event.preventDefault();
        action();
    }
});

let searchTimer;
by('search').addEventListener('input', () => {
    clearTimeout(searchTimer);
    searchTimer = setTimeout(loadPairs, SEARCH_DELAY_MS);
});
by('show-pairs').addEventListener('click', () => openDrawer('pairs'));
by('show-alerts').addEventListener('click', () => openDrawer('alerts'));
by('backdrop').addEventListener('click', closeDrawers);
by('toggle-theme').addEventListener('click', switchTheme);
by('show-help').addEventListener('click', () => by('help-dialog').showModal());
by('watch').addEventListener('click', () => watchlist.toggle(session.pair));
by('to-newest').addEventListener('click', () => chart.toNewest());
by('fit-prices').addEventListener('click', () => chart.fitPrices());
by('log').addEventListener('click', switchLog);
for (const button of document.querySelectorAll('#shown button')) {
    button.addEventListener('click', () => switchShown(button.value));
}
by('zone').addEventListener('change', () => {
    setZone(by('zone').value);
    choose('zone', zone());
    chart.drawSoon();
    showLegend();
});
document.addEventListener('pointerdown', event => closeMenus(event.target));
by('show-user').addEventListener('click', () => by('user-dialog').showModal());
by('forget-user').addEventListener('click', () => {
    forgetUser();
    by('user-form').reset();
});
by('user-form').addEventListener('submit', () => {
    const fields = new FormData(by('user-form'));
    by('user-form').elements.token.value = '';
    watchUser(fields.get('user').trim(), fields.get('token').trim());
});
for (const button of document.querySelectorAll('[data-close]')) {
    button.addEventListener('click', () => button.closest('dialog').close());
}
addEventListener('hashchange', followAddress);

/** Read-only access to the state of the page, for tests and debugging. */
globalThis.klines = Object.freeze({
    get connection() {
        return connection.state;
    },
    get pair() {
        return session && `${session.pair.chainId}:${session.pair.address}`;
    },
    get interval() {
        return session?.interval;
    },
    get candles() {
        return session?.isShown ? structuredClone(session.candles.list) : [];
    },
    /** The candles and indicators that are drawn, and the scale of the price axis. */
    get drawn() {
        return structuredClone({
            candles: chart.candles, lines: chart.lines, written: chart.axes.written, size: chart.size,
            low: chart.layout?.scale.low, high: chart.layout?.scale.high, slotWidth: chart.slotWidth,
        });
    },
    get marks() {
        return session ? structuredClone(session.marks.list) : [];
    },
    get shownMarks() {
        return session?.isShown ? structuredClone(session.marksOf(session.candles.list)) : [];
    },
    get alerts() {
        return structuredClone(feed.alerts.list);
    },
    get view() {
        return {...chart.view};
    },
});

start();
