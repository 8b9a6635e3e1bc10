package io.dexklines.relay.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages that are sent one after another: the klines of one pair that changed together, or one
 * message of any other kind. The klines of an emission have the same {@code E}.
 *
 * @param pair the pair as {@code {chain_id}:{pair_addr}}; null if the message is not a kline
 * @param events at least one
 */
public record Emission(String pair, List<StreamEvent> events) {

    /** Returns an emission of klines, which get the latest {@code E} among them. */
    public static Emission ofKlines(String pair, List<StreamEvent> klines) {
        long latestMs = Long.MIN_VALUE;
        for (StreamEvent kline : klines) {
            latestMs = kline.time() == null ? latestMs : Math.max(latestMs, kline.time().ms());
        }
        List<StreamEvent> sameTime = new ArrayList<>(klines.size());
        for (StreamEvent kline : klines) {
            sameTime.add(kline.at(latestMs));
        }
        return new Emission(pair, sameTime);
    }

    /** Returns an emission of one message that is not a kline. */
    static Emission of(StreamEvent event) {
        return new Emission(null, List.of(event));
    }

    /** Returns a copy without the frames that recipients share. */
    public Emission withoutFrames() {
        return new Emission(pair, events.stream().map(StreamEvent::withoutFrames).toList());
    }

    /**
     * Returns one WebSocket text message with the {@linkplain StreamEvent#combined() combined}
     * payload of every event, one on each line.
     *
     * @param maxFrameBytes the length of a frame's payload above which the message is fragmented
     */
    public byte[] linesMessage(int maxFrameBytes) {
        if (events.size() == 1) {
            return events.get(0).combinedFrame();
        }
        List<byte[]> lines = new ArrayList<>(events.size());
        int length = events.size() - 1;
        for (StreamEvent event : events) {
            byte[] line = event.combined();
            lines.add(line);
            length += line.length;
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        for (byte[] line : lines) {
            if (payload.position() > 0) {
                payload.put((byte) '\n');
            }
            payload.put(line);
        }
        return TextFrame.fragmented(payload.array(), maxFrameBytes);
    }
}
