package io.dexklines.connector.redis;

import java.util.List;
import java.util.Objects;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * The user's converter with a check of the size behind it: an entry that is too large would fail
 * the job in the base class, whatever the policy says.
 */
final class RequestConverter<T> implements ElementConverter<T, RedisRequest> {
    private static final long serialVersionUID = 1L;

    private static final RedisRequest NOTHING = new RedisRequest(List.of());

    private final RedisCommandConverter<T> converter;
    private final FailedCommandPolicy policy;
    private final long maxRecordSizeInBytes;
    private transient DroppedElements dropped;

    RequestConverter(
            RedisCommandConverter<T> converter,
            FailedCommandPolicy policy,
            long maxRecordSizeInBytes) {
        this.converter = converter;
        this.policy = policy;
        this.maxRecordSizeInBytes = maxRecordSizeInBytes;
    }

    /** A converter for one writer. */
    RequestConverter<T> reportingTo(DroppedElements droppedElements) {
        RequestConverter<T> copy = new RequestConverter<>(converter, policy, maxRecordSizeInBytes);
        copy.dropped = droppedElements;
        return copy;
    }

    @Override
    public void open(WriterInitContext context) {
        converter.open(context);
    }

    @Override
    public RedisRequest apply(T element, SinkWriter.Context context) {
        List<RedisCommand> commands =
                Objects.requireNonNull(
                        converter.convert(element, context),
                        "the converter returned null; an empty list skips the element");
        RedisRequest request = new RedisRequest(commands);
        if (request.sizeInBytes() <= maxRecordSizeInBytes) {
            return request;
        }
        String problem =
                "the element of "
                        + request.commands().get(0)
                        + " takes "
                        + request.sizeInBytes()
                        + " bytes, more than maxRecordSizeInBytes = "
                        + maxRecordSizeInBytes;
        if (policy == FailedCommandPolicy.FAIL) {
            throw new FlinkRuntimeException(problem);
        }
        dropped.drop(problem);
        return NOTHING;
    }
}
