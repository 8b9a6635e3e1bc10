package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.MarkedRedis;
import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisSinkState;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.job.sink.KlineHistory;
import io.dexklines.job.sink.LatestKlines;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.store.KlineRows;
import io.dexklines.job.sink.store.StoreOperator;
import io.dexklines.job.sink.store.StoreSettings;
import io.dexklines.job.sink.store.StoreWriter;
import io.dexklines.job.sink.store.Written;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes klines to Redis, and repairs Redis: if it lost data, the klines of {@link LatestKlines}
 * are sent again at once, and everything else is filled from MySQL. Klines that were let go because
 * too many waited, or because Redis was full, are filled from MySQL as well.
 *
 * <p>What is to be filled is part of the checkpoint. Without MySQL, nothing is filled.
 */
final class RedisKlineOperator extends StoreOperator<Pair, KlineUpdates, PairKline> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(RedisKlineOperator.class);

    /** Parts of the savepoint: never rename. */
    private static final String LET_GO_STATE = "let-go";

    private static final String LOST_STATE = "lost";

    private static final String ACCEPTED_STATE = "accepted-at";

    private static final int[] ONLY_LANE = {0};

    /** The most pairs that are filled one by one, about 10 MB of the heap of a subtask. */
    private static final int MAX_PAIRS_TO_FILL = 20_000;

    /** The number of klines that are sent again in one batch interval. */
    private static final int PORTION = 1_000;

    private final RedisConnectionSettings redis;
    private final String keyPrefix;
    private final RedisCompatibility compatibility;
    private final KlineHistory.Opener history;
    private final int latestBytes;

    private transient LatestKlines latest;
    private transient Deque<PairKline> toSendAgain;
    private transient PairsToFill toFill;
    private transient BackgroundFill filling;
    private transient boolean fillRunning;
    private transient RedisKlineWriter writer;

    /** For each pair of which klines were let go, the last update of those. */
    private transient ValueState<Long> letGo;

    /** Not empty if klines of any shard were lost and are not filled yet: when, in epoch ms. */
    private transient ListState<Long> lost;

    /** When Redis last accepted something, epoch milliseconds. */
    private transient ListState<Long> accepted;

    private transient AcceptedTime acceptedTime;

    private transient ListState<byte[]> formerState;
    private transient Counter sentAgain;
    private transient Counter filled;

    // read by the threads of metric reporters
    private transient volatile long pairsToFill;
    private transient volatile boolean lossToFill;

    /**
     * @param keyPrefix the text in front of all keys; may be empty
     * @param history opens MySQL, to fill Redis from; null for none
     * @param latestBytes the most heap that klines to send again take, per subtask
     */
    RedisKlineOperator(
            RedisConnectionSettings redis,
            String keyPrefix,
            RedisCompatibility compatibility,
            KlineHistory.Opener history,
            int latestBytes,
            StoreSettings settings) {
        super(RedisKlineWriter.STORE, new KlineRows(), settings);
        this.redis = redis;
        this.keyPrefix = keyPrefix;
        this.compatibility = compatibility;
        this.history = history;
        this.latestBytes = latestBytes;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        formerState = context.getOperatorStateStore().getListState(RedisSinkState.DESCRIPTOR);
        lost =
                context.getOperatorStateStore()
                        .getUnionListState(new ListStateDescriptor<>(LOST_STATE, Types.LONG));
        accepted =
                context.getOperatorStateStore()
                        .getUnionListState(new ListStateDescriptor<>(ACCEPTED_STATE, Types.LONG));
    }

    @Override
    public void open() throws Exception {
        latest = LatestKlines.within(latestBytes);
        toSendAgain = new ArrayDeque<>();
        toFill = new PairsToFill(MAX_PAIRS_TO_FILL);
        letGo = getRuntimeContext().getState(new ValueStateDescriptor<>(LET_GO_STATE, Types.LONG));
        sentAgain = getMetricGroup().counter(RedisCacheMetric.KLINES_SENT_AGAIN.metricName());
        filled = getMetricGroup().counter(RedisCacheMetric.KLINES_FILLED.metricName());
        getMetricGroup()
                .<Long, Gauge<Long>>gauge(
                        RedisCacheMetric.PAIRS_TO_FILL.metricName(), () -> pairsToFill);
        getMetricGroup()
                .<Long, Gauge<Long>>gauge(
                        RedisCacheMetric.LOSS_TO_FILL.metricName(), () -> lossToFill ? 1L : 0L);
        getMetricGroup()
                .<Long, Gauge<Long>>gauge(
                        RedisCacheMetric.FULL.metricName(),
                        () -> writer != null && writer.isFull() ? 1L : 0L);
        if (history != null) {
            filling =
                    new BackgroundFill(
                            history,
                            redis,
                            keyPrefix,
                            compatibility,
                            this::isOwn,
                            job(),
                            subtask(),
                            run());
        }
        super.open();
        restoreToFill();
    }

    private void restoreToFill() throws Exception {
        acceptedTime =
                new AcceptedTime(
                        earliest(accepted, getProcessingTimeService().getCurrentProcessingTime()));
        for (Pair pair : partitionsIn(LET_GO_STATE)) {
            setCurrentKey(pair);
            addToFill(pair, letGo.value());
        }
        if (lost.get().iterator().hasNext()) {
            // former versions wrote another number, which is earlier than any time
            fillAll(earliest(lost, acceptedTime.timeMs()));
        }
    }

    private static long earliest(ListState<Long> timesMs, long otherwise) throws Exception {
        long earliest = otherwise;
        for (long timeMs : timesMs.get()) {
            earliest = Math.min(earliest, timeMs);
        }
        return earliest;
    }

    /** Adds a pair, or everything if there are too many pairs. */
    private void addToFill(Pair pair, long update) throws Exception {
        if (toFill.hasRoomFor(pair)) {
            toFill.add(pair, update);
            return;
        }
        LOG.warn("klines of too many pairs were let go, so all klines will be filled");
        fillAll(acceptedTime.timeMs());
        setCurrentKey(pair);
        letGo.clear();
    }

    /** Adds everything, in place of single pairs. */
    private void fillAll(long heldAtMs) throws Exception {
        for (Pair known : toFill.addAll(updates(), heldAtMs)) {
            setCurrentKey(known);
            letGo.clear();
        }
    }

    @Override
    protected List<String> servers() {
        return List.of(redis.toString());
    }

    @Override
    protected StoreWriter<PairKline> writer(int lane, int subtask, long remembered)
            throws IOException {
        List<RedisCommand> former;
        try {
            former = RedisSinkState.commands(formerState);
        } catch (Exception e) {
            throw new IOException("cannot read what the former sink of Redis had not sent", e);
        }
        writer =
                new RedisKlineWriter(
                        MarkedRedis.open(
                                redis,
                                keyPrefix + RedisCacheSink.MARKER_KEY + job() + "-" + subtask,
                                remembered),
                        keyPrefix,
                        compatibility,
                        former);
        return writer;
    }

    @Override
    protected int[] lanesOf(Pair pair) {
        return ONLY_LANE;
    }

    @Override
    protected void accept(KlineUpdates updates) throws Exception {
        latest.offerAll(updates);
        if (isFull()) {
            letGo(updates.pair(), updates.klines().size());
            return;
        }
        for (Kline kline : updates.klines()) {
            offer(new PairKline(updates.pair(), kline));
        }
    }

    @Override
    protected boolean letsGo() {
        return true;
    }

    @Override
    protected void letGo(List<PairKline> rows) throws Exception {
        for (PairKline row : rows) {
            letGo(row.pair(), 1);
        }
    }

    private void letGo(Pair pair, int klines) throws Exception {
        countLetGo(klines);
        if (filling != null) {
            setCurrentKey(pair);
            letGo.update(updates());
            addToFill(pair, updates());
        }
    }

    @Override
    protected void lost(Written.Loss<PairKline> loss) {
        List<PairKline> recent =
                latest.snapshot().stream().filter(loss.rows()).collect(Collectors.toList());
        LOG.warn("{} recent klines are sent again", recent.size());
        toSendAgain.addAll(recent);
        if (filling != null) {
            toFill.addLost(loss.rows(), updates(), acceptedTime.timeMs());
        } else {
            LOG.warn("without mysql.url, older klines return only when their pairs trade");
        }
    }

    @Override
    protected void onInterval(long nowMs) throws Exception {
        for (int i = 0; i < PORTION && !toSendAgain.isEmpty(); i++) {
            offer(toSendAgain.poll());
            sentAgain.inc();
        }
        noteAccepted(nowMs);
        pairsToFill = toFill.pairs();
        lossToFill = toFill.anyLost();
        if (!toFill.isEmpty() && !fillRunning && writer.downSeconds() == 0) {
            fillRunning = true;
            PairsToFill.Fill fill = toFill.next(nowMs);
            LOG.info(
                    "Redis is filled from MySQL: {} pairs whose klines were let go{}",
                    fill.pairs().size(),
                    fill.lost() == null ? "" : ", and all klines that it lost");
            filling.start(fill).thenAccept(klines -> inTask(() -> filled(fill, klines)));
        }
    }

    /** What expired during an outage of Redis or of the job counts as lost. */
    private void noteAccepted(long nowMs) throws Exception {
        if (!writer.hasAccepted() || writer.downSeconds() > 0) {
            return;
        }
        OptionalLong outage = acceptedTime.accepts(nowMs);
        if (outage.isPresent() && filling != null) {
            LOG.info("Redis accepted nothing for an hour or more: what expired is filled");
            fillAll(outage.getAsLong());
        }
    }

    private void filled(PairsToFill.Fill fill, long klines) throws Exception {
        fillRunning = false;
        filled.inc(klines);
        LOG.info("Redis was filled from MySQL: {} klines", klines);
        for (Pair pair : fill.pairs().keySet()) {
            if (toFill.isFilled(pair, fill)) {
                setCurrentKey(pair);
                letGo.clear();
            }
        }
        toFill.filled(fill);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        if (!writer.hasFormer()) {
            formerState.clear();
        }
        lost.update(toFill.anyLost() ? List.of(toFill.lostHeldAtMs()) : List.of());
        accepted.update(List.of(acceptedTime.timeMs()));
    }

    @Override
    public void close() {
        if (filling != null) {
            filling.close();
        }
        super.close();
    }
}
