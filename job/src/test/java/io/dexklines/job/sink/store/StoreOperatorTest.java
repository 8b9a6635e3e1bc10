package io.dexklines.job.sink.store;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store operator while its stores are stopped, started, set back, and the job crashes. */
@Timeout(120)
@SuppressWarnings("try") // the close() of the harness is declared to throw anything
class StoreOperatorTest {

    private static final int BATCH = 10;
    private static final int MEMORY_ROWS = 20;
    private static final int KEY_GROUPS = 128;

    /** Static, because the operator is serialized on its way into the harness. */
    private static List<TestingStore> stores;

    private static List<String> losses;
    private static TestOperator lastOpened;

    @BeforeEach
    void createStores() {
        stores = List.of(new TestingStore(), new TestingStore());
        losses = new ArrayList<>();
    }

    /** Writes klines to one or both of the stores: those of a pair to one of them. */
    private static final class TestOperator extends StoreOperator<Pair, KlineUpdates, PairKline> {

        private static final long serialVersionUID = 1L;

        private final int lanes;

        TestOperator(int lanes, long maxRows) {
            super(
                    "mysql",
                    new KlineRows(),
                    new StoreSettings("job", BATCH, 500, 5_000, maxRows, MEMORY_ROWS));
            this.lanes = lanes;
        }

        @Override
        public void open() throws Exception {
            lastOpened = this;
            super.open();
        }

        @Override
        protected List<String> servers() {
            return List.of("a", "b").subList(0, lanes);
        }

        @Override
        protected StoreWriter<PairKline> writer(int lane, int subtask, long remembered) {
            return stores.get(lane).writer(remembered);
        }

        @Override
        protected int[] lanesOf(Pair pair) {
            return new int[] {pair.address().length() % lanes};
        }

        @Override
        protected void accept(KlineUpdates value) {
            value.klines().forEach(kline -> offer(new PairKline(value.pair(), kline)));
        }

        @Override
        protected void lost(Written.Loss<PairKline> loss) {
            losses.add(loss.description());
        }
    }

    @Test
    void aStoppedStoreStopsNeitherTheInputNorCheckpoints() throws Exception {
        stores.get(0).stop();
        OperatorSubtaskState checkpoint;
        try (StoreHarness<Pair, KlineUpdates> harness = harness(1, 1_000)) {
            harness.open();
            for (int trades = 1; trades <= 100; trades++) {
                harness.process(updates(PEPE, open(0, trades), closed(trades, 1)));
                harness.time(trades * 100);
            }
            checkpoint = harness.snapshot(1);
            harness.process(updates(PEPE, open(0, 101)));
            // 101 rows, and the version of one of them that is in flight
            assertThat(harness.waitingRows()).isGreaterThanOrEqualTo(101);
            harness.cancel();
        }
        assertThat(stores.get(0).klines()).isEmpty();
        stores.get(0).start();

        try (StoreHarness<Pair, KlineUpdates> harness = harness(1, 1_000)) {
            harness.restore(checkpoint).open();
            harness.time(500);
            harness.settle();
            // the minute that was in flight has been written, and its newer version is deferred
            harness.time(6_000);
            harness.settle();

            assertThat(harness.waitingRows()).isZero();
            assertThat(stores.get(0).klines()).hasSize(101).containsValue(open(0, 100));
            assertThat(harness.keyedStateSize()).isZero();
        }
    }

    @Test
    void aStoppedServerDoesNotHoldUpTheRowsOfOthers() throws Exception {
        Pair even = new Pair("1", "ab");
        Pair odd = new Pair("1", "abc");
        stores.get(0).stop();
        try (StoreHarness<Pair, KlineUpdates> harness = harness(2, 1_000)) {
            harness.open();
            harness.process(updates(even, closed(0, 1)));
            harness.process(updates(odd, closed(0, 1)));
            harness.time(500);
            stores.get(1).awaitKlines(1);
            assertThat(stores.get(0).klines()).isEmpty();

            stores.get(0).start();
            harness.settle();
            assertThat(stores.get(0).klines()).hasSize(1);
        }
    }

    @Test
    void theJobIsHeldBackWhenTooManyRowsWaitAndNothingIsLost() throws Exception {
        stores.get(0).stop();
        try (StoreHarness<Pair, KlineUpdates> harness = harness(1, 50)) {
            harness.open();
            for (int minute = 0; minute < 49; minute++) {
                harness.process(updates(PEPE, closed(minute, 1)));
            }
            assertThat(lastOpened.holdsBack()).isFalse();
            TestOperator held = lastOpened;
            CompletableFuture<Void> mended =
                    CompletableFuture.runAsync(
                            () -> {
                                while (!held.holdsBack()) {
                                    Thread.onSpinWait();
                                }
                                stores.get(0).start();
                            });

            harness.process(updates(PEPE, closed(49, 1)));

            mended.get();
            assertThat(held.holdsBack()).isFalse();
            assertThat(harness.waitingRows()).isLessThan(50);
            harness.endInput();
            assertThat(stores.get(0).klines()).hasSize(50);
        }
    }

