package io.dexklines.connector.redis;

import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.DequeRequestBuffer;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.SimpleBatchCreator;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;

/** Buffers and batches, as the base class does; {@link RequestSubmitter} does the sending. */
final class RedisSinkWriter<T> extends AsyncSinkWriter<T, RedisRequest> {
    private final RequestSubmitter submitter;

    RedisSinkWriter(
            ElementConverter<T, RedisRequest> converter,
            WriterInitContext context,
            AsyncSinkWriterConfiguration configuration,
            Collection<BufferedRequestState<RedisRequest>> restored,
            RequestSubmitter submitter) {
        super(
                converter,
                context,
                configuration,
                restored,
                new SimpleBatchCreator<>(configuration.getMaxBatchSizeInBytes()),
                new DequeRequestBuffer<>());
        this.submitter = submitter;
    }

    @Override
    protected void submitRequestEntries(
            List<RedisRequest> requests, ResultHandler<RedisRequest> handler) {
        submitter.submit(requests, handler);
    }

    @Override
    protected long getSizeInBytes(RedisRequest request) {
        return request.sizeInBytes();
    }

    @Override
    public void close() {
        submitter.close();
    }
}
