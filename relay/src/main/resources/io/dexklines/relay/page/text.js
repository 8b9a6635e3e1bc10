// Untrusted text, such as token symbols and wallet names. It is inserted as text, never as markup, after
// removing characters that could affect the text around it.

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u{034f}\u{115f}\u{1160}\u{3164}\u{ffa0}\u{fe00}-\u{fe0f}]/gu;
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;

/**
 * Returns a safe form of untrusted text: one line without control, bidirectional, zero-width and
 * unassigned characters, with at most two combining marks per letter, and at most `maxLength`
 * code points long. Returns `otherwise` if nothing is left.
 */
export function tame(text, maxLength, otherwise) {
    // truncate first, so that long texts take no more time than short ones
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

/** Abbreviates an address to `0x88e6…5640`. */
export function shortAddress(address) {
    const text = tame(address, 128, '?');
    return text.length <= 13 ? text : `${text.slice(0, 6)}…${text.slice(-4)}`;
}

/** Returns a symbol of at most twelve characters, or the address of a token without a symbol. */
export function symbol(text, address) {
    return tame(text, 12, shortAddress(address));
}

/**
 * Creates an element that isolates the writing direction of its text from the text around it.
 */
export function isolated(text, className) {
    const element = document.createElement('bdi');
    element.textContent = text;
    if (className) {
        element.className = className;
    }
    return element;
}
