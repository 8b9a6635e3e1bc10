package io.dexklines.trade;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The grammar of identifiers, which are the ids of chains and users, addresses of pools and
 * wallets, and hashes of transactions: 1 to {@value #MAX_LENGTH} of the characters {@code A-Z a-z
 * 0-9 . _ -}. So an identifier never needs escaping in keys, names of streams, paths, JSON, SQL and
 * terminals, and never contains their separators.
 */
public final class Identifier {

    /** The longest identifier in characters. Real ones have up to 88. */
    public static final int MAX_LENGTH = 128;

    /** The {@code chain_id} of Solana, whose addresses are case-sensitive. */
    private static final String SOLANA = "100000";

    /** The digits of an EVM address, and of a pool id, a hash of 32 bytes. */
    private static final int ADDRESS_DIGITS = 40;

    private static final int POOL_ID_DIGITS = 64;

    private static final Pattern SOLANA_WALLET = Pattern.compile("[1-9A-HJ-NP-Za-km-z]{32,44}");
    private static final Pattern EVM_WALLET = Pattern.compile("0x[0-9a-f]{40}");

    private static final boolean[] ALLOWED = new boolean[128];

    static {
        for (char c = 0; c < ALLOWED.length; c++) {
            ALLOWED[c] =
                    c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || c >= '0' && c <= '9'
                            || c == '.'
                            || c == '_'
                            || c == '-';
        }
    }

    private Identifier() {}

    /** Returns whether the text is an identifier. */
    public static boolean isValid(String text) {
        int length = text.length();
        if (length == 0 || length > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= ALLOWED.length || !ALLOWED[c]) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the text of the ASCII characters from {@code from} to {@code to} is one. */
    public static boolean isValid(byte[] ascii, int from, int to) {
        if (to <= from || to - from > MAX_LENGTH) {
            return false;
        }
        for (int i = from; i < to; i++) {
            // a byte that is not ASCII is negative
            if (ascii[i] < 0 || !ALLOWED[ascii[i]]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns why the text is not an identifier, to be read after its name, such as "is empty";
     * null if it is one.
     */
    public static String problem(String text) {
        if (isValid(text)) {
            return null;
        }
        if (text.isEmpty()) {
            return "is empty";
        }
        return text.length() > MAX_LENGTH
                ? "is longer than " + MAX_LENGTH + " characters"
                : "has a character other than A-Z a-z 0-9 . _ -";
    }

    /**
     * Returns the form in which an address is compared and stored: unchanged on Solana, otherwise
     * in lower case, and with {@code 0x} in front of 40 or 64 hexadecimal digits. If the address
     * has that form already, returns the same string. A text that is not an identifier has no such
     * form and may be returned in any case.
     *
     * @param address the address of a pool, wallet or token
     */
    public static String address(String chainId, String address) {
        if (SOLANA.equals(chainId)) {
            return address;
        }
        String lower = address;
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                lower = address.toLowerCase(Locale.ROOT);
                break;
            }
        }
        return isHexWithoutPrefix(lower) ? "0x" + lower : lower;
    }

    /**
     * Returns the form of a wallet's address on a chain, to be read after "expected", such as "0x
     * and 40 hexadecimal digits", if the given address has another form. Returns null if it has
     * this form, so that a wallet of the chain can have it.
     *
     * @param address in the form of {@link #address}
     */
    public static String missedWalletForm(String chainId, String address) {
        boolean solana = SOLANA.equals(chainId);
        if ((solana ? SOLANA_WALLET : EVM_WALLET).matcher(address).matches()) {
            return null;
        }
        return solana ? "32 to 44 digits of base 58" : "0x and 40 hexadecimal digits";
    }

    private static boolean isHexWithoutPrefix(String lower) {
        if (lower.length() != ADDRESS_DIGITS && lower.length() != POOL_ID_DIGITS) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }
}
