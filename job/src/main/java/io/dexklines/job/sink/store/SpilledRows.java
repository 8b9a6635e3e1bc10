package io.dexklines.job.sink.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The rows of a lane that wait in keyed state, since there is no room for them in memory. In memory
 * are only the partitions that have such rows. Each method leaves another current key.
 *
 * @param <P> the key of the stream
 * @param <R> a version of a row
 */
final class SpilledRows<P, R> {

    /** Part of the savepoint. */
    private static final int VERSION = 1;

    private final RowType<P, R> type;
    private final String prefix;
    private final MapState<String, byte[]> state;
    private final Consumer<P> currentKey;

    /** The number of rows of each partition; the partition that has waited longest comes first. */
    private final Map<P, Integer> partitions = new LinkedHashMap<>();

    private int rows;

    /** No row has waited longer, but some rows may wait for a shorter time. */
    private long oldestUpdate = Long.MAX_VALUE;

    private long oldestSinceMs = Long.MAX_VALUE;

    /**
     * @param lane the number of the lane, part of the keys of the state
     * @param currentKey sets the current key of {@code state}
     */
    SpilledRows(
            RowType<P, R> type, int lane, MapState<String, byte[]> state, Consumer<P> currentKey) {
        this.type = type;
        this.prefix = lane + "/";
        this.state = state;
        this.currentKey = currentKey;
    }

    int rows() {
        return rows;
    }

    /** Returns an update before which no row waits; {@link Long#MAX_VALUE} if there are no rows. */
    long oldestUpdate() {
        return oldestUpdate;
    }

    /** Returns a time before which no row waits; {@link Long#MAX_VALUE} if there are no rows. */
    long oldestSinceMs() {
        return oldestSinceMs;
    }

    /** Adds a version of a row, unless a newer one waits here. */
    void put(Waiting<R> offered) throws Exception {
        P partition = type.partition(offered.row());
        currentKey.accept(partition);
        String key = prefix + type.keyInPartition(offered.row());
        byte[] held = state.get(key);
        Waiting<R> newest = offered;
        if (held == null) {
            note(partition, offered);
        } else {
            newest = offered.mergedWith(read(held), type);
        }
        state.put(key, write(newest));
    }

    /** Takes over a row that an earlier run has spilled in this lane. */
    void restored(Waiting<R> row) {
        note(type.partition(row.row()), row);
    }

    /** Returns whether a key of the state is of this lane. */
    boolean isOwn(String key) {
        return key.startsWith(prefix);
    }

    private void note(P partition, Waiting<R> row) {
        partitions.merge(partition, 1, Integer::sum);
        rows++;
        oldestUpdate = Math.min(oldestUpdate, row.update());
        oldestSinceMs = Math.min(oldestSinceMs, row.sinceMs());
    }

    /** Removes and returns the rows of the partition that has waited the longest; none if none. */
    List<Waiting<R>> takePartition() throws Exception {
        Iterator<P> oldest = partitions.keySet().iterator();
        if (!oldest.hasNext()) {
            return List.of();
        }
        P partition = oldest.next();
        currentKey.accept(partition);
        List<Waiting<R>> taken = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (Map.Entry<String, byte[]> entry : state.entries()) {
            if (isOwn(entry.getKey())) {
                keys.add(entry.getKey());
                taken.add(read(entry.getValue()));
            }
        }
        for (String key : keys) {
            state.remove(key);
        }
        oldest.remove();
        rows -= taken.size();
        if (partitions.isEmpty()) {
            oldestUpdate = Long.MAX_VALUE;
            oldestSinceMs = Long.MAX_VALUE;
        }
        return taken;
    }

    /** Reads a row that an earlier run of the job has spilled, in whatever lane. */
    Waiting<R> read(byte[] bytes) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("cannot read a waiting row of format version " + version);
        }
        return Waiting.read(type, in);
    }

    private byte[] write(Waiting<R> row) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256);
        out.writeByte(VERSION);
        row.write(type, out);
        return out.getCopyOfBuffer();
    }
}
