package io.dexklines.local.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.SplittableRandom;

/**
 * A pool, token or wallet as its chain writes it.
 *
 * @param canonical the form that is compared: lower case on EVM chains
 * @param displayed EIP-55's mixed case on EVM chains, elsewhere the same
 */
record Address(byte[] canonical, byte[] displayed) {

    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] BASE58 =
            "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".getBytes(US_ASCII);

    /** The leading digits with which 44 digits of base 58 stay below 2^256. */
    private static final int KEY_LEADING_DIGITS = 17;

    /** The leading digits with which 88 digits of base 58 stay below 2^512. */
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

    /** An address that is known, such as a chain's own coin. */
    static Address of(SimulatedChain chain, String canonical) {
        byte[] bytes = canonical.getBytes(US_ASCII);
        return new Address(bytes, chain.isEvm() ? checksummed(bytes) : bytes);
    }

    /** The same with another ending, as those who mine addresses have it; on Solana only. */
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

    /** A transaction's signature: 88 digits of base 58 from {@code from} on. */
    static void fillSignature(byte[] target, int from, SplittableRandom random) {
        fillBase58(target, from, 88, SIGNATURE_LEADING_DIGITS, random);
    }

    private static void fillBase58(
            byte[] target, int from, int digits, int leadingDigits, SplittableRandom random) {
        // the digit of zero never leads: it would stand for a zero byte and make the key longer
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

    /** EIP-55: a letter is upper case where the hash of the lower-case digits has 8 or more. */
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
