package io.dexklines.operator.kline;

import io.dexklines.clock.ChainTime;
import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.watermark.LongWatermark;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.runtime.io.disk.iomanager.IOManager;
import org.apache.flink.runtime.io.disk.iomanager.IOManagerAsync;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** An engine that runs the operator in one Flink test harness for each subtask. */
class HarnessEngine implements Engine {

    static final int MAX_PARALLELISM = 16;

    /** Shared by all harnesses and never closed, like the threads of Flink's network. */
    private static final IOManager IO = new IOManagerAsync();

    private static final KeySelector<PairSwaps, Pair> BY_PAIR = PairSwaps::pair;

    private final KlineRules rules;
    private final long liveIntervalMs;

    /** The folder for RocksDB, or null to keep state on the heap. */
    private final Path rocks;

    private final int maxHotPairs;

    private List<KeyedOneInputStreamOperatorTestHarness<Pair, PairSwaps, KlineUpdates>> subtasks =
            List.of();

    /** The state of all subtasks in one checkpoint. */
    record Subtasks(List<OperatorSubtaskState> states) implements Snapshot {}

    HarnessEngine(KlineRules rules, long liveIntervalMs, Path rocks) {
        this(rules, liveIntervalMs, rocks, KlineOperator.MAX_HOT_PAIRS);
    }

    HarnessEngine(KlineRules rules, long liveIntervalMs, Path rocks, int maxHotPairs) {
        this.rules = rules;
        this.liveIntervalMs = liveIntervalMs;
        this.rocks = rocks;
        this.maxHotPairs = maxHotPairs;
    }

