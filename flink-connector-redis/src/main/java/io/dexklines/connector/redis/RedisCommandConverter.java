package io.dexklines.connector.redis;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Converts an element to Redis commands. Flink calls it on the task thread only. An exception fails
 * the job.
 *
 * @param <T> the type of the elements
 */
@FunctionalInterface
public interface RedisCommandConverter<T> extends Serializable {

    /**
     * Returns the commands of one element in the order in which they are sent. An empty list skips
     * the element; null is not allowed.
     *
     * <p>The commands are not a transaction: other clients may see the effect of some of them only,
     * and if one is retried, all are sent again. Use one script where that is not enough.
     *
     * @param context the timestamp of the element and the current watermark
     */
    List<RedisCommand> convert(T element, SinkWriter.Context context);

    /** Initializes the converter. Called once on the TaskManager, before the first element. */
    default void open(WriterInitContext context) {}
}
