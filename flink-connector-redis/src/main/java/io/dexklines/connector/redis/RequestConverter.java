package io.dexklines.connector.redis;

import java.util.List;
import java.util.Objects;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Calls the user's converter and applies the failure policy to elements that are too large. The
 * base class of the writer would fail the job for such an element under either policy.
 */
final class RequestConverter<T> implements ElementConverter<T, RedisRequest> {
    private static final long serialVersionUID = 1L;

    private static final RedisRequest EMPTY = new RedisRequest(List.of());

    private final RedisCommandConverter<T> converter;
    private final FailedCommandPolicy policy;
    private final long maxRecordSizeInBytes;
    private transient WriterMetrics metrics;

    RequestConverter(
            RedisCommandConverter<T> converter,
            FailedCommandPolicy policy,
            long maxRecordSizeInBytes) {
        this.converter = converter;
        this.policy = policy;
        this.maxRecordSizeInBytes = maxRecordSizeInBytes;
    }

    /** Returns a copy for one writer, which counts dropped elements in the given metrics. */
    RequestConverter<T> withMetrics(WriterMetrics writerMetrics) {
        RequestConverter<T> copy = new RequestConverter<>(converter, policy, maxRecordSizeInBytes);
        copy.metrics = writerMetrics;
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
        metrics.elementDropped(problem);
        return EMPTY;
    }
}
