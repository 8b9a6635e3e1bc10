package io.dexklines.text;

import java.nio.charset.StandardCharsets;

/** The case in which EVM addresses are written for readers outside of this project. */
public enum AddressCase {
    /** The form in which addresses are compared and stored everywhere: lower case. */
    LOWER("lower"),

    /** The checksum of EIP-55, which wallets, explorers and go-ethereum write. */
    EIP55("eip55");

    /** The {@code chain_id} of Solana, whose addresses are written as they are. */
    private static final String SOLANA = "100000";

    private static final String HEX_PREFIX = "0x";
    private static final int DIGITS = 40;

    /** A digit whose place in the hash has this value or a higher one is in upper case. */
    private static final int UPPER_CASE_FROM = 8;

    private final String code;

    AddressCase(String code) {
        this.code = code;
    }

    /** Returns the name in the configuration. */
    public String code() {
        return code;
    }

    /**
     * Returns the case of that name.
     *
     * @throws IllegalArgumentException if there is none; the message begins with the quoted name
     */
    public static AddressCase ofCode(String code) {
        for (AddressCase each : values()) {
            if (each.code.equals(code)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                code.equals("as-sent")
                        ? "'as-sent' is not possible, since an address is held in lower case from"
                                + " the decoder on; eip55 is what go-ethereum sends"
                        : "'" + code + "' is neither lower nor eip55");
    }

    /**
     * Returns an address in this case. Only {@code 0x} with 40 digits is an address that has a
     * checksum: a pool id of 64 digits, an address of Solana and any other text are returned
     * unchanged.
     *
     * @param address the address in the form in which it is stored
     */
    public String of(String chainId, String address) {
        return this == LOWER || chainId.equals(SOLANA) || !isLowerHex(address)
                ? address
                : withChecksum(address);
    }

    private static boolean isLowerHex(String address) {
        if (address.length() != HEX_PREFIX.length() + DIGITS || !address.startsWith(HEX_PREFIX)) {
            return false;
        }
        for (int i = HEX_PREFIX.length(); i < address.length(); i++) {
            char c = address.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static String withChecksum(String address) {
        byte[] digits = address.substring(HEX_PREFIX.length()).getBytes(StandardCharsets.US_ASCII);
        byte[] hash = Keccak256.digest(digits, Keccak256.SUFFIX);
        StringBuilder spelled = new StringBuilder(address.length()).append(HEX_PREFIX);
        for (int i = 0; i < digits.length; i++) {
            int nibble = (i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2]) & 0xf;
            char digit = (char) digits[i];
            spelled.append(nibble >= UPPER_CASE_FROM ? Character.toUpperCase(digit) : digit);
        }
        return spelled.toString();
    }
}
