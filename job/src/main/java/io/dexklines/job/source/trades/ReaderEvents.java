package io.dexklines.job.source.trades;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.source.event.SourceEventWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends readers events that may be lost because the reader has just finished.
 *
 * <p>If an event of an enumerator does not reach a task that the JobManager believes to be running,
 * Flink fails the task. At a stop with a savepoint, all tasks finish a little earlier than the
 * JobManager knows. So an enumerator that sends events all the time makes some stops fail. Flink
 * sends such events of its own with {@link OperatorEvent#isLossTolerant}, but enumerators have no
 * way to do so. This class therefore calls the method of the context that Flink uses itself. A
 * context without the method, such as that of another version of Flink, sends the event as any
 * other.
 */
final class ReaderEvents {

    private static final Logger LOG = LoggerFactory.getLogger(ReaderEvents.class);

    /** A method of Flink's {@code SourceCoordinatorContext}, which is not public. */
    private static final String METHOD = "sendEventToSourceOperatorIfTaskReady";

    private final SplitEnumeratorContext<?> context;
    private final Optional<Method> lossTolerant;

    ReaderEvents(SplitEnumeratorContext<?> context) {
        this.context = context;
        this.lossTolerant = method(context.getClass());
    }

    /** Returns whether events that a finished reader does not receive leave the job running. */
    boolean areLossTolerant() {
        return lossTolerant.isPresent();
    }

    /** Sends an event, which a reader that is not running does not receive. */
    void send(int subtask, SourceEvent event) {
        if (lossTolerant.isEmpty()) {
            context.sendEventToSourceReader(subtask, event);
            return;
        }
        try {
            lossTolerant.get().invoke(context, subtask, new LossTolerantEvent(event));
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Method> method(Class<?> contextClass) {
        try {
            Method method = contextClass.getDeclaredMethod(METHOD, int.class, OperatorEvent.class);
            method.setAccessible(true);
            return Optional.of(method);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("{} has no method {}.", contextClass, METHOD, e);
            return Optional.empty();
        }
    }

    /** Tells Flink that the event may be lost. */
    private static final class LossTolerantEvent extends SourceEventWrapper {

        private static final long serialVersionUID = 1L;

        LossTolerantEvent(SourceEvent event) {
            super(event);
        }

        @Override
        public boolean isLossTolerant() {
            return true;
        }
    }
}