    @Override
    public void start(Snapshot from, int parallelism, long nowMs) throws Exception {
        close();
        subtasks = new ArrayList<>();
        for (int subtask = 0; subtask < parallelism; subtask++) {
            var harness =
                    new KeyedOneInputStreamOperatorTestHarness<>(
                            operator(),
                            BY_PAIR,
                            CodecTypeInfo.PAIR,
                            environment(parallelism, subtask));
            if (rocks != null) {
                EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend();
                backend.setDbStoragePath(rocks.toString());
                harness.setStateBackend(backend);
            }
            harness.setup(CodecTypeInfo.KLINE_UPDATES.createSerializer(null));
            if (from != null) {
                List<OperatorSubtaskState> states = ((Subtasks) from).states();
                OperatorSubtaskState all =
                        AbstractStreamOperatorTestHarness.repackageState(
                                states.toArray(OperatorSubtaskState[]::new));
                harness.initializeState(
                        AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                all, MAX_PARALLELISM, states.size(), parallelism, subtask));
            }
            harness.setProcessingTime(nowMs);
            harness.open();
            subtasks.add(harness);
        }
    }

    /** Returns a new operator. */
    OneInputStreamOperator<PairSwaps, KlineUpdates> operator() {
        return new KlineOperator(rules, liveIntervalMs, 0, maxHotPairs);
    }

    @Override
    public void trades(PairSwaps batch) throws Exception {
        int subtask =
                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        batch.pair(), MAX_PARALLELISM, subtasks.size());
        subtasks.get(subtask).processElement(new StreamRecord<>(overTheNetwork(batch)));
    }

    @Override
    public void watermark(long ms) throws Exception {
        for (var subtask : subtasks) {
            subtask.processWatermark(new Watermark(ms));
        }
    }

    /** Sends a chain's time to every subtask, as the source of trades does. */
    @Override
    public void clock(String chainId, ChainTime time) throws Exception {
        if (time.lateMs() != ChainTime.NOT_STARTED) {
            tell(ChainWatermarks.clock(chainId).newWatermark(time.lateMs()));
        }
        if (time.closingMs() > time.lateMs()) {
            tell(ChainWatermarks.closing(chainId).newWatermark(time.closingMs()));
        }
    }

    void tell(LongWatermark watermark) throws Exception {
        for (var subtask : subtasks) {
            subtask.getOneInputOperator().processWatermark(new WatermarkEvent(watermark, false));
        }
    }

    @Override
    public void processingTime(long ms) throws Exception {
        for (var subtask : subtasks) {
            subtask.setProcessingTime(ms);
        }
    }

    @Override
    public Snapshot snapshot(long checkpointId) throws Exception {
        List<OperatorSubtaskState> states = new ArrayList<>();
        for (var subtask : subtasks) {
            beforeBarrier(subtask.getOneInputOperator(), checkpointId);
            states.add(subtask.snapshot(checkpointId, checkpointId));
        }
        return new Subtasks(states);
    }

    /** Does what an operator does before the barrier of a checkpoint. */
    void beforeBarrier(OneInputStreamOperator<PairSwaps, KlineUpdates> operator, long checkpointId)
            throws Exception {
        operator.prepareSnapshotPreBarrier(checkpointId);
    }

    @Override
    public void endInput() throws Exception {
        for (var subtask : subtasks) {
            subtask.getOperator().finish();
        }
    }

    @Override
    public List<KlineUpdates> takeUpdates() {
        List<KlineUpdates> updates = new ArrayList<>();
        for (var subtask : subtasks) {
            for (Object output; (output = subtask.getOutput().poll()) != null; ) {
                if (output instanceof StreamRecord<?> record) {
                    updates.add((KlineUpdates) record.getValue());
                }
            }
        }
        return updates;
    }

    /** Returns the generalized watermarks since the last call; discards all other outputs. */
    List<org.apache.flink.api.common.watermark.Watermark> takeEvents() {
        List<org.apache.flink.api.common.watermark.Watermark> events = new ArrayList<>();
        for (var subtask : subtasks) {
            for (Object output; (output = subtask.getOutput().poll()) != null; ) {
                if (output instanceof WatermarkEvent event) {
                    events.add(event.getWatermark());
                }
            }
        }
        return events;
    }

    /** Returns the watermarks that were emitted since the last call; discards all updates. */
    List<Long> takeWatermarks() {
        List<Long> watermarks = new ArrayList<>();
        for (var subtask : subtasks) {
            for (Object output; (output = subtask.getOutput().poll()) != null; ) {
                if (output instanceof Watermark watermark) {
                    watermarks.add(watermark.getTimestamp());
                }
            }
        }
        return watermarks;
    }

    @Override
    public List<ExcludedTrade> takeExcluded() {
        List<ExcludedTrade> excluded = new ArrayList<>();
        for (var subtask : subtasks) {
            Queue<StreamRecord<ExcludedTrade>> output =
                    subtask.getSideOutput(KlineOperator.EXCLUDED);
            if (output != null) {
                for (StreamRecord<ExcludedTrade> next; (next = output.poll()) != null; ) {
                    excluded.add(next.getValue());
                }
            }
        }
        return excluded;
    }

    @Override
    public int stateEntriesAndTimers() throws Exception {
        int left = pairsInState().size();
        for (var subtask : subtasks) {
            left += subtask.numEventTimeTimers();
        }
        return left;
    }

    @Override
    public Set<String> pairsInState(String chainId) throws Exception {
        return pairsInState().stream()
                .filter(pair -> pair.chainId().equals(chainId))
                .map(Pair::text)
                .collect(Collectors.toSet());
    }

    /** Returns the pair of each entry of keyed state. */
    private List<Pair> pairsInState() throws Exception {
        List<Pair> pairs = new ArrayList<>();
        for (var subtask : subtasks) {
            if (subtask.getOneInputOperator() instanceof KlineOperator operator) {
                operator.writeBack();
            }
            for (String state : List.of("klines", "ended")) {
                try (Stream<Pair> held =
                        subtask.getOperator()
                                .<Pair>getKeyedStateBackend()
                                .getKeys(state, VoidNamespace.INSTANCE)) {
                    held.forEach(pairs::add);
                }
            }
        }
        return pairs;
    }

    @Override
    public void close() {
        for (var subtask : subtasks) {
            try {
                subtask.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close a harness", e);
            }
        }
        subtasks = List.of();
    }

    /**
     * Returns an environment like the harness's own, but with a shared I/O manager, which owns
     * threads.
     */
    private static MockEnvironment environment(int parallelism, int subtask) {
        return new MockEnvironmentBuilder()
                .setTaskName("klines")
                .setManagedMemorySize(3 * 1024 * 1024)
                .setMaxParallelism(MAX_PARALLELISM)
                .setParallelism(parallelism)
                .setSubtaskIndex(subtask)
                .setIOManager(IO)
                .build();
    }

    /** Returns the batch as it arrives from the shuffle, serialized and read again. */
    private static PairSwaps overTheNetwork(PairSwaps batch) throws Exception {
        var serializer = CodecTypeInfo.PAIR_SWAPS.createSerializer(null);
        DataOutputSerializer bytes = new DataOutputSerializer(256);
        serializer.serialize(batch, bytes);
        return serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer()));
    }
}
