package io.dexklines.job.sink.store;

import io.dexklines.job.sink.Backoff;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator that writes rows to a store and emits the refused ones as JSON. While the store is
 * down, slow or stopped, everything else goes on.
 *
 * <p>The task thread never waits for the store. It keeps the newest version of each row, and a
 * thread for each server of the store, a {@link Lane}, writes them in batches. Rows for which there
 * is no room in memory wait in keyed state. A checkpoint contains all rows that wait, so it does
 * not wait either, and a failure loses none of them. Only if more rows wait than the settings
 * allow, the operator holds the job back, or lets rows go; see {@link #letsGo}.
 *
 * <p>Rows are written at least once. After a restore, other subtasks may write older versions
 * again, so a store has to keep the newest version of each row by itself.
 *
 * <p>At the end of the input, and when the job is stopped with a savepoint, the operator writes
 * what waits, unless the store has been unavailable for ten seconds. The savepoint contains those
 * rows in any case.
 *
 * <p>The operator is not a sink because a sink cannot emit the refused rows.
 *
 * @param <P> the key of the stream
 * @param <T> the type of the input
 * @param <R> a version of a row
 */
public abstract class StoreOperator<P, T, R> extends AbstractStreamOperator<byte[]>
        implements OneInputStreamOperator<T, byte[]>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(StoreOperator.class);

    /** Parts of the savepoint: never rename. */
    private static final String SPILLED_STATE = "spilled-rows";

    private static final String MEMORY_STATE = "rows-in-memory";
    private static final String UPDATES_STATE = "updates";
    private static final String REMEMBERED_STATE = "remembered";

    private static final int MEMORY_STATE_VERSION = 1;

    /** The number of rows in one element of the state. */
    private static final int ROWS_PER_ELEMENT = 1_000;

    /** The most rows that one element of the input moves from memory to keyed state. */
    private static final int SPILLED_AT_ONCE = 64;

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** How often the progress is noted in the store while nothing has to be written. */
    private static final long PROGRESS_INTERVAL_MS = 1_000;

    /** The shortest time between two messages that the job is held back. */
    private static final long HELD_BACK_LOG_INTERVAL_MS = 60_000;

    /** How long the end of the input, or of the job, waits for a store that accepts no rows. */
    private static final long END_PATIENCE_MS = 10_000;

    private final String store;
    private final RowType<P, R> type;
    private final StoreSettings settings;

    private transient List<Lane<P, R>> lanes;
    private transient MailboxExecutor mailbox;
    private transient Closeable abortOnCancel;
    private transient Backoff backoff;
    private transient long maxRowsOfLane;
    private transient long heldBackLoggedMs;
    private transient long updates;
    private transient long arrivedMs;
    private transient long lastProgressMs;
    private transient volatile boolean holdsBack;

    private transient MapState<String, byte[]> spilledState;
    private transient ListState<byte[]> memoryState;
    private transient ListState<Long> updatesState;
    private transient ListState<Tuple3<Integer, String, Long>> rememberedState;

    private transient Counter rowsWritten;
    private transient Counter rowsRefused;
    private transient Counter rowsLetGo;
    private transient Counter losses;

    /**
     * @param store the name of the store, in lower case: the prefix of the metrics
     */
    protected StoreOperator(String store, RowType<P, R> type, StoreSettings settings) {
        this.store = store;
        this.type = type;
        this.settings = settings;
    }

    /** Returns the names of the servers, each of which gets a lane. They contain no secrets. */
    protected abstract List<String> servers();

    /**
     * Returns the writer of a lane. It connects when it writes.
     *
     * @param lane the number of the server in {@link #servers}
     * @param subtask the number of the subtask
     * @param remembered {@link StoreWriter#remembered} before a restart
     */
    protected abstract StoreWriter<R> writer(int lane, int subtask, long remembered)
            throws IOException;

    /** Returns the lanes that have to write a row. */
    protected abstract int[] lanesOf(P partition);

    /** Passes the rows of an element of the input to {@link #offer}. */
    protected abstract void accept(T value) throws Exception;

    /** Returns whether rows are let go if too many wait; otherwise the job is held back. */
    protected boolean letsGo() {
        return false;
    }

    /** Called for rows that the store has no room for. */
    protected void letGo(List<R> rows) throws Exception {
        throw new UnsupportedOperationException("the operator lets no rows go");
    }

    /** Called when the store has gone back in time. What was written may be missing. */
    protected void lost(Written.Loss<R> loss) throws Exception {}

    /** Called once for each batch interval, by the task thread. */
    protected void onInterval(long nowMs) throws Exception {}

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        memoryState =
                context.getOperatorStateStore()
                        .getUnionListState(
                                new ListStateDescriptor<>(
                                        MEMORY_STATE,
                                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        updatesState =
                context.getOperatorStateStore()
                        .getUnionListState(new ListStateDescriptor<>(UPDATES_STATE, Types.LONG));
        rememberedState =
                context.getOperatorStateStore()
                        .getUnionListState(
                                new ListStateDescriptor<>(
                                        REMEMBERED_STATE,
                                        Types.TUPLE(Types.INT, Types.STRING, Types.LONG)));
    }

    @Override
    public void open() throws Exception {
        super.open();
        maxRowsOfLane = Math.max(1, settings.maxWaitingRows() / subtasks() / servers().size());
        backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom());
        mailbox =
                getContainingTask()
                        .getMailboxExecutorFactory()
                        .createExecutor(getOperatorConfig().getChainIndex());
        updates = 0;
        for (long each : updatesState.get()) {
            updates = Math.max(updates, each);
        }
        openLanes();
        registerMetrics();
        // a read from a socket ignores interrupts, so cancelling has to abort the connection
        abortOnCancel = () -> lanes.forEach(Lane::abort);
        getContainingTask().getCancelables().registerCloseable(abortOnCancel);
        restoreSpilled();
        restoreMemory();
        scheduleInterval();
    }

    private void openLanes() throws Exception {
        spilledState =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        SPILLED_STATE,
                                        Types.STRING,
                                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        lanes = new ArrayList<>();
        List<String> servers = servers();
        for (int lane = 0; lane < servers.size(); lane++) {
            lanes.add(
                    new Lane<>(
                            servers.get(lane),
                            writer(lane, subtask(), remembered(servers.get(lane))),
                            new WaitingRows<>(
                                    type, settings.liveIntervalMs(), settings.memoryRows()),
                            new SpilledRows<>(type, lane, spilledState, this::setCurrentKey),
                            store + "-writer-" + subtask() + "-" + lane));
        }
    }

    private long remembered(String server) throws Exception {
        long remembered = StoreWriter.NOTHING;
        for (Tuple3<Integer, String, Long> each : rememberedState.get()) {
            if (each.f0 == subtask() && each.f1.equals(server)) {
                remembered = Math.max(remembered, each.f2);
            }
        }
        return remembered;
    }

    /**
     * Assigns the rows in keyed state to lanes anew, since the list of servers may have changed.
     */
    private void restoreSpilled() throws Exception {
        for (P partition : partitionsIn(SPILLED_STATE)) {
            setCurrentKey(partition);
            int[] ofPartition = lanesOf(partition);
            SpilledRows<P, R> only = lanes.get(ofPartition[0]).spilled();
            Map<String, Waiting<R>> toMove = new LinkedHashMap<>();
            for (Map.Entry<String, byte[]> row : spilledState.entries()) {
                Waiting<R> waiting = only.read(row.getValue());
                if (ofPartition.length == 1 && only.isOwn(row.getKey())) {
                    only.restored(waiting);
                } else {
                    toMove.put(row.getKey(), waiting);
                }
            }
            for (String key : toMove.keySet()) {
                spilledState.remove(key);
            }
            for (Waiting<R> waiting : toMove.values()) {
                for (int lane : ofPartition) {
                    lanes.get(lane).spilled().put(waiting);
                }
            }
        }
    }

    /** Returns the partitions of this subtask that have something in a keyed state. */
    protected final List<P> partitionsIn(String state) {
        try (Stream<P> keys =
                this.<P>getKeyedStateBackend().getKeys(state, VoidNamespace.INSTANCE)) {
            return keys.distinct().collect(Collectors.toList());
        }
    }

    private void restoreMemory() throws Exception {
        for (byte[] element : memoryState.get()) {
            DataInputDeserializer in = new DataInputDeserializer(element);
            int version = in.readByte();
            if (version != MEMORY_STATE_VERSION) {
                throw new IOException("cannot read waiting rows of format version " + version);
            }
            for (int count = in.readInt(); count > 0; count--) {
                Waiting<R> row = Waiting.read(type, in);
                P partition = type.partition(row.row());
                if (isOwn(partition)) {
                    offer(partition, row);
                }
            }
        }
        memoryState.clear();
    }

    /** Returns whether the rows of a partition are those of this subtask. */
    protected final boolean isOwn(P partition) {
        int keyGroups = getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(partition, keyGroups, subtasks())
                == subtask();
    }

    private void registerMetrics() {
        rowsWritten = counter(StoreMetric.ROWS_WRITTEN);
        rowsRefused = counter(StoreMetric.ROWS_REFUSED);
        rowsLetGo = counter(StoreMetric.ROWS_LET_GO);
        losses = counter(StoreMetric.LOSSES);
        gauge(StoreMetric.ROWS_WAITING, () -> lanes.stream().mapToLong(Lane::rowsFigure).sum());
        gauge(StoreMetric.OLDEST_WAITING_SECONDS, this::oldestWaitingSeconds);
        gauge(
                StoreMetric.ROWS_CONFLATED,
                () -> lanes.stream().mapToLong(lane -> lane.memory().conflated()).sum());
        gauge(StoreMetric.HOLDS_BACK, () -> holdsBack ? 1L : 0L);
        gauge(
                StoreMetric.RETRIES,
                () -> lanes.stream().mapToLong(lane -> lane.writer().retries()).sum());
        gauge(
                StoreMetric.DOWN_SECONDS,
                () ->
                        lanes.stream()
                                .mapToLong(lane -> lane.writer().downSeconds())
                                .max()
                                .orElse(0));
        gauge(
                StoreMetric.LAST_WRITE_MS,
                () -> lanes.stream().mapToLong(Lane::lastWriteMsFigure).max().orElse(0));
    }

    private Counter counter(StoreMetric metric) {
        return getMetricGroup().counter(metric.metricName(store));
    }

    private void gauge(StoreMetric metric, Gauge<Long> value) {
        getMetricGroup().gauge(metric.metricName(store), value);
    }

    private long oldestWaitingSeconds() {
        long oldestMs =
                lanes.stream().mapToLong(Lane::oldestSinceMsFigure).min().orElse(Long.MAX_VALUE);
        return oldestMs == Long.MAX_VALUE ? 0 : Math.max(0, nowMs() - oldestMs) / 1000;
    }

    @Override
    public void processElement(StreamRecord<T> element) throws Exception {
        updates++;
        arrivedMs = nowMs();
        accept(element.getValue());
        writeFullBatches();
        for (Lane<P, R> lane : lanes) {
            lane.spill(settings.memoryRows(), SPILLED_AT_ONCE);
        }
        if (isFull() && !letsGo()) {
            holdBack();
        }
    }

    /** Adds a row. It waits in the lanes of its partition until they have written it. */
    protected final void offer(R row) {
        Waiting<R> waiting = new Waiting<>(row, updates, arrivedMs);
        if (lanes.size() == 1) {
            lanes.get(0).memory().offer(waiting);
        } else {
            offer(type.partition(row), waiting);
        }
    }

    private void offer(P partition, Waiting<R> row) {
        for (int lane : lanesOf(partition)) {
            lanes.get(lane).memory().offer(row);
        }
    }

    /**
     * Returns the number of updates that this subtask was given, since the job was first started.
     */
    protected final long updates() {
        return updates;
    }

    /** Returns whether as many rows wait as may wait in any lane. */
    protected final boolean isFull() {
        for (Lane<P, R> lane : lanes) {
            if (lane.waitingRows() >= maxRowsOfLane) {
                return true;
            }
        }
        return false;
    }

    /** Counts rows that are let go. */
    protected final void countLetGo(int rows) {
        rowsLetGo.inc(rows);
    }

    /** Lets the task thread carry out an action, unless the task is ending. Thread-safe. */
    protected final void inTask(ThrowingRunnable<? extends Exception> action) {
        try {
            mailbox.execute(action, store);
        } catch (RejectedExecutionException e) {
            LOG.debug("an action for {} came after the end of the task", store, e);
        }
    }

    private void holdBack() throws Exception {
        if (nowMs() - heldBackLoggedMs >= HELD_BACK_LOG_INTERVAL_MS) {
            heldBackLoggedMs = nowMs();
            LOG.warn(
                    "{} accepts too few rows: {} rows wait, so the job is held back",
                    store,
                    waitingRows());
        }
        holdsBack = true;
        while (isFull()) {
            for (Lane<P, R> lane : lanes) {
                if (lane.memory().dueRows() > 0 && lane.isDue(nowMs())) {
                    start(lane);
                }
            }
            mailbox.yield();
        }
        holdsBack = false;
    }

    /** Returns the number of rows that wait, in memory and in keyed state. */
    final long waitingRows() {
        return lanes.stream().mapToLong(Lane::waitingRows).sum();
    }

    /** Returns whether the job is held back. */
    final boolean holdsBack() {
        return holdsBack;
    }

    /** Returns whether a batch is being written. */
    final boolean isWriting() {
        return lanes.stream().anyMatch(Lane::isRunning);
    }

    private void scheduleInterval() {
        getProcessingTimeService()
                .registerTimer(
                        nowMs() + settings.batchIntervalMs(),
                        timeMs -> {
                            interval();
                            scheduleInterval();
                        });
    }

    private void interval() throws Exception {
        long nowMs = nowMs();
        arrivedMs = nowMs;
        boolean noteProgress = nowMs - lastProgressMs >= PROGRESS_INTERVAL_MS;
        if (noteProgress) {
            lastProgressMs = nowMs;
        }
        for (Lane<P, R> lane : lanes) {
            lane.memory().release(nowMs);
            boolean rowsDue = lane.memory().dueRows() > 0 || lane.spilled().rows() > 0;
            if (lane.isDue(nowMs) && (rowsDue || noteProgress)) {
                start(lane);
            }
            lane.updateFigures(noteProgress);
        }
        onInterval(nowMs);
    }

    private void writeFullBatches() throws Exception {
        for (Lane<P, R> lane : lanes) {
            if (lane.memory().dueRows() >= settings.batchRows() && lane.isDue(nowMs())) {
                start(lane);
            }
        }
    }

    private void start(Lane<P, R> lane) throws Exception {
        int rows = settings.batchRows();
        lane.start(rows, updates, nowMs())
                .whenComplete((written, failure) -> inTask(() -> completed(lane)));
    }

    private void completed(Lane<P, R> lane) throws Exception {
        if (lane.isRunning()) {
            take(lane, lane.result());
        }
        boolean more = lane.memory().dueRows() >= settings.batchRows() || lane.spilled().rows() > 0;
        if (more && lane.isDue(nowMs())) {
            start(lane);
        }
    }

    private void take(Lane<P, R> lane, Written<R> written) throws Exception {
        lane.finish(written, nowMs());
        rowsWritten.inc(
                lane.batchRows()
                        - written.refused().size()
                        - written.again().size()
                        - written.letGo().size());
        for (Written.Refusal<R> each : written.refused()) {
            rowsRefused.inc();
            LOG.warn("{} refused a row: {}", store, each.reason());
            if (each.json() != null) {
                output.collect(new StreamRecord<>(each.json()));
            }
        }
        if (written.again().size() < lane.batchRows() || written.again().isEmpty()) {
            backoff.reset();
        }
        if (!written.again().isEmpty()) {
            // a part of the store may accept rows, which do not wait for the other part
            lane.pauseUntil(nowMs() + backoff.nextMs());
        }
        if (!written.letGo().isEmpty()) {
            letGo(written.letGo());
        }
        for (Written.Loss<R> loss : written.loss()) {
            losses.inc();
            LOG.error("{} went back in time: {}", lane.name(), loss.description());
            lost(loss);
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<byte[]> elements = new ArrayList<>();
        List<Waiting<R>> rows = new ArrayList<>(ROWS_PER_ELEMENT);
        for (Lane<P, R> lane : lanes) {
            List<Waiting<R>> all = new ArrayList<>(lane.memory().rows());
            lane.memory().forEach(all::add);
            for (Waiting<R> row : all) {
                rows.add(row);
                if (rows.size() == ROWS_PER_ELEMENT) {
                    elements.add(write(rows));
                    rows.clear();
                }
            }
        }
        if (!rows.isEmpty()) {
            elements.add(write(rows));
        }
        memoryState.update(elements);
        updatesState.update(List.of(updates));
        List<Tuple3<Integer, String, Long>> remembered = new ArrayList<>();
        for (Lane<P, R> lane : lanes) {
            remembered.add(Tuple3.of(subtask(), lane.name(), lane.writer().remembered()));
        }
        rememberedState.update(remembered);
    }

    private byte[] write(List<Waiting<R>> rows) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(256 * rows.size());
        out.writeByte(MEMORY_STATE_VERSION);
        out.writeInt(rows.size());
        for (Waiting<R> row : rows) {
            row.write(type, out);
        }
        return out.getCopyOfBuffer();
    }

    /** Writes all rows. Ends early, with a checkpoint to contain them, if the store is down. */
    @Override
    public void endInput() throws Exception {
        boolean unlimited =
                !CheckpointingOptions.isCheckpointingEnabled(
                        getContainingTask().getEnvironment().getJobConfiguration());
        while (waitingRows() > 0 && (unlimited || !isAnyDownFor(END_PATIENCE_MS))) {
            for (Lane<P, R> lane : lanes) {
                lane.memory().releaseAll();
                if (lane.waitingRows() > 0 && lane.isDue(nowMs())) {
                    start(lane);
                }
            }
            mailbox.yield();
        }
        lanes.forEach(lane -> lane.updateFigures(true));
    }

    private boolean isAnyDownFor(long ms) {
        return lanes.stream()
                .anyMatch(
                        lane ->
                                lane.waitingRows() > 0
                                        && (lane.writer().downSeconds() * 1000 >= ms
                                                || lane.runningMs(nowMs()) >= ms));
    }

    /** Writes all rows when the job was stopped, until a store does not accept them in time. */
    private void writeAtStop() throws Exception {
        long deadlineMs = nowMs() + END_PATIENCE_MS;
        for (Lane<P, R> lane : lanes) {
            lane.memory().releaseAll();
            while (lane.waitingRows() > 0) {
                if (!lane.isRunning()) {
                    lane.start(settings.batchRows(), updates, nowMs());
                }
                Written<R> written = lane.result(deadlineMs - nowMs());
                lane.finish(written, nowMs());
                if (!written.again().isEmpty()) {
                    return;
                }
            }
        }
    }

    /**
     * Returns the run of the job. All operators of the job restart together, and count updates as
     * they did in the checkpoint that they restore.
     */
    protected final String run() {
        return getRuntimeContext().getJobInfo().getJobId()
                + "-"
                + getRuntimeContext().getTaskInfo().getAttemptNumber();
    }

    /** Returns the name of the job. */
    protected final String job() {
        return settings.job();
    }

    /** Returns the number of this subtask. */
    protected final int subtask() {
        return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    private int subtasks() {
        return getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    }

    private long nowMs() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    @Override
    public void close() {
        // an exception from close() after a failure would end the TaskManager
        try {
            if (lanes != null) {
                boolean stopped =
                        !getContainingTask().isCanceled() && !getContainingTask().isFailing();
                if (stopped && waitingRows() > 0) {
                    writeAtStop();
                }
            }
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("{} rows for {} wait in the savepoint", waitingRows(), store, e);
        } catch (Exception e) {
            LOG.warn("writing the last rows to {} failed", store, e);
        }
        try {
            if (lanes != null) {
                if (abortOnCancel != null) {
                    getContainingTask().getCancelables().unregisterCloseable(abortOnCancel);
                }
                lanes.forEach(Lane::close);
            }
            super.close();
        } catch (Exception e) {
            LOG.warn("closing the writer of {} failed", store, e);
        }
    }
}
