// The grammar of identifiers: ids of chains and users, and addresses.

const IDENTIFIER = /^[A-Za-z0-9._-]{1,128}$/;
const SOLANA = '100000';
const WITHOUT_PREFIX = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Returns whether the text is an identifier, which needs no escaping in streams, URLs and markup. */
export function isIdentifier(text) {
    return typeof text === 'string' && IDENTIFIER.test(text);
}

/**
 * Returns an address in the form in which streams and stores have it: unchanged on Solana, otherwise in lower
 * case, with `0x` in front of 40 or 64 hexadecimal digits.
 */
export function storedAddress(chainId, address) {
    if (chainId === SOLANA) {
        return address;
    }
    const lower = address.toLowerCase();
    return WITHOUT_PREFIX.test(lower) ? `0x${lower}` : lower;
}
