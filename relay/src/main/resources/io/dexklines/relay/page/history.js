// What the relay's HTTP API tells about the past.

/** The API refused, or could not be reached. */
export class ApiError extends Error {}

async function get(path, parameters, {signal, cache} = {}) {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
    const response = await fetch(`${path}?${new URLSearchParams(given)}`, {signal, cache});
    const body = await response.json().catch(() => null);
    if (!response.ok || body === null) {
        throw new ApiError(body?.msg ?? `${path}: ${response.status}`);
    }
    return body;
}

/** The intervals of which there are klines, the shortest first. */
export async function intervals() {
    return (await get('/api/intervals', {})).intervals;
}

/** Pairs, those with most volume first. */
export async function pairs(search, limit, signal) {
    const {pairs} = await get('/api/pairs', {search, limit}, {signal});
    return pairs.map(pair => ({
        chainId: String(pair.chain_id),
        address: pair.pair_addr,
        token: pair.token_symbol,
        base: pair.base_token_symbol,
        swap: pair.swap_name,
        price: pair.last_price,
        change: pair.change_24h_percent === null ? null : pair.change_24h_percent / 100,
        volume: pair.volume_usd_24h,
    }));
}

/**
 * At most `limit` candles, the newest of those that open before `to`, in order; and whether these are
 * all that there are of them, or something that holds some was away.
 */
export async function candles(pair, interval, to, limit, signal) {
    const {klines, missing} = await get('/api/klines', {
        chain_id: pair.chainId, pair_addr: pair.address, interval, to, limit,
    }, {signal, cache: to === undefined ? 'no-store' : 'default'});
    const candles = klines.map(kline => ({
        time: kline.open_time,
        open: kline.open,
        high: kline.high,
        low: kline.low,
        close: kline.close,
        volume: kline.volume_usd,
        trades: kline.trades,
        closed: kline.closed === true,
    }));
    return {candles, isComplete: missing.length === 0};
}

/** The newest trades of followed wallets in a pair between two times, as events of the live stream. */
export async function smartMoney(pair, from, to, limit, signal) {
    const {trades} = await get('/api/smartmoney', {
        chain_id: pair.chainId, pair_addr: pair.address, from, to, limit,
    }, {signal});
    return trades;
}
