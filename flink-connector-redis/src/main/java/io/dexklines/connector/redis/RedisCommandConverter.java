package io.dexklines.connector.redis;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Turns an element into commands. Called by the task's thread only; an exception fails the job.
 *
 * @param <T> the elements of the stream
 */
@FunctionalInterface
public interface RedisCommandConverter<T> extends Serializable {

    /**
     * The commands of one element, in the order they are to be sent; none skips the element.
     *
     * <p>They are no transaction: others may see some and not yet all of them, and if one is to be
     * sent again all are. Where that is too little, write one script.
     *
     * @param context the timestamp of the element and the watermark
     */
    List<RedisCommand> convert(T element, SinkWriter.Context context);

    /** Called once before the first element, on the TaskManager. */
    default void open(WriterInitContext context) {}
}
