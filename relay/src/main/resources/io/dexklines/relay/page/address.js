// What the page's address says after the `#`: which chart, and whose alerts.

/**
 * Reads `#pair=1:0x88e6…&interval=1m&user=alice&token=…`; what is missing or makes no sense is null.
 */
export function parse(hash) {
    const fields = new URLSearchParams(hash.replace(/^#/, ''));
    const pair = /^(\d{1,19}):([^\s@/"\\:]{1,128})$/.exec(fields.get('pair') ?? '');
    const interval = /^\d{1,2}[smhdwM]$/.exec(fields.get('interval') ?? '');
    return {
        // streams and stores know EVM addresses in lower case
        pair: pair && {chainId: pair[1], address: /^0x/i.test(pair[2]) ? pair[2].toLowerCase() : pair[2]},
        interval: interval && interval[0],
        user: fields.get('user') || null,
        token: fields.get('token') || null,
    };
}

/** The same, without whose alerts: a token has no place in an address that is shared. */
export function text(pair, interval) {
    return `#pair=${pair.chainId}:${encodeURIComponent(pair.address)}&interval=${interval}`;
}
