package io.dexklines.relay.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The member {@code omitted} of a trade's payload: how many trades of the pair were left out before
 * it. It is found by its text, which a JSON string cannot contain, since quotes are escaped there.
 */
final class OmittedTrades {

    private static final byte[] MEMBER = "\"omitted\":".getBytes(StandardCharsets.US_ASCII);

    private OmittedTrades() {}

    /** Returns the number; 0 if the payload has none. */
    static long of(byte[] payload) {
        int start = start(payload);
        return start < 0
                ? 0
                : Long.parseLong(
                        new String(
                                payload,
                                start,
                                end(payload, start) - start,
                                StandardCharsets.US_ASCII));
    }

    /** Returns the payload with another number; unchanged if it has none. */
    static byte[] with(long omitted, byte[] payload) {
        int start = start(payload);
        if (start < 0) {
            return payload;
        }
        int end = end(payload, start);
        byte[] digits = Long.toString(omitted).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(payload.length - (end - start) + digits.length)
                .put(payload, 0, start)
                .put(digits)
                .put(payload, end, payload.length - end)
                .array();
    }

    /** Returns the index of the first digit; -1 if there is none. */
    private static int start(byte[] payload) {
        // the member is the last one where the job writes it
        for (int at = payload.length - MEMBER.length - 1; at > 0; at--) {
            if (isMember(payload, at)) {
                int start = at + MEMBER.length;
                return isDigit(payload[start]) ? start : -1;
            }
        }
        return -1;
    }

    private static boolean isMember(byte[] payload, int at) {
        for (int i = 0; i < MEMBER.length; i++) {
            if (payload[at + i] != MEMBER[i]) {
                return false;
            }
        }
        return true;
    }

    private static int end(byte[] payload, int start) {
        int end = start;
        while (end < payload.length && isDigit(payload[end])) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
