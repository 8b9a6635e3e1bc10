// What the relay's HTTP API tells about the past.

/** The API refused, or could not be reached. */
export class ApiError extends Error {}

async function get(path, parameters, signal) {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
    const response = await fetch(`${path}?${new URLSearchParams(given)}`, {signal});
    const body = await response.json().catch(() => null);
    if (!response.ok || body === null) {
        throw new ApiError(body?.error?.message ?? `${path}: ${response.status}`);
    }
    return body;
}

/** The intervals of which there are klines, the shortest first. */
export async function intervals() {
    return (await get('/api/intervals', {})).intervals;
}

/** Pairs, those with most volume first. */
export async function pairs(search, limit, signal) {
    const {pairs} = await get('/api/pairs', {search, limit}, signal);
    return pairs.map(pair => ({
        chainId: String(pair.chain_id),
        address: pair.pair_addr,
        token: pair.token_symbol,
        base: pair.base_token_symbol,
        swap: pair.swap_name,
        price: pair.price_usd ?? pair.last_price,
        change: pair.change_24h,
        volume: pair.volume_24h_usd,
    }));
}

/** At most `limit` candles, the newest of those that open before `to`; in order. */
export async function candles(pair, interval, to, limit, signal) {
    const {klines} = await get('/api/klines', {
        chain_id: pair.chainId, pair_addr: pair.address, interval, to, limit,
    }, signal);
    return klines.map(kline => ({
        time: kline.open_time,
        open: kline.open,
        high: kline.high,
        low: kline.low,
        close: kline.close,
        volume: kline.volume_usd,
        trades: kline.trades,
        closed: kline.closed,
    }));
}

/** The newest trades of followed wallets in a pair from `from` on, as events of the live stream. */
export async function smartMoney(pair, from, limit, signal) {
    const {trades} = await get('/api/smartmoney', {
        chain_id: pair.chainId, pair_addr: pair.address, from, limit,
    }, signal);
    return trades;
}
