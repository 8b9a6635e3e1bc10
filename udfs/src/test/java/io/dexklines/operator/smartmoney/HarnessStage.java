package io.dexklines.operator.smartmoney;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.ClusterDecisions;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.TradeBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.io.disk.iomanager.IOManager;
import org.apache.flink.runtime.io.disk.iomanager.IOManagerAsync;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;

/** A stage that runs the operators in one Flink test harness for each subtask. */
class HarnessStage implements Stage {

    static final int MAX_PARALLELISM = 16;

    private static final List<String> CHECK_STATES =
            List.of(
                    "label",
                    "follows",
                    "waiting",
                    "trades",
                    "trade-ids",
                    "bought-pairs",
                    "cooldowns",
                    "forgets-at");

    /** Shared by all harnesses and never closed, like the threads of Flink's network. */
    private static final IOManager IO = new IOManagerAsync();

    private final SmartMoneyRules rules;

    /** The folder for RocksDB, or null to keep state on the heap. */
    private final Path rocks;

    private final List<TwoInputStreamOperatorTestHarness<TradeBatch, ListChange, WalletTrade>>
            filters = new ArrayList<>();
    private final List<
                    KeyedTwoInputStreamOperatorTestHarness<
                            Wallet, WalletTrade, ListChange, SmartMoneyTrade>>
            checks = new ArrayList<>();
    private final List<
                    KeyedOneInputStreamOperatorTestHarness<String, SmartMoneyTrade, ClusterAlert>>
            clusters = new ArrayList<>();

    /** The state of all subtasks in one checkpoint. */
    record Subtasks(
            List<OperatorSubtaskState> filters,
            List<OperatorSubtaskState> checks,
            List<OperatorSubtaskState> clusters)
            implements Snapshot {}

    HarnessStage(SmartMoneyRules rules, Path rocks) {
        this.rules = rules;
        this.rocks = rocks;
    }

    @Override
    public void start(Snapshot from, int filterCount, int checkCount, long nowMs) throws Exception {
        close();
        Subtasks states = (Subtasks) from;
        for (int i = 0; i < filterCount; i++) {
            var harness =
                    new TwoInputStreamOperatorTestHarness<>(
                            new WalletFilterOperator(rules), MAX_PARALLELISM, filterCount, i);
            harness.setup(serializer(CodecTypeInfo.WALLET_TRADE));
            open(harness, states == null ? null : states.filters(), filterCount, i, nowMs);
            filters.add(harness);
        }
        for (int i = 0; i < checkCount; i++) {
            var harness =
                    new KeyedTwoInputStreamOperatorTestHarness<>(
                            new SmartMoneyOperator(rules),
                            WalletTrade::wallet,
                            ListChange::wallet,
                            CodecTypeInfo.WALLET,
                            MAX_PARALLELISM,
                            checkCount,
                            i);
            onRocks(harness);
            harness.setup(serializer(CodecTypeInfo.SMART_MONEY_TRADE));
            open(harness, states == null ? null : states.checks(), checkCount, i, nowMs);
            checks.add(harness);
            var cluster =
                    new KeyedOneInputStreamOperatorTestHarness<>(
                            new KeyedProcessOperator<>(new WalletClusters(rules)),
                            (SmartMoneyTrade trade) -> ClusterDecisions.tokenOf(trade.trade()),
                            Types.STRING,
                            environment(checkCount, i));
            onRocks(cluster);
            cluster.setup(serializer(CodecTypeInfo.CLUSTER_ALERT));
            open(cluster, states == null ? null : states.clusters(), checkCount, i, nowMs);
            clusters.add(cluster);
        }
    }

    @Override
    public void time(long nowMs) throws Exception {
        for (var filter : filters) {
            filter.setProcessingTime(nowMs);
        }
    }

    @Override
    public List<Sent> filterTrades(int filter, TradeBatch batch) throws Exception {
        filters.get(filter)
                .processElement1(new StreamRecord<>(sentOver(CodecTypeInfo.TRADE_BATCH, batch), 1));
        return sent(filters.get(filter));
    }

    @Override
    public List<Sent> filterTradesTime(int filter, long ms) throws Exception {
        filters.get(filter).processWatermark1(new Watermark(ms));
        return sent(filters.get(filter));
    }

