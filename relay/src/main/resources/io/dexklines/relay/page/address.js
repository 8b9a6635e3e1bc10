// The fragment of the page's URL: the chart to show, and the user whose alerts to show.

import {isIdentifier, storedAddress} from './identifier.js';

/**
 * Parses `#pair=1:0x88e6…&interval=1m&user=alice&token=…`. Missing or invalid parts are null.
 */
export function parse(hash) {
    const fields = new URLSearchParams(hash.replace(/^#/, ''));
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

/** Returns the fragment for a chart. It never contains a token, since users share URLs. */
export function text(pair, interval) {
    return `#pair=${pair.chainId}:${encodeURIComponent(pair.address)}&interval=${interval}`;
}