    @Test
    void aBoundBelowTheParallelismHoldsNothingBackForEver() throws Exception {
        try (StoreHarness<Pair, KlineUpdates> harness = harness(2, 1)) {
            harness.open();
            for (int minute = 0; minute < 5; minute++) {
                harness.process(updates(PEPE, closed(minute, 1)));
            }

            assertThat(harness.waitingRows()).isZero();
            assertThat(stores.get(PEPE.address().length() % 2).klines()).hasSize(5);
        }
    }

    @Test
    void refusedRowsAreEmittedAndTheOthersWritten() throws Exception {
        stores.get(0).refuse(row -> row.kline().openTimeMs() % 120_000 == 0);
        try (StoreHarness<Pair, KlineUpdates> harness = harness(1, 1_000)) {
            harness.open();
            harness.process(updates(PEPE, closed(0, 1), closed(1, 1), closed(2, 1)));
            harness.time(500);
            harness.settle();

            assertThat(harness.refused()).containsExactly("no", "no");
            assertThat(stores.get(0).klines()).hasSize(1);
            assertThat(harness.waitingRows()).isZero();
        }
    }

    @Test
    void aStoreThatWentBackInTimeIsReportedOnceAlsoAfterARestart() throws Exception {
        OperatorSubtaskState checkpoint;
        try (StoreHarness<Pair, KlineUpdates> harness = harness(1, 1_000)) {
            harness.open();
            harness.process(updates(PEPE, closed(0, 1)));
            harness.time(500);
            harness.settle();
            assertThat(losses).isEmpty();
            stores.get(0).setBack();
            harness.time(2_000);
            harness.settle();
            assertThat(losses).containsExactly("set back");
            harness.time(4_000);
            harness.settle();
            checkpoint = harness.snapshot(1);
            harness.cancel();
        }
        stores.get(0).setBack();
        losses.clear();

        try (StoreHarness<Pair, KlineUpdates> harness = harness(1, 1_000)) {
            harness.restore(checkpoint).open();
            harness.time(2_000);
            harness.settle();
            assertThat(losses).containsExactly("set back");
        }
    }

    @Test
    void theProgressNeverCountsAnUpdateOfWhichARowWaits() throws Exception {
        try (StoreHarness<Pair, KlineUpdates> harness = harness(1, 1_000)) {
            harness.open();
            harness.process(updates(PEPE, open(0, 1)));
            harness.process(updates(PEPE, open(1, 1)));
            harness.time(500);
            harness.settle();
            assertThat(stores.get(0).completeUpdates()).isEqualTo(2);

            // the third waits for the live interval, the fourth does not
            harness.process(updates(PEPE, open(0, 2)));
            harness.process(updates(PEPE, closed(2, 1)));
            harness.time(1_000);
            harness.settle();
            assertThat(stores.get(0).klines()).containsValue(closed(2, 1));
            assertThat(stores.get(0).completeUpdates()).isEqualTo(2);

            harness.time(7_000);
            harness.settle();
            harness.time(9_000);
            harness.settle();
            assertThat(stores.get(0).completeUpdates()).isEqualTo(4);
        }
    }

    /** The store ends with the newest version of each row, whatever happened on the way. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theStoreEndsWithTheNewestVersionsWhateverHappens(boolean rocksDb) throws Exception {
        for (long seed = 1; seed <= (rocksDb ? 8 : 80); seed++) {
            createStores();
            try {
                new Simulation(seed, rocksDb).run();
            } catch (AssertionError | Exception e) {
                throw new AssertionError("seed " + seed + ", RocksDB " + rocksDb, e);
            }
        }
    }

    /** A random history of one or two subtasks with two servers. */
    private static final class Simulation {

        private static final int STEPS = 120;
        private static final int PAIRS = 8;
        private static final int MINUTES = 12;

        private final SplittableRandom random;
        private final boolean rocksDb;
        private final Map<String, Kline> newest = new TreeMap<>();

        /** The updates since the last checkpoint, which a crash repeats. */
        private final List<KlineUpdates> since = new ArrayList<>();

        private final List<StoreHarness<Pair, KlineUpdates>> subtasks = new ArrayList<>();
        private final boolean[] stopped = new boolean[2];
        private OperatorSubtaskState checkpoint;
        private int checkpointSubtasks;
        private int checkpoints;
        private long nowMs;