    @Override
    public List<Sent> filterChange(int filter, ListChange change) throws Exception {
        filters.get(filter)
                .processElement2(new StreamRecord<>(sentOver(CodecTypeInfo.LIST_CHANGE, change)));
        return sent(filters.get(filter));
    }

    @Override
    public List<Sent> filterProgress(int filter, long ms) throws Exception {
        filters.get(filter).processWatermark2(new Watermark(ms));
        return sent(filters.get(filter));
    }

    @Override
    public List<Sent> filterEnd(int filter, int input) throws Exception {
        if (input == 1) {
            filters.get(filter).endInput1();
        } else {
            filters.get(filter).endInput2();
        }
        return sent(filters.get(filter));
    }

    @Override
    public List<Sent> checkPassed(int check, WalletTrade trade) throws Exception {
        checks.get(check)
                .processElement1(
                        new StreamRecord<>(
                                sentOver(CodecTypeInfo.WALLET_TRADE, trade), trade.arrivalMs()));
        return sent(checks.get(check));
    }

    @Override
    public List<Sent> checkChange(int check, ListChange change) throws Exception {
        checks.get(check)
                .processElement2(new StreamRecord<>(sentOver(CodecTypeInfo.LIST_CHANGE, change)));
        return sent(checks.get(check));
    }

    @Override
    public List<Sent> checkProgress(int check, int input, long ms) throws Exception {
        var harness = checks.get(check);
        if (input == 1) {
            harness.processWatermark1(new Watermark(ms));
        } else {
            harness.processWatermark2(new Watermark(ms));
        }
        return sent(harness);
    }

    @Override
    public List<Sent> checkEnd(int check, int input) throws Exception {
        if (input == 1) {
            checks.get(check).endInput1();
        } else {
            checks.get(check).endInput2();
        }
        return sent(checks.get(check));
    }

    @Override
    public List<ClusterAlert> clusterFound(int cluster, Found found) throws Exception {
        var harness = clusters.get(cluster);
        harness.processElement(
                new StreamRecord<>(
                        sentOver(CodecTypeInfo.SMART_MONEY_TRADE, found.trade()),
                        found.arrivalMs()));
        List<ClusterAlert> alerts = new ArrayList<>();
        for (Object next; (next = harness.getOutput().poll()) != null; ) {
            if (next instanceof StreamRecord<?> record) {
                alerts.add((ClusterAlert) record.getValue());
            }
        }
        return alerts;
    }

    @Override
    public void clusterProgress(int cluster, long ms) throws Exception {
        clusters.get(cluster).processWatermark(new Watermark(ms));
    }

    @Override
    public List<Notification> takeNotifications(int check) {
        List<Notification> taken = new ArrayList<>();
        Queue<StreamRecord<Notification>> output =
                checks.get(check).getSideOutput(SmartMoneyOperator.NOTIFICATIONS);
        if (output != null) {
            for (StreamRecord<Notification> next; (next = output.poll()) != null; ) {
                taken.add(next.getValue());
            }
        }
        return taken;
    }

    /** Advances the wall clock of a check, which goes on with what it has postponed. */
    List<Sent> checkTime(int check, long nowMs) throws Exception {
        checks.get(check).setProcessingTime(nowMs);
        return sent(checks.get(check));
    }

    /** Returns the list records without effect that a check has reported since the last call. */
    List<ListChange> takeWithoutEffect(int check) {
        List<ListChange> taken = new ArrayList<>();
        Queue<StreamRecord<ListChange>> output =
                checks.get(check).getSideOutput(SmartMoneyOperator.WITHOUT_EFFECT);
        if (output != null) {
            for (StreamRecord<ListChange> next; (next = output.poll()) != null; ) {
                taken.add(next.getValue());
            }
        }
        return taken;
    }

    @Override
    public Snapshot snapshot(long checkpointId) throws Exception {
        return new Subtasks(
                snapshots(filters, checkpointId),
                snapshots(checks, checkpointId),
                snapshots(clusters, checkpointId));
    }

    @Override
    public int checkOf(ListChange change) {
        return subtaskOf(change.wallet());
    }

    @Override
    public int checkOf(WalletTrade trade) {
        return subtaskOf(trade.wallet());
    }

