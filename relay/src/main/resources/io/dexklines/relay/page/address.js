// The fragment of the page's URL: the chart to show, and the user whose alerts to show.

/**
 * Parses `#pair=1:0x88e6…&interval=1m&user=alice&token=…`. Missing or invalid parts are null.
 */
export function parse(hash) {
    const fields = new URLSearchParams(hash.replace(/^#/, ''));
    const pair = /^(\d{1,19}):([^\s@/"\\:]{1,128})$/.exec(fields.get('pair') ?? '');
    const interval = /^\d{1,2}[smhdwM]$/.exec(fields.get('interval') ?? '');
    return {
        // EVM addresses are in lower case in streams and stores
        pair: pair && {chainId: pair[1], address: /^0x/i.test(pair[2]) ? pair[2].toLowerCase() : pair[2]},
        interval: interval && interval[0],
        user: fields.get('user') || null,
        token: fields.get('token') || null,
    };
}

/** Returns the fragment for a chart. It never contains a token, since users share URLs. */
export function text(pair, interval) {
    return `#pair=${pair.chainId}:${encodeURIComponent(pair.address)}&interval=${interval}`;
}
