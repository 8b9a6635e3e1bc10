package io.dexklines.relay.stream;

/**
 * One message as a publisher sent it.
 *
 * @param stream where it goes; never a stream of closed klines, which the relay fills itself
 * @param data the payload, a JSON object in UTF-8, passed on unchanged. Not to be modified
 * @param version which kline it is; null unless the stream is one of klines
 * @param id what tells an event from all others of its stream, however often it is sent; null where
 *     it has none, or the stream is one of klines
 */
public record Publication(StreamName stream, byte[] data, KlineVersion version, String id) {}