    @Override
    public int clusterOf(Found found) {
        return subtaskOf(ClusterDecisions.tokenOf(found.trade().trade()));
    }

    /** Returns how many wallets have an entry in the given state of the checks. */
    int stateEntries(String state) {
        return checks.stream().mapToInt(check -> keys(check.getOperator(), state)).sum();
    }

    @Override
    public int stateEntries() {
        int entries = CHECK_STATES.stream().mapToInt(this::stateEntries).sum();
        for (var cluster : clusters) {
            entries += keys((AbstractStreamOperator<?>) cluster.getOperator(), "buys");
        }
        return entries;
    }

    @Override
    public int timers() {
        int timers = 0;
        for (var check : checks) {
            timers += check.numEventTimeTimers();
        }
        for (var cluster : clusters) {
            timers += cluster.numEventTimeTimers();
        }
        return timers;
    }

    @Override
    public void close() {
        for (var harnesses : List.of(filters, checks, clusters)) {
            for (AbstractStreamOperatorTestHarness<?> harness : harnesses) {
                try {
                    harness.close();
                } catch (Exception e) {
                    throw new IllegalStateException("cannot close a harness", e);
                }
            }
            harnesses.clear();
        }
    }

    private int subtaskOf(Object key) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                key, MAX_PARALLELISM, checks.size());
    }

    private void onRocks(AbstractStreamOperatorTestHarness<?> harness) {
        if (rocks != null) {
            EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend();
            backend.setDbStoragePath(rocks.toString());
            harness.setStateBackend(backend);
        }
    }

    private static void open(
            AbstractStreamOperatorTestHarness<?> harness,
            List<OperatorSubtaskState> from,
            int parallelism,
            int subtask,
            long nowMs)
            throws Exception {
        if (from != null) {
            OperatorSubtaskState all =
                    AbstractStreamOperatorTestHarness.repackageState(
                            from.toArray(OperatorSubtaskState[]::new));
            harness.initializeState(
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            all, MAX_PARALLELISM, from.size(), parallelism, subtask));
        }
        harness.setProcessingTime(nowMs);
        harness.open();
    }

    private static List<OperatorSubtaskState> snapshots(
            List<? extends AbstractStreamOperatorTestHarness<?>> subtasks, long checkpointId)
            throws Exception {
        List<OperatorSubtaskState> states = new ArrayList<>();
        for (var subtask : subtasks) {
            states.add(subtask.snapshot(checkpointId, checkpointId));
        }
        return states;
    }

    private static List<Sent> sent(AbstractStreamOperatorTestHarness<?> harness) {
        List<Sent> sent = new ArrayList<>();
        for (Object next; (next = harness.getOutput().poll()) != null; ) {
            if (next instanceof Watermark mark) {
                sent.add(new Progress(mark.getTimestamp()));
            } else if (next instanceof StreamRecord<?> record) {
                sent.add(
                        record.getValue() instanceof WalletTrade trade
                                ? new Passed(trade)
                                : new Found(
                                        (SmartMoneyTrade) record.getValue(),
                                        record.getTimestamp()));
            }
        }
        return sent;
    }

    private static int keys(AbstractStreamOperator<?> operator, String state) {
        try (Stream<?> held =
                operator.getKeyedStateBackend().getKeys(state, VoidNamespace.INSTANCE)) {
            return (int) held.distinct().count();
        }
    }

    /**
     * Returns an environment like the harness's own, but with a shared I/O manager, which owns
     * threads.
     */
    private static MockEnvironment environment(int parallelism, int subtask) {
        return new MockEnvironmentBuilder()
                .setTaskName("smart money")
                .setManagedMemorySize(3 * 1024 * 1024)
                .setMaxParallelism(MAX_PARALLELISM)
                .setParallelism(parallelism)
                .setSubtaskIndex(subtask)
                .setIOManager(IO)
                .build();
    }

    private static <T> TypeSerializer<T> serializer(TypeInformation<T> type) {
        return type.createSerializer(null);
    }

    /** Returns the value as it arrives from the network, serialized and read again. */
    private static <T> T sentOver(TypeInformation<T> type, T value) throws Exception {
        DataOutputSerializer bytes = new DataOutputSerializer(256);
        serializer(type).serialize(value, bytes);
        return serializer(type).deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer()));
    }
}
