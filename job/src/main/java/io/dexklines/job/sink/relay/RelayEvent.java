package io.dexklines.job.sink.relay;

/**
 * A message to subscribers that no later message replaces.
 *
 * @param stream the name of the stream
 * @param data the payload, a JSON object in ASCII on one line. Its field {@code id} stays the same
 *     if the event is created again
 */
public record RelayEvent(String stream, String data) {}
