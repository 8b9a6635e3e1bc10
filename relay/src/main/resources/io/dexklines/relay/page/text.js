// Text that strangers chose: the symbol of a token, the name of a wallet. It is set as text, never as
// markup, and what could disturb the text around it is taken out first.

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u{034f}\u{115f}\u{1160}\u{3164}\u{ffa0}\u{fe00}-\u{fe0f}]/gu;
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;

/**
 * What may be shown of a stranger's text: one line, without control, bidirectional, zero-width and
 * unassigned characters, with at most two accents on a letter, and no longer than `maxLength`
 * characters (as people count them). `otherwise` if nothing is left.
 */
export function tame(text, maxLength, otherwise) {
    // a bound before the work, so that a long text costs no more than a short one
    const head = String(text ?? '').slice(0, 8 * maxLength);
    const clean = head
        .replace(/\s+/gu, ' ')
        .replace(INVISIBLE, '')
        .normalize('NFC')
        .replace(STACKED_MARKS, '$1')
        .trim();
    const characters = Array.from(clean);
    if (characters.length === 0) {
        return otherwise;
    }
    return characters.length <= maxLength
        ? clean
        : characters.slice(0, maxLength - 1).join('') + '…';
}

/** `0x88e6…5640`: enough of an address to tell it from others. */
export function shortAddress(address) {
    const text = tame(address, 128, '?');
    return text.length <= 13 ? text : `${text.slice(0, 6)}…${text.slice(-4)}`;
}

/** A symbol of at most twelve characters; of a token without one, its address. */
export function symbol(text, address) {
    return tame(text, 12, shortAddress(address));
}

/**
 * An element with that text in it, isolated: whichever way it is written, the text around it stays
 * as it is.
 */
export function isolated(text, className) {
    const element = document.createElement('bdi');
    element.textContent = text;
    if (className) {
        element.className = className;
    }
    return element;
}
