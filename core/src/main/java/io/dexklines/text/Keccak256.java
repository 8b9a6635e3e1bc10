package io.dexklines.text;

/**
 * Keccak-256, the hash of Ethereum, for messages of one block. The hash {@code SHA3-256} of the JDK
 * differs from it in the byte behind the message only.
 */
final class Keccak256 {

    /** The bytes of a block. */
    private static final int RATE = 136;

    /** The longest message, in bytes. */
    static final int MAX_BYTES = RATE - 1;

    /** The byte behind the message by which Keccak differs from SHA-3. */
    static final int SUFFIX = 0x01;

    private static final int LANES = 25;
    private static final int SIDE = 5;
    private static final int DIGEST_BYTES = 32;

    private static final long[] ROUND_CONSTANTS = {
        0x0000000000000001L, 0x0000000000008082L, 0x800000000000808aL, 0x8000000080008000L,
        0x000000000000808bL, 0x0000000080000001L, 0x8000000080008081L, 0x8000000000008009L,
        0x000000000000008aL, 0x0000000000000088L, 0x0000000080008009L, 0x000000008000000aL,
        0x000000008000808bL, 0x800000000000008bL, 0x8000000000008089L, 0x8000000000008003L,
        0x8000000000008002L, 0x8000000000000080L, 0x000000000000800aL, 0x800000008000000aL,
        0x8000000080008081L, 0x8000000000008080L, 0x0000000080000001L, 0x8000000080008008L
    };

    /** The places that a lane passes on its way round the state, and by how much it is rotated. */
    private static final int[] PLACES = {
        10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1
    };

    private static final int[] ROTATIONS = {
        1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44
    };

    private Keccak256() {}

    /**
     * Returns the hash, 32 bytes.
     *
     * @param suffix {@link #SUFFIX}, or that of SHA-3
     * @throws IllegalArgumentException if the message has more than {@link #MAX_BYTES} bytes
     */
    static byte[] digest(byte[] message, int suffix) {
        if (message.length > MAX_BYTES) {
            throw new IllegalArgumentException("the message has " + message.length + " bytes");
        }
        long[] state = new long[LANES];
        for (int i = 0; i < message.length; i++) {
            xor(state, i, message[i] & 0xff);
        }
        xor(state, message.length, suffix);
        xor(state, RATE - 1, 0x80);
        permute(state);
        byte[] digest = new byte[DIGEST_BYTES];
        for (int i = 0; i < digest.length; i++) {
            digest[i] = (byte) (state[i / Long.BYTES] >>> Byte.SIZE * (i % Long.BYTES));
        }
        return digest;
    }

    private static void xor(long[] state, int index, int value) {
        state[index / Long.BYTES] ^= (long) value << Byte.SIZE * (index % Long.BYTES);
    }

    private static void permute(long[] state) {
        long[] columns = new long[SIDE];
        for (long constant : ROUND_CONSTANTS) {
            mixColumns(state, columns);
            long moving = state[1];
            for (int i = 0; i < PLACES.length; i++) {
                long there = state[PLACES[i]];
                state[PLACES[i]] = Long.rotateLeft(moving, ROTATIONS[i]);
                moving = there;
            }
            for (int row = 0; row < LANES; row += SIDE) {
                System.arraycopy(state, row, columns, 0, SIDE);
                for (int x = 0; x < SIDE; x++) {
                    state[row + x] ^= ~columns[(x + 1) % SIDE] & columns[(x + 2) % SIDE];
                }
            }
            state[0] ^= constant;
        }
    }

    private static void mixColumns(long[] state, long[] columns) {
        for (int x = 0; x < SIDE; x++) {
            columns[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        }
        for (int x = 0; x < SIDE; x++) {
            long mixed = columns[(x + 4) % SIDE] ^ Long.rotateLeft(columns[(x + 1) % SIDE], 1);
            for (int row = 0; row < LANES; row += SIDE) {
                state[row + x] ^= mixed;
            }
        }
    }
}
