// Links to the block explorers of the chains.

import {isIdentifier} from './identifier.js';

const EXPLORERS = {
    1: {host: 'etherscan.io', wallet: 'address'},
    10: {host: 'optimistic.etherscan.io', wallet: 'address'},
    56: {host: 'bscscan.com', wallet: 'address'},
    137: {host: 'polygonscan.com', wallet: 'address'},
    8453: {host: 'basescan.org', wallet: 'address'},
    42161: {host: 'arbiscan.io', wallet: 'address'},
    100000: {host: 'solscan.io', wallet: 'account'},
};

/** The chains that have an explorer. */
export const EXPLORED_CHAINS = Object.keys(EXPLORERS);

/** Returns the address of a wallet's page; null for an unknown chain or what is no identifier. */
export function walletUrl(chainId, wallet) {
    return url(chainId, EXPLORERS[chainId]?.wallet, wallet);
}

/** Returns the address of a transaction's page; null for an unknown chain or what is no identifier. */
export function transactionUrl(chainId, hash) {
    return url(chainId, 'tx', hash);
}

function url(chainId, kind, id) {
    const host = Object.hasOwn(EXPLORERS, chainId) ? EXPLORERS[chainId].host : undefined;
    return host && isIdentifier(id) ? `https://${host}/${kind}/${encodeURIComponent(id)}` : null;
}

/**
 * Creates a link to a page of an explorer, which opens in a new tab and learns nothing of this page.
 *
 * @param name what is to be found there, for screen readers
 */
export function explorerLink(href, text, name) {
    const link = document.createElement('a');
    link.href = href;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.textContent = text;
    link.title = `${name} on ${link.hostname}`;
    link.setAttribute('aria-label', `${text}: ${link.title}, in a new tab`);
    return link;
}
