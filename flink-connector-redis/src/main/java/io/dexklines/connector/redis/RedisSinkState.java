package io.dexklines.connector.redis;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.streaming.api.operators.util.SimpleVersionedListState;

/**
 * Reads the commands that a {@link RedisSink} had not sent when a savepoint was taken, for an
 * operator that takes the place of the sink under its uid.
 */
public final class RedisSinkState {

    /** The operator state in which Flink stores the states of a sink's writers. */
    public static final ListStateDescriptor<byte[]> DESCRIPTOR =
            new ListStateDescriptor<>(
                    "writer_raw_states", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private RedisSinkState() {}

    /**
     * Returns the commands in the order in which the sink would have sent them.
     *
     * @param state the state of {@link #DESCRIPTOR}
     */
    public static List<RedisCommand> commands(ListState<byte[]> state) throws Exception {
        List<RedisCommand> commands = new ArrayList<>();
        for (BufferedRequestState<RedisRequest> writer :
                new SimpleVersionedListState<>(state, new RedisRequestSerializer()).get()) {
            for (RequestEntryWrapper<RedisRequest> each : writer.getBufferedRequestEntries()) {
                commands.addAll(each.getRequestEntry().commands());
            }
        }
        return commands;
    }
}
