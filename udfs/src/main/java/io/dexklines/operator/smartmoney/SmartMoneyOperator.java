package io.dexklines.operator.smartmoney;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletDecisions;
import io.dexklines.smartmoney.WalletDecisions.Decision;
import io.dexklines.smartmoney.WalletMemory;
import io.dexklines.smartmoney.WalletMemory.Cooldown;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradePosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;

/**
 * Checks the trades that passed the wallet filter against the exact lists. This class provides
 * {@link WalletDecisions} with keyed state, watermarks and timers.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>A list change applies when it arrives. A trade waits until the watermarks of both inputs
 *       have reached its arrival, so all changes made before it have been applied.
 *   <li>Trades of a wallet that are decided together are decided in the order of the chain.
 *   <li>Each remembered trade, pair and cooldown is an entry of map state, so the cost of a trade
 *       does not grow with the size of the history. A wallet has one timer for each millisecond in
 *       which trades wait, and one for the removal of expired entries. The removal scans the
 *       entries at most {@value #REMOVALS_PER_RETENTION} times within the retention of a trade. An
 *       expired entry has no effect even before it is removed.
 *   <li>A watermark that makes many trades due, as after an outage of the lists, is applied in
 *       steps of {@value #TIMERS_PER_STEP} timers. Input and checkpoint barriers are processed
 *       between the steps, so neither a checkpoint nor the stages before this one wait for all of
 *       them. The watermark is forwarded after the last step.
 *   <li>A wallet that is not listed, has no followers and has no remembered entries leaves neither
 *       state nor timer, except that a follow of a wallet that is not listed leaves a timer for
 *       {@value #LISTED_WITHIN_MS} ms.
 * </ul>
 *
 * <p>When an input ends, or the job is stopped with {@code --drain}, nothing is decided or
 * forgotten. The watermark {@link Watermark#MAX_WATERMARK}, which Flink sends then, is not a time
 * and is not forwarded. The waiting trades and all that is remembered stay in state, so a job that
 * is resumed from the savepoint continues as after a plain stop.
 */
