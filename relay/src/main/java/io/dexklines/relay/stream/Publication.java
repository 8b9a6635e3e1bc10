package io.dexklines.relay.stream;

/**
 * A message from a publisher.
 *
 * @param stream its destination; never a stream of closed klines, since the relay derives those
 * @param data the payload, a JSON object in UTF-8 that is passed on unchanged. Must not be modified
 * @param version null unless the stream carries klines
 * @param time when it was sent; null if the payload does not say
 * @param id identifies an event or trade within its stream, so that it is recognised when it is
 *     redelivered. Null if the event has none or the stream carries klines
 * @param eventId the place of an event in the order of its stream; 0 if it has none
 */
public record Publication(
        StreamName stream,
        byte[] data,
        KlineVersion version,
        EventTime time,
        String id,
        long eventId) {

    /** Creates a message without a place in an order. */
    public Publication(
            StreamName stream, byte[] data, KlineVersion version, EventTime time, String id) {
        this(stream, data, version, time, id, 0);
    }

    /**
     * Returns whether this message belongs to the same emission as the message before it: both are
     * klines of one pair that were sent at the same time.
     */
    public boolean continues(Publication previous) {
        return version != null
                && previous.version != null
                && time != null
                && previous.time != null
                && time.ms() == previous.time.ms()
                && stream.pair().equals(previous.stream.pair());
    }

    /** Returns this message with an equal name of its stream. */
    Publication on(StreamName sameStream) {
        return new Publication(sameStream, data, version, time, id, eventId);
    }
}
