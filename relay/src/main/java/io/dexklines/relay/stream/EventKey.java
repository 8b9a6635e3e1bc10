package io.dexklines.relay.stream;

/**
 * What identifies an event and where it is in the order of events.
 *
 * @param id identifies the event within its stream, also if it is published again
 * @param eventId ascends from event to event of a stream; 0 if the publisher gives none
 */
public record EventKey(String id, long eventId) {}
