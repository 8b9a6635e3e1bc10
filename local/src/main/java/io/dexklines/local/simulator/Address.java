package io.dexklines.local.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.SplittableRandom;

/**
 * The address of a pool, token or wallet, as ASCII in the notation of its chain.
 *
 * @param canonical the form for comparisons, in lower case on EVM chains
 * @param displayed EIP-55's mixed case on EVM chains, equal to {@code canonical} elsewhere
 */
record Address(byte[] canonical, byte[] displayed) {

    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] BASE58 =
            "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".getBytes(US_ASCII);

    /** Number of leading digits for which 44 digits of base 58 stay below 2^256. */
    private static final int KEY_LEADING_DIGITS = 17;

    /** Number of leading digits for which 88 digits of base 58 stay below 2^512. */
    private static final int SIGNATURE_LEADING_DIGITS = 5;

    static Address random(SimulatedChain chain, SplittableRandom random) {
        if (!chain.isEvm()) {
            byte[] key = new byte[44];
            fillBase58(key, 0, key.length, KEY_LEADING_DIGITS, random);
            return new Address(key, key);
        }
        byte[] lower = new byte[42];
        lower[0] = '0';
        lower[1] = 'x';
        fillHex(lower, 2, 40, random);
        return new Address(lower, checksummed(lower));
    }

    /** Creates an address from its canonical text. */
    static Address of(SimulatedChain chain, String canonical) {
        byte[] bytes = canonical.getBytes(US_ASCII);
        return new Address(bytes, chain.isEvm() ? checksummed(bytes) : bytes);
    }

    /** Returns this Solana address with another ending, as in a mined vanity address. */
    Address endingWith(String suffix) {
        byte[] ending = suffix.getBytes(US_ASCII);
        byte[] key = canonical.clone();
        System.arraycopy(ending, 0, key, key.length - ending.length, ending.length);
        return new Address(key, key);
    }

    String text() {
        return new String(canonical, US_ASCII);
    }

    static void fillHex(byte[] target, int from, int digits, SplittableRandom random) {
        long bits = 0;
        for (int i = 0; i < digits; i++) {
            if ((i & 15) == 0) {
                bits = random.nextLong();
            }
            target[from + i] = HEX[(int) (bits & 15)];
            bits >>>= 4;
        }
    }

    /** Writes a transaction signature, 88 digits of base 58, at index {@code from}. */
    static void fillSignature(byte[] target, int from, SplittableRandom random) {
        fillBase58(target, from, 88, SIGNATURE_LEADING_DIGITS, random);
    }

    private static void fillBase58(
            byte[] target, int from, int digits, int leadingDigits, SplittableRandom random) {
        // a leading zero digit would encode a zero byte and make the key longer
        target[from] = BASE58[1 + random.nextInt(leadingDigits - 1)];
        long bits = 0;
        for (int i = 1; i < digits; i++) {
            if ((i - 1) % 10 == 0) {
                bits = random.nextLong() >>> 1;
            }
            target[from + i] = BASE58[(int) (bits % 58)];
            bits /= 58;
        }
    }

    /**
     * Returns the mixed case of EIP-55: a letter is upper case where the hash of the lower-case
     * digits has a nibble of 8 or more.
     */
    static byte[] checksummed(byte[] lower) {
        byte[] digits = new byte[40];
        System.arraycopy(lower, 2, digits, 0, 40);
        byte[] hash = Keccak256.ofShort(digits);
        byte[] mixed = lower.clone();
        for (int i = 0; i < 40; i++) {
            int nibble = (hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15;
            if (nibble >= 8 && digits[i] >= 'a') {
                mixed[i + 2] -= 'a' - 'A';
            }
        }
        return mixed;
    }
}
