package io.dexklines.relay.stream;

/**
 * The member {@code E} of a payload: when the message was sent.
 *
 * @param ms epoch milliseconds
 * @param start the index of the first byte of the number within the payload
 * @param end the index after its last byte
 */
public record EventTime(long ms, int start, int end) {}
