package io.dexklines.job.sink.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/**
 * Runs one subtask of a store operator: its task thread is that of the test, which also carries out
 * the mails of the writer threads.
 *
 * @param <P> the key of the stream
 * @param <T> the type of the input
 */
@SuppressWarnings("try") // the close() of Flink's harness is declared to throw anything
public final class StoreHarness<P, T> implements AutoCloseable {

    private static final int KEY_GROUPS = 128;

    private final StoreOperator<P, T, ?> operator;
    private final Harness<P, T> harness;

    /**
     * @param operator a {@link StoreOperator}
     */
    public StoreHarness(
            StoreOperator<P, T, ?> operator, KeySelector<T, P> key, TypeInformation<P> keyType)
            throws Exception {
        this(operator, key, keyType, 1, 0);
    }

    /**
     * @param subtasks the parallelism
     * @param subtask the number of this subtask
     */
    public StoreHarness(
            StoreOperator<P, T, ?> operator,
            KeySelector<T, P> key,
            TypeInformation<P> keyType,
            int subtasks,
            int subtask)
            throws Exception {
        this.operator = operator;
        this.harness = new Harness<>(operator, key, keyType, subtasks, subtask);
    }

    /** Flink's harness, which gives no access to its task. */
    private static final class Harness<P, T>
            extends KeyedOneInputStreamOperatorTestHarness<P, T, byte[]> {

        Harness(
                StoreOperator<P, T, ?> operator,
                KeySelector<T, P> key,
                TypeInformation<P> keyType,
                int subtasks,
                int subtask)
                throws Exception {
            super(operator, key, keyType, KEY_GROUPS, subtasks, subtask);
        }

        void cancelTask() throws Exception {
            mockTask.cancel();
        }
    }

    public StoreHarness<P, T> backend(StateBackend backend) {
        harness.setStateBackend(backend);
        return this;
    }

    public StoreHarness<P, T> restore(OperatorSubtaskState state) throws Exception {
        harness.initializeState(state);
        return this;
    }

    public StoreHarness<P, T> open() throws Exception {
        harness.open();
        return this;
    }

    public void setup() {
        harness.setup();
    }

    public void process(T element) throws Exception {
        harness.processElement(element, 0);
    }

    /** Sets the processing time, which fires timers. */
    public void time(long ms) throws Exception {
        harness.setProcessingTime(ms);
    }

    public long nowMs() {
        return harness.getProcessingTime();
    }

    public void endInput() throws Exception {
        harness.endInput();
    }

    public OperatorSubtaskState snapshot(long checkpointId) throws Exception {
        return harness.snapshot(checkpointId, checkpointId);
    }

    /** Waits until all batches have ended, and carries out their mails. */
    public void settle() throws Exception {
        while (operator.isWriting()) {
            // every batch ends with a mail
            mailbox().take(TaskMailbox.MIN_PRIORITY).run();
        }
        runMails();
    }

    /** Carries out the mails that have come. */
    public void runMails() throws Exception {
        for (Optional<Mail> mail = mailbox().tryTake(TaskMailbox.MIN_PRIORITY);
                mail.isPresent();
                mail = mailbox().tryTake(TaskMailbox.MIN_PRIORITY)) {
            mail.get().run();
        }
    }

    /** Returns the rows that wait in memory and in keyed state. */
    public long waitingRows() {
        return operator.waitingRows();
    }

    /** Returns whether the elements of a key come to this subtask. */
    public boolean isOf(P key) {
        return operator.isOwn(key);
    }

    /** Returns the number of entries in keyed state. */
    public int keyedStateSize() {
        return harness.numKeyedStateEntries();
    }

    /** Cancels the task, as at a failure. Nothing is written after that. */
    public void cancel() throws Exception {
        harness.cancelTask();
    }

    /** Returns the refused rows so far. */
    public List<String> refused() {
        return harness.extractOutputValues().stream()
                .map(json -> new String(json, StandardCharsets.UTF_8))
                .toList();
    }

    private TaskMailbox mailbox() {
        return harness.getTaskMailbox();
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
