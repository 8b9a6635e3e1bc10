// The fragment of the page's URL: the chart to show, the wallet to show above it, and the user whose alerts to
// show.

import {isIdentifier, storedAddress} from './identifier.js';

/**
 * Parses `#pair=1:0x88e6…&interval=1m&user=alice&token=…`. Missing or invalid parts are null.
 */
export function parse(hash) {
    const fields = fieldsOf(hash);
    const [chainId, address, ...rest] = (fields.get('pair') ?? '').split(':');
    const isPair = isIdentifier(chainId) && isIdentifier(address) && rest.length === 0;
    const interval = /^\d{1,2}[smhdwM]$/.exec(fields.get('interval') ?? '');
    return {
        pair: isPair ? {chainId, address: storedAddress(chainId, address)} : null,
        interval: interval && interval[0],
        user: fields.get('user') || null,
        token: fields.get('token') || null,
    };
}

/** Returns the fragment without the user and the token. */
export function withoutUser(hash) {
    const rest = hash.replace(/^#/, '').split('&').filter(field => !/^(user|token)=/.test(field));
    return rest.join('&') && `#${rest.join('&')}`;
}

/**
 * Returns the fragment for a chart, with the wallet of the present one. It never contains a token, since users
 * share URLs.
 */
export function text(pair, interval, present = location.hash) {
    const chart = `#pair=${pair.chainId}:${encodeURIComponent(pair.address)}&interval=${interval}`;
    const shown = wallet(present);
    return shown ? withWallet(chart, shown) : chart;
}

/** Returns the wallet `{chainId, address}` of the fragment, `wallet=1:0x28c6…`; null if there is none. */
export function wallet(hash) {
    const [chainId, address, ...rest] = (fieldsOf(hash).get('wallet') ?? '').split(':');
    return isIdentifier(chainId) && isIdentifier(address) && rest.length === 0
        ? {chainId, address: storedAddress(chainId, address)}
        : null;
}

/** Returns the fragment with this wallet instead of any other. */
export function withWallet(hash, {chainId, address}) {
    const rest = withoutWallet(hash);
    return `${rest ? `${rest}&` : '#'}wallet=${chainId}:${address}`;
}

/** Returns the fragment without a wallet. */
export function withoutWallet(hash) {
    const rest = hash.replace(/^#/, '').split('&').filter(field => field && !field.startsWith('wallet='));
    return rest.join('&') && `#${rest.join('&')}`;
}

function fieldsOf(hash) {
    return new URLSearchParams(hash.replace(/^#/, ''));
}
