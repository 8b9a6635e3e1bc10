// A client for the relay's history API.

import {mcapOf} from './candles.js';
import {isIdentifier} from './identifier.js';

const ANSWERED_WITHIN_MS = 15_000;

/** An error response of the API, or none in time. */
export class ApiError extends Error {}

async function get(path, parameters, {signal, cache} = {}) {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
    const patience = AbortSignal.timeout(ANSWERED_WITHIN_MS);
    const either = signal ? AbortSignal.any([signal, patience]) : patience;
    try {
        return await answer(path, await fetch(`${path}?${new URLSearchParams(given)}`, {signal: either, cache}));
    } catch (e) {
        signal?.throwIfAborted();
        throw patience.aborted ? new ApiError(`no answer within ${ANSWERED_WITHIN_MS / 1000} s`) : e;
    }
}

async function answer(path, response) {
    const body = await response.json().catch(() => null);
    if (!response.ok || body === null) {
        throw new ApiError(body?.msg ?? `${path}: ${response.status}`);
    }
    return body;
}

/** Returns the available intervals, shortest first. */
export async function intervals() {
    return (await get('/api/intervals', {})).intervals;
}

/**
 * Returns pairs, by descending volume, without those that cannot be shown. `isLoaded` is false until the relay
 * has read its list once, `isComplete` is false if a store was unreachable and pairs may be missing.
 */
export async function pairs(search, limit, signal) {
    const {pairs, as_of: asOf, missing} = await get('/api/pairs', {search, limit}, {signal});
    const shown = pairs.filter(pair => isIdentifier(String(pair.chain_id)) && isIdentifier(pair.pair_addr));
    const found = shown.map(pair => ({
        chainId: String(pair.chain_id),
        address: pair.pair_addr,
        token: pair.token_symbol,
        base: pair.base_token_symbol,
        swap: pair.swap_name,
        price: pair.last_price,
        change: pair.change_24h_percent === null ? null : pair.change_24h_percent / 100,
        volume: pair.volume_usd_24h,
        trades: pair.trades_24h,
    }));
    return {found, isLoaded: asOf > 0, isComplete: missing.length === 0};
}

/**
 * Returns the newest `limit` candles that open before `to`, in ascending order. `isComplete` is false
 * if a store was unreachable and candles may be missing.
 */
export async function candles(pair, interval, to, limit, signal) {
    const {klines, missing} = await get('/api/klines', {
        chain_id: pair.chainId, pair_addr: pair.address, interval, to, limit,
    }, {signal, cache: to === undefined ? 'no-store' : 'default'});
    const candles = klines.map(candleOf);
    return {candles, isComplete: missing.length === 0};
}

function candleOf(kline) {
    return {
        time: kline.open_time,
        open: kline.open,
        high: kline.high,
        low: kline.low,
        close: kline.close,
        mcap: mcapOf(kline.mcap_open, kline.mcap_high, kline.mcap_low, kline.mcap_close),
        volume: kline.volume_usd,
        tokens: kline.volume_token,
        buyVolume: kline.buy_volume_usd ?? null,
        trades: kline.trades,
        buys: kline.buys ?? null,
        closed: kline.closed === true,
    };
}

/** Returns the newest candle of a pair and interval, or undefined. */
export async function newest(pair, interval, signal) {
    const {klines} = await get('/api/klines', {
        chain_id: pair.chainId, pair_addr: pair.address, interval, limit: 1,
    }, {signal, cache: 'no-store'});
    return klines.length > 0 ? candleOf(klines[0]) : undefined;
}

/** Returns the time of the first known trade of a pair, in epoch seconds, or null. */
export async function firstTrade(pair, interval, signal) {
    const {klines} = await get('/api/klines', {
        chain_id: pair.chainId, pair_addr: pair.address, interval, from: 0, limit: 1,
    }, {signal});
    return klines.length > 0 ? klines[0].first_trade_time ?? klines[0].open_time : null;
}

/** Returns the newest trades of smart-money wallets in a pair between two times, as live events. */
export async function smartMoney(pair, from, to, limit, signal) {
    const {trades} = await get('/api/smartmoney', {
        chain_id: pair.chainId, pair_addr: pair.address, from, to, limit,
    }, {signal});
    return trades;
}
