package io.dexklines.relay.resume;

/**
 * A stored event.
 *
 * @param eventId its place in the order of its stream
 * @param id identifies it within its stream
 * @param payload JSON in UTF-8; must not be modified
 */
public record PastEvent(long eventId, String id, byte[] payload) {}
