package io.dexklines.job.sink.relay;

import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.FormatVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Serializes what a relay has not acknowledged, for checkpoints.
 *
 * @param <T> the element
 */
abstract class UnacknowledgedSerializer<T> implements SimpleVersionedSerializer<T> {

    private static final int VERSION = 1;

    abstract void write(T element, DataOutput out) throws IOException;

    abstract T read(DataInput in) throws IOException;

    @Override
    public final int getVersion() {
        return VERSION;
    }

    @Override
    public final byte[] serialize(T element) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(element, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Override
    public final T deserialize(int version, byte[] bytes) throws IOException {
        FormatVersion.check(version, "what waits for a relay", VERSION);
        return read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    /** Version 1 is the klines' own format. */
    static final class OfKlines extends UnacknowledgedSerializer<KlineUpdates> {

        @Override
        void write(KlineUpdates updates, DataOutput out) throws IOException {
            updates.write(out);
        }

        @Override
        KlineUpdates read(DataInput in) throws IOException {
            return KlineUpdates.read(in);
        }
    }

    /** Version 1 has the stream, the number of characters of the payload, and the payload. */
    static final class OfEvents extends UnacknowledgedSerializer<RelayEvent> {

        @Override
        void write(RelayEvent event, DataOutput out) throws IOException {
            byte[] data = event.data().getBytes(StandardCharsets.US_ASCII);
            out.writeUTF(event.stream());
            out.writeInt(data.length);
            out.write(data);
        }

        @Override
        RelayEvent read(DataInput in) throws IOException {
            String stream = in.readUTF();
            byte[] data = new byte[in.readInt()];
            in.readFully(data);
            return new RelayEvent(stream, new String(data, StandardCharsets.US_ASCII));
        }
    }
}
