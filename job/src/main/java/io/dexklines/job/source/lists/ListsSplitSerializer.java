package io.dexklines.job.source.lists;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.common.TopicPartition;

/**
 * The bytes of a {@link ListsSplit} in checkpoints.
 *
 * <p>Version 1: the number of positions and each, in their order: topic, partition, offset; whether
 * it is loaded; the generation; whether a rebuild is due; the wallets listed and unlisted.
 */
final class ListsSplitSerializer implements SimpleVersionedSerializer<ListsSplit> {

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(ListsSplit split) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(split.positions().size());
        for (Map.Entry<TopicPartition, Long> each : split.ordered().entrySet()) {
            out.writeUTF(each.getKey().topic());
            out.writeInt(each.getKey().partition());
            out.writeLong(each.getValue());
        }
        out.writeBoolean(split.loaded());
        out.writeInt(split.generation());
        out.writeBoolean(split.rebuildDue());
        out.writeLong(split.walletsListed());
        out.writeLong(split.walletsUnlisted());
        return bytes.toByteArray();
    }

    @Override
    public ListsSplit deserialize(int version, byte[] bytes) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "the positions in the lists are of version "
                            + version
                            + ", and this code knows no later one than "
                            + VERSION);
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int count = in.readInt();
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (int i = 0; i < count; i++) {
            positions.put(new TopicPartition(in.readUTF(), in.readInt()), in.readLong());
        }
        return new ListsSplit(
                Map.copyOf(positions),
                in.readBoolean(),
                in.readInt(),
                in.readBoolean(),
                in.readLong(),
                in.readLong());
    }
}
