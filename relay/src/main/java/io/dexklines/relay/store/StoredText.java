package io.dexklines.relay.store;

import io.dexklines.text.PrintableText;
import io.dexklines.trade.Identifier;
import io.dexklines.trade.Pair;

/** Checks the text of stored rows, which an earlier release or another program may have written. */
final class StoredText {

    private StoredText() {}

    /**
     * Returns a stored pair.
     *
     * @throws IllegalArgumentException if no client can ask for it: a part is no identifier, or its
     *     address is not in the form in which it is stored
     */
    static Pair pair(String chainId, String address) {
        Pair pair = new Pair(identifier(chainId), identifier(address));
        if (!Identifier.address(chainId, address).equals(address)) {
            throw new IllegalArgumentException("not the stored form of an address: " + address);
        }
        return pair;
    }

    /**
     * Returns a stored identifier.
     *
     * @throws IllegalArgumentException if it is none
     */
    static String identifier(String text) {
        if (text == null || !Identifier.isValid(text)) {
            throw new IllegalArgumentException("not an identifier: " + text);
        }
        return text;
    }

    /** Returns a stored label; an empty string if it cannot be shown. */
    static String label(String text) {
        return text == null || !PrintableText.isPrintable(text) ? "" : text;
    }
}
