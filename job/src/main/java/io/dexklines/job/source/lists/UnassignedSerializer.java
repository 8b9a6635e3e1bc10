package io.dexklines.job.source.lists;

import java.io.IOException;
import java.util.Optional;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The bytes of what no reader has: of nothing, or of a split. */
final class UnassignedSerializer implements SimpleVersionedSerializer<Optional<ListsSplit>> {

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
