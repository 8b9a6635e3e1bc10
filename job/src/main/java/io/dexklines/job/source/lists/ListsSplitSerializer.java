package io.dexklines.job.source.lists;

import io.dexklines.trade.FormatVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.common.TopicPartition;

/**
 * Serializes {@link ListsSplit} for checkpoints.
 *
 * <p>Both versions have the number of positions; topic, partition and offset of each, in their
 * order; whether the lists are loaded; the generation; whether a rebuild is due; the numbers of
 * listed and of removed wallets. A split of version 1 begins again: the release that wrote it may
 * have stored wallets under addresses in another form.
 */
final class ListsSplitSerializer implements SimpleVersionedSerializer<ListsSplit> {

    private static final int VERSION = 2;

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
        FormatVersion.check(version, "positions in the lists", VERSION);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int count = in.readInt();
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (int i = 0; i < count; i++) {
            positions.put(new TopicPartition(in.readUTF(), in.readInt()), in.readLong());
        }
        ListsSplit split =
                new ListsSplit(
                        Map.copyOf(positions),
                        in.readBoolean(),
                        in.readInt(),
                        in.readBoolean(),
                        in.readLong(),
                        in.readLong());
        return version == VERSION ? split : split.fromTheBeginning();
    }

    /** Serializes the split that no reader has, if there is one. */
    static final class Unassigned implements SimpleVersionedSerializer<Optional<ListsSplit>> {

        private final ListsSplitSerializer splits = new ListsSplitSerializer();

        @Override
        public int getVersion() {
            return splits.getVersion();
        }

        @Override
        public byte[] serialize(Optional<ListsSplit> unassigned) throws IOException {
            return unassigned.isPresent() ? splits.serialize(unassigned.get()) : new byte[0];
        }

        @Override
        public Optional<ListsSplit> deserialize(int version, byte[] bytes) throws IOException {
            return bytes.length == 0
                    ? Optional.empty()
                    : Optional.of(splits.deserialize(version, bytes));
        }
    }
}
