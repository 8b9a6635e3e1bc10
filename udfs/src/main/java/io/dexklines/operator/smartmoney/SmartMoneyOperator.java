package io.dexklines.operator.smartmoney;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.smartmoney.Cooldown;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletDecisions;
import io.dexklines.smartmoney.WalletDecisions.Decision;
import io.dexklines.smartmoney.WalletMemory;
import io.dexklines.smartmoney.WalletTrade;
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
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;

/**
 * Checks exactly what passed the filter: feeds {@link WalletDecisions} with the state of a wallet,
 * the progress of the lists and timers.
 *
 * <p>Guarantees, in the order of what can go wrong:
 *
 * <ul>
 *   <li>Changes of the lists apply when they come. A trade waits until the progress of the lists,
 *       on both inputs, is past its arrival: then all that stood in the lists when it arrived has
 *       come.
 *   <li>The trades of a wallet that are decided together are in the order of the chain.
 *   <li>What is remembered of a wallet is an entry for each trade, pair and cooldown, so that a
 *       trade costs a few entries however much is remembered. A wallet has one timer for what waits
 *       in each millisecond, and one for what it forgets; it forgets not more often than {@value
 *       #FORGETS_IN_MEMORY} times in the life of a trade's memory, which is how often an entry is
 *       looked at. An entry whose time is over counts for nothing, gone or not.
 *   <li>A wallet that is not listed, not followed, and of which nothing is remembered leaves
 *       neither state nor timer.
 * </ul>
 */
public final class SmartMoneyOperator extends AbstractStreamOperator<SmartMoneyTrade>
        implements TwoInputStreamOperator<WalletTrade, ListChange, SmartMoneyTrade>,
                Triggerable<Wallet, VoidNamespace>,
                BoundedMultiInput {

    /** Who is to be told of what. */
    public static final OutputTag<Notification> NOTIFICATIONS =
            new OutputTag<>("notifications", CodecTypeInfo.NOTIFICATION);

    private static final long serialVersionUID = 1L;

    private static final int FORGETS_IN_MEMORY = 24;

    /** Part of the savepoint: never rename. */
    private static final String TIMERS = "wake";

    private static final Comparator<WalletTrade> IN_ORDER_OF_CHAIN =
            Comparator.<WalletTrade, TradePosition>comparing(arrived -> arrived.trade().position())
                    .thenComparing(WalletTrade::arrivalMs);

    private final SmartMoneyRules rules;

    private transient WalletDecisions decisions;
    private transient Memory memory;
    private transient ListState<WalletTrade> waiting;
    private transient ValueState<Long> forgetsAtMs;
    private transient InternalTimerService<VoidNamespace> timers;

    private transient Counter found;
    private transient Counter falsePositives;
    private transient Counter foundBefore;
    private transient Counter notified;

    /** The check, by the rules. */
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
        found = counter(SmartMoneyMetric.TRADES);
        falsePositives = counter(SmartMoneyMetric.FALSE_POSITIVES);
        foundBefore = counter(SmartMoneyMetric.DUPLICATES);
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
            case FOLLOWED -> memory.follows.put(change.userId(), change.follow());
            case UNFOLLOWED -> memory.follows.remove(change.userId());
            case REBUILD_BEGINS, REBUILD_LISTED, REBUILD_ENDS -> {
                // what is exact is never rebuilt
            }
        }
    }

    @Override
    protected void processWatermarkStatus(WatermarkStatus status, int input) {
        // lists that are idle make no progress: nothing may be decided without them
    }

    @Override
    public void endInput(int input) throws Exception {
        if (input == 1) {
            processWatermark1(Watermark.MAX_WATERMARK);
        } else {
            processWatermark2(Watermark.MAX_WATERMARK);
        }
    }

    @Override
    public void onEventTime(InternalTimer<Wallet, VoidNamespace> timer) throws Exception {
        decide();
        forget();
    }

    @Override
    public void onProcessingTime(InternalTimer<Wallet, VoidNamespace> timer) {
        throw new IllegalStateException("no processing-time timer is ever set");
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
        switch (decision.verdict()) {
            case NOT_LISTED -> falsePositives.inc();
            case FOUND_BEFORE -> foundBefore.inc();
            case FOUND -> {
                found.inc();
                output.collect(new StreamRecord<>(decision.trade(), trade.arrivalMs()));
                for (Notification notification : decision.notifications()) {
                    notified.inc();
                    output.collect(
                            NOTIFICATIONS, new StreamRecord<>(notification, trade.arrivalMs()));
                }
                forgetFrom(decision.rememberedUntilMs());
            }
        }
    }

    /** Drops what is remembered no more, when its time has come. */
    private void forget() throws Exception {
        Long atMs = forgetsAtMs.value();
        long nowMs = timers.currentWatermark();
        if (atMs == null || atMs > nowMs) {
            return;
        }
        forgetsAtMs.clear();
        long nextMs =
                Math.min(
                        forget(memory.trades, nowMs, untilMs -> untilMs),
                        Math.min(
                                forget(memory.boughtPairs, nowMs, untilMs -> untilMs),
                                forget(memory.cooldowns, nowMs, Cooldown::untilMs)));
        forgetFrom(nextMs);
    }

    /** Drops what was to be remembered until now, and says until when the next is. */
    private static <K, V> long forget(
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
            // on the heap, a map without entries is still state
            remembered.clear();
        }
        return nextMs;
    }

    /** Lets the wallet's timer wait for this moment, or for a while, whichever is later. */
    private void forgetFrom(long untilMs) throws Exception {
        if (untilMs == Long.MAX_VALUE) {
            return;
        }
        long spacingMs = rules.rememberTradesMs() / FORGETS_IN_MEMORY;
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

    /** The memory of the current wallet. The names are part of the savepoint: never rename. */
    private final class Memory implements WalletMemory {

        final ValueState<String> label = value("label", Types.STRING);
        final MapState<String, Follow> follows = map("follows", Types.STRING, CodecTypeInfo.FOLLOW);
        final MapState<Long, Long> trades = map("trades", Types.LONG, Types.LONG);
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
        public Remembered<Long, Long> trades() {
            return new InState<>(trades);
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