        Simulation(long seed, boolean rocksDb) {
            this.random = new SplittableRandom(seed);
            this.rocksDb = rocksDb;
        }

        void run() throws Exception {
            start(1);
            for (int step = 0; step < STEPS; step++) {
                int event = random.nextInt(100);
                if (event < 70) {
                    update();
                } else if (event < 85) {
                    nowMs += random.nextInt(3_000);
                    forEach(subtask -> subtask.time(nowMs));
                } else if (event < 92) {
                    int store = random.nextInt(2);
                    stopped[store] = !stopped[store];
                    if (stopped[store]) {
                        stores.get(store).stop();
                    } else {
                        stores.get(store).start();
                    }
                } else if (event < 97) {
                    checkpoint();
                } else {
                    crash();
                }
                forEach(StoreHarness::runMails);
            }
            stores.forEach(TestingStore::start);
            for (int i = 0; i < 4; i++) {
                nowMs += 6_000;
                forEach(subtask -> subtask.time(nowMs));
                forEach(StoreHarness::settle);
            }
            Map<String, Kline> stored = new TreeMap<>(stores.get(0).klines());
            stored.putAll(stores.get(1).klines());
            assertThat(stored).isEqualTo(newest);
            for (StoreHarness<Pair, KlineUpdates> subtask : subtasks) {
                assertThat(subtask.waitingRows()).isZero();
                if (!rocksDb) {
                    assertThat(subtask.keyedStateSize()).isZero();
                }
                subtask.close();
            }
        }

        private void update() throws Exception {
            Pair pair = new Pair("1", "a".repeat(1 + random.nextInt(PAIRS)));
            Kline[] klines = new Kline[1 + random.nextInt(3)];
            for (int i = 0; i < klines.length; i++) {
                int minute = random.nextInt(MINUTES);
                Kline held = newest.get(TestingStore.key(new PairKline(pair, open(minute, 1))));
                long trades = held == null ? 1 : held.trades() + random.nextInt(2);
                boolean isClosed = (held != null && held.closed()) || random.nextInt(4) == 0;
                klines[i] = isClosed ? closed(minute, trades) : open(minute, trades);
                newest.put(TestingStore.key(new PairKline(pair, klines[i])), klines[i]);
            }
            KlineUpdates update = updates(pair, klines);
            since.add(update);
            process(update);
        }

        private void process(KlineUpdates update) throws Exception {
            for (StoreHarness<Pair, KlineUpdates> subtask : subtasks) {
                if (subtask.isOf(update.pair())) {
                    subtask.process(update);
                }
            }
        }

        private void checkpoint() throws Exception {
            checkpoints++;
            OperatorSubtaskState[] states = new OperatorSubtaskState[subtasks.size()];
            for (int i = 0; i < states.length; i++) {
                states[i] = subtasks.get(i).snapshot(checkpoints);
            }
            checkpoint = AbstractStreamOperatorTestHarness.repackageState(states);
            checkpointSubtasks = states.length;
            since.clear();
        }

        private void crash() throws Exception {
            for (StoreHarness<Pair, KlineUpdates> subtask : subtasks) {
                subtask.cancel();
                subtask.close();
            }
            subtasks.clear();
            start(1 + random.nextInt(2));
            for (KlineUpdates update : since) {
                process(update);
            }
        }

        private void start(int parallelism) throws Exception {
            for (int subtask = 0; subtask < parallelism; subtask++) {
                StoreHarness<Pair, KlineUpdates> harness =
                        new StoreHarness<>(
                                new TestOperator(2, 100_000),
                                KlineUpdates::pair,
                                CodecTypeInfo.PAIR,
                                parallelism,
                                subtask);
                StateBackend backend =
                        rocksDb ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
                harness.backend(backend);
                if (checkpoint != null) {
                    harness.restore(
                            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                    checkpoint,
                                    KEY_GROUPS,
                                    checkpointSubtasks,
                                    parallelism,
                                    subtask));
                }
                harness.open();
                harness.time(nowMs);
                subtasks.add(harness);
            }
        }

        private interface Step {
            void with(StoreHarness<Pair, KlineUpdates> subtask) throws Exception;
        }

        private void forEach(Step step) throws Exception {
            for (StoreHarness<Pair, KlineUpdates> subtask : subtasks) {
                step.with(subtask);
            }
        }
    }

    private static StoreHarness<Pair, KlineUpdates> harness(int lanes, long maxRows)
            throws Exception {
        return new StoreHarness<>(
                new TestOperator(lanes, maxRows), KlineUpdates::pair, CodecTypeInfo.PAIR);
    }
}
