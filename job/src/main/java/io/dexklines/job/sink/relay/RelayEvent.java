package io.dexklines.job.sink.relay;

/**
 * A message to subscribers that no later one replaces.
 *
 * @param stream its stream's name
 * @param data the payload, a JSON object in ASCII on one line; its field {@code id} is the same
 *     however often the event is made
 */
public record RelayEvent(String stream, String data) {}