public final class SmartMoneyOperator extends AbstractStreamOperator<SmartMoneyTrade>
        implements TwoInputStreamOperator<WalletTrade, ListChange, SmartMoneyTrade>,
                Triggerable<Wallet, VoidNamespace> {

    /** The side output of notifications. */
    public static final OutputTag<Notification> NOTIFICATIONS =
            new OutputTag<>("notifications", CodecTypeInfo.NOTIFICATION);

    /**
     * The side output of list records without effect: invalid ones, and follows of wallets that
     * were not listed {@value #LISTED_WITHIN_MS} ms later.
     */
    public static final OutputTag<ListChange> WITHOUT_EFFECT =
            new OutputTag<>("without-effect", CodecTypeInfo.LIST_CHANGE);

    /** How long after a follow its wallet may be listed before the follow is reported. */
    static final long LISTED_WITHIN_MS = 60_000;

    /** The number of timers after which other work has its turn; a few milliseconds of work. */
    static final int TIMERS_PER_STEP = 200;

    private static final long serialVersionUID = 1L;

    private static final int REMOVALS_PER_RETENTION = 24;

    /** Part of the savepoint: never rename. */
    private static final String TIMERS = "wake";

    /** Part of the savepoint: never rename. */
    private static final String FOLLOW_TIMERS = "follow";

    private static final Comparator<WalletTrade> IN_ORDER_OF_CHAIN =
            Comparator.<WalletTrade, TradePosition>comparing(arrived -> arrived.trade().position())
                    .thenComparing(WalletTrade::arrivalMs);

    private final SmartMoneyRules rules;

    private transient WalletDecisions decisions;
    private transient Memory memory;
    private transient ListState<WalletTrade> waiting;
    private transient ValueState<Long> forgetsAtMs;
    private transient InternalTimerService<VoidNamespace> timers;

    /** The timers of follows of wallets that are not listed. The namespace is the follower. */
    private transient InternalTimerService<String> followTimers;

    /** The watermark that is being applied in steps; null while there is none. */
    private transient Watermark applying;

    private transient int firedInStep;

    private transient Counter hits;
    private transient Counter falsePositives;
    private transient Counter redelivered;
    private transient Counter notified;

    /** Creates the operator. */
    public SmartMoneyOperator(SmartMoneyRules rules) {
        this.rules = rules;
    }

    @Override
    public void open() throws Exception {
        super.open();
        decisions = new WalletDecisions(rules.rememberTradesMs(), rules.rememberFirstBuysMs());
        memory = new Memory();
        waiting =
                getRuntimeContext()
                        .getListState(
                                new ListStateDescriptor<>("waiting", CodecTypeInfo.WALLET_TRADE));
        forgetsAtMs = value("forgets-at", Types.LONG);
        timers = getInternalTimerService(TIMERS, VoidNamespaceSerializer.INSTANCE, this);
        followTimers =
                getInternalTimerService(
                        FOLLOW_TIMERS, StringSerializer.INSTANCE, new UnlistedFollows());
        hits = counter(SmartMoneyMetric.TRADES);
        falsePositives = counter(SmartMoneyMetric.FALSE_POSITIVES);
        redelivered = counter(SmartMoneyMetric.DUPLICATES);
        notified = counter(SmartMoneyMetric.NOTIFICATIONS);
    }

    @Override
    public void processElement1(StreamRecord<WalletTrade> element) throws Exception {
        WalletTrade trade = element.getValue();
        waiting.add(trade);
        timers.registerEventTimeTimer(VoidNamespace.INSTANCE, trade.arrivalMs());
    }

    @Override
    public void processElement2(StreamRecord<ListChange> element) throws Exception {
        ListChange change = element.getValue();
        switch (change.kind()) {
            case LISTED -> memory.label.update(change.label());
            case UNLISTED -> memory.label.clear();
            case FOLLOWED -> follow(change);
            case UNFOLLOWED -> memory.follows.remove(change.userId());
            case REBUILD_BEGINS, REBUILD_LISTED, REBUILD_ENDS -> {
                // the state is exact and needs no rebuild
            }
            case REFUSED -> output.collect(WITHOUT_EFFECT, new StreamRecord<>(change));
        }
    }

    private void follow(ListChange change) throws Exception {
        memory.follows.put(change.userId(), change.follow());
        if (memory.label() == null) {
            // the lists are two topics, so the record that lists the wallet may come later
            followTimers.registerEventTimeTimer(
                    change.userId(),
                    getProcessingTimeService().getCurrentProcessingTime() + LISTED_WITHIN_MS);
        }
    }

    @Override
    protected void processWatermarkStatus(WatermarkStatus status, int input) {
        // Idle inputs are not ignored: no trade may be decided without the lists.
    }

    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        if (!mark.equals(Watermark.MAX_WATERMARK)) {
            super.processWatermark1(mark);
        }
    }

    @Override
    public void processWatermark2(Watermark mark) throws Exception {
        if (!mark.equals(Watermark.MAX_WATERMARK)) {
            super.processWatermark2(mark);
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        boolean between = applying != null;
        applying = mark;
        if (!between) {
            applyNextStep();
        }
    }

    private void applyNextStep() throws Exception {
        firedInStep = 0;
        boolean applied =
                getTimeServiceManager()
                        .orElseThrow()
                        .tryAdvanceWatermark(applying, () -> firedInStep >= TIMERS_PER_STEP);
        if (applied) {
            output.emitWatermark(applying);
            applying = null;
        } else {
            getProcessingTimeService()
                    .registerTimer(
                            getProcessingTimeService().getCurrentProcessingTime(),
                            nowMs -> applyNextStep());
        }
    }

    @Override
    public void onEventTime(InternalTimer<Wallet, VoidNamespace> timer) throws Exception {
        firedInStep++;
        decide();
        removeExpired();
    }

    @Override
    public void onProcessingTime(InternalTimer<Wallet, VoidNamespace> timer) {
        throw new IllegalStateException("the operator sets no processing-time timers");
    }

    private void decide() throws Exception {
        List<WalletTrade> due = new ArrayList<>();
        List<WalletTrade> early = new ArrayList<>();
        Iterable<WalletTrade> held = waiting.get();
        if (held != null) {
            for (WalletTrade trade : held) {
                (trade.arrivalMs() <= timers.currentWatermark() ? due : early).add(trade);
            }
        }
        if (due.isEmpty()) {
            return;
        }
        waiting.update(early);
        due.sort(IN_ORDER_OF_CHAIN);
        for (WalletTrade trade : due) {
            decide(trade);
        }
    }

    private void decide(WalletTrade trade) throws Exception {
        Decision decision = decisions.decide(trade, memory);
        switch (decision.outcome()) {
            case NOT_LISTED -> falsePositives.inc();
            case REDELIVERED -> redelivered.inc();
            case HIT -> {
                hits.inc();
                output.collect(new StreamRecord<>(decision.hit(), trade.arrivalMs()));
                for (Notification notification : decision.notifications()) {
                    notified.inc();
                    output.collect(
                            NOTIFICATIONS, new StreamRecord<>(notification, trade.arrivalMs()));
                }
                scheduleRemoval(decision.rememberedUntilMs());
            }
        }
    }

    /** Removes expired entries, if the removal is due. */
    private void removeExpired() throws Exception {
        Long atMs = forgetsAtMs.value();
        long nowMs = timers.currentWatermark();
        if (atMs == null || atMs > nowMs) {
            return;
        }
        forgetsAtMs.clear();
        long nextMs = removeExpired(memory.trades, nowMs, untilMs -> untilMs);
        nextMs = Math.min(nextMs, removeExpired(memory.formerTrades, nowMs, untilMs -> untilMs));
        nextMs = Math.min(nextMs, removeExpired(memory.boughtPairs, nowMs, untilMs -> untilMs));
        nextMs = Math.min(nextMs, removeExpired(memory.cooldowns, nowMs, Cooldown::untilMs));
        scheduleRemoval(nextMs);
    }

    /** Removes expired entries. Returns the earliest expiry of the others. */
    private static <K, V> long removeExpired(
            MapState<K, V> remembered, long nowMs, ToLongFunction<V> until) throws Exception {
        long nextMs = Long.MAX_VALUE;
        boolean anyLeft = false;
        Iterator<Map.Entry<K, V>> entries = remembered.iterator();
        while (entries.hasNext()) {
            long untilMs = until.applyAsLong(entries.next().getValue());
            if (untilMs <= nowMs) {
                entries.remove();
            } else {
                anyLeft = true;
                nextMs = Math.min(nextMs, untilMs);
            }
        }
        if (!anyLeft) {
            // an empty map would remain as state in the heap state backend
            remembered.clear();
        }
        return nextMs;
    }

    /** Sets the timer of the next removal, which is not too soon after the current time. */
    private void scheduleRemoval(long untilMs) throws Exception {
        if (untilMs == Long.MAX_VALUE) {
            return;
        }
        long spacingMs = rules.rememberTradesMs() / REMOVALS_PER_RETENTION;
        long atMs = Math.max(untilMs, timers.currentWatermark() + spacingMs);
        Long setMs = forgetsAtMs.value();
        if (setMs != null) {
            if (setMs <= atMs) {
                return;
            }
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, setMs);
        }
        forgetsAtMs.update(atMs);
        timers.registerEventTimeTimer(VoidNamespace.INSTANCE, atMs);
    }

    private Counter counter(SmartMoneyMetric metric) {
        return getMetricGroup().counter(metric.metricName());
    }

    private <T> ValueState<T> value(String name, TypeInformation<T> type) {
        return getRuntimeContext().getState(new ValueStateDescriptor<>(name, type));
    }

    private <K, V> MapState<K, V> map(
            String name, TypeInformation<K> key, TypeInformation<V> value) {
        return getRuntimeContext().getMapState(new MapStateDescriptor<>(name, key, value));
    }

    /** Reports follows whose wallets are still not listed. */
    private final class UnlistedFollows implements Triggerable<Wallet, String> {

        @Override
        public void onEventTime(InternalTimer<Wallet, String> timer) throws Exception {
            firedInStep++;
            Follow follow = memory.follows.get(timer.getNamespace());
            if (follow != null && memory.label() == null) {
                output.collect(WITHOUT_EFFECT, new StreamRecord<>(ListChange.followed(follow)));
            }
        }

        @Override
        public void onProcessingTime(InternalTimer<Wallet, String> timer) {
            throw new IllegalStateException("the operator sets no processing-time timers");
        }
    }

    /** The memory of the current key. The state names are part of the savepoint: never rename. */
    private final class Memory implements WalletMemory {

        final ValueState<String> label = value("label", Types.STRING);
        final MapState<String, Follow> follows = map("follows", Types.STRING, CodecTypeInfo.FOLLOW);
        final MapState<TradeId, Long> trades = map("trade-ids", CodecTypeInfo.TRADE_ID, Types.LONG);

        /** The hits of a former version, by their 64-bit identity. */
        final MapState<Long, Long> formerTrades = map("trades", Types.LONG, Types.LONG);

        final MapState<String, Long> boughtPairs = map("bought-pairs", Types.STRING, Types.LONG);
        final MapState<String, Cooldown> cooldowns =
                map("cooldowns", Types.STRING, CodecTypeInfo.COOLDOWN);

        @Override
        public String label() throws Exception {
            return label.value();
        }

        @Override
        public Iterable<Follow> follows() throws Exception {
            return follows.values();
        }

        @Override
        public Remembered<TradeId, Long> trades() {
            return new InState<>(trades);
        }

        @Override
        public Remembered<Long, Long> formerTrades() {
            return new InState<>(formerTrades);
        }

        @Override
        public Remembered<String, Long> boughtPairs() {
            return new InState<>(boughtPairs);
        }

        @Override
        public Remembered<String, Cooldown> cooldowns() {
            return new InState<>(cooldowns);
        }
    }

    private record InState<K, V>(MapState<K, V> state) implements WalletMemory.Remembered<K, V> {

        @Override
        public V get(K key) throws Exception {
            return state.get(key);
        }

        @Override
        public void put(K key, V value) throws Exception {
            state.put(key, value);
        }
    }
}
