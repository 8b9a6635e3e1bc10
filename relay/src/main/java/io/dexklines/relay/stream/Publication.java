package io.dexklines.relay.stream;

/**
 * A message from a publisher.
 *
 * @param stream its destination; never a stream of closed klines, since the relay derives those
 * @param data the payload, a JSON object in UTF-8 that is passed on unchanged. Must not be modified
 * @param version null unless the stream carries klines
 * @param id identifies an event within its stream, so that redelivered events are recognised. Null
 *     if the event has none or the stream carries klines
 */
public record Publication(StreamName stream, byte[] data, KlineVersion version, String id) {}
