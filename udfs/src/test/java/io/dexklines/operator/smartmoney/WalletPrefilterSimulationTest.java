package io.dexklines.operator.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.TradeBuilder;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.TradeBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/**
 * The prefilter and the filter of a subtask in random interleavings with the clock, the lists, the
 * edge between them and checkpoints. A trade must pass both exactly once if its wallet was listed
 * when it was read and has been ever since, and at most once otherwise.
 */
class WalletPrefilterSimulationTest {

    private static final long NOON = 1_772_193_600L;
    private static final long START_MS = NOON * 1000;
    private static final int SEEDS = 50;
    private static final int STEPS = 300;
    private static final int WALLETS = 200;

    private static final SmartMoneyRules RULES =
            new SmartMoneyRules(1e-9, 1000, 20, 1000, 1000, 1000, 3, 1000, 0);

    /** A change of the lists and the time of the clock at which it was made. */
    private record Made(ListChange change, long ms) {}

    /** The result of one simulation. */
    private record Result(int trades, int missed, int passedTwice, int crossedTheEdge) {}

    @Test
    void noTradeOfAListedWalletIsMissed() throws Exception {
        int trades = 0;
        int crossed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Result result = new Run(seed, false).run();
            assertThat(result.missed()).as("missed with seed %d", seed).isZero();
            assertThat(result.passedTwice()).as("passed twice with seed %d", seed).isZero();
            trades += result.trades();
            crossed += result.crossedTheEdge();
        }
        assertThat(crossed).as("of %d trades", trades).isBetween(trades / 10, trades * 9 / 10);
    }

    @Test
    void listsThatPromiseTooMuchAreFound() throws Exception {
        int missed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            missed += new Run(seed, true).run().missed();
        }
        assertThat(missed).isPositive();
    }

    private static final class Run {
        private final Random random;
        private final boolean promisesTooMuch;
        private final TwoInputStreamOperatorTestHarness<TradeBatch, ListChange, WalletTrade> filter;
        private final OneInputStreamOperatorTestHarness<TradeBatch, TradeBatch> prefilter;

        private final List<Made> topic = new ArrayList<>();
        private final Set<Wallet> listed = new HashSet<>();
        private final Deque<TradeBatch> edge = new ArrayDeque<>();
        private final Map<Long, Integer> passes = new HashMap<>();

        /** The trades that must pass, with their wallets. */
        private final Map<Long, Wallet> mustPass = new HashMap<>();

        private long nowMs = START_MS;
        private long progressMs = Long.MIN_VALUE;
        private int listsRead;
        private int trades;
        private int crossed;

        Run(long seed, boolean promisesTooMuch) throws Exception {
            this.random = new Random(seed);
            this.promisesTooMuch = promisesTooMuch;
            filter =
                    new TwoInputStreamOperatorTestHarness<>(
                            new WalletFilterOperator(RULES), 16, 1, 0);
            filter.setup(CodecTypeInfo.WALLET_TRADE.createSerializer(null));
            filter.setProcessingTime(nowMs);
            filter.open();
            prefilter =
                    new OneInputStreamOperatorTestHarness<>(
                            new WalletPrefilterOperator(RULES),
                            new MockEnvironmentBuilder()
                                    .setTaskName("prefilter")
                                    .setManagedMemorySize(3 * 1024 * 1024)
                                    .setMaxParallelism(16)
                                    .setJobID(
                                            ((WalletFilterOperator) filter.getOperator())
                                                    .getRuntimeContext()
                                                    .getJobInfo()
                                                    .getJobId())
                                    .build());
            prefilter.setup(CodecTypeInfo.TRADE_BATCH.createSerializer(null));
            prefilter.setProcessingTime(nowMs);
            prefilter.open();
        }

        Result run() throws Exception {
            try (filter;
                    prefilter) {
                for (int step = 0; step < STEPS; step++) {
                    switch (random.nextInt(8)) {
                        case 0, 1, 7 -> readTrades();
                        case 2 -> changeLists();
                        case 3 -> readLists(nowMs - 1 - random.nextInt(50));
                        case 4 -> passTime(random.nextInt(100));
                        case 5 -> moveEdge(random.nextInt(3));
                        default -> {
                            if (random.nextInt(5) == 0) {
                                prefilter.prepareSnapshotPreBarrier(step);
                                takePassed();
                            }
                        }
                    }
                }
                prefilter.endInput();
                takePassed();
                moveEdge(Integer.MAX_VALUE);
                passTime(1000);
                readLists(nowMs);
                takeFiltered();
            }
            return new Result(
                    trades,
                    (int) mustPass.keySet().stream().filter(id -> !passes.containsKey(id)).count(),
                    (int) passes.values().stream().filter(times -> times > 1).count(),
                    crossed);
        }

        private void readTrades() throws Exception {
            List<TradeBuilder> read =
                    IntStream.range(0, 1 + random.nextInt(4))
                            .mapToObj(i -> TradeBuilder.of(trader(), NOON).identity(trades++))
                            .toList();
            for (TradeBuilder trade : read) {
                if (listed.contains(trade.wallet())) {
                    mustPass.put(trade.identity(), trade.wallet());
                }
            }
            prefilter.processElement(
                    new StreamRecord<>(
                            new TradeBatch(
                                    "trades",
                                    0,
                                    0,
                                    read.stream().map(TradeBuilder::trade).toList())));
            takePassed();
        }

        /** Returns the wallet that was listed or removed last, or any. */
        private Wallet trader() {
            return topic.isEmpty() || random.nextBoolean()
                    ? wallet()
                    : topic.get(topic.size() - 1).change().wallet();
        }

        private Wallet wallet() {
            return new Wallet("56", "0xa" + random.nextInt(WALLETS));
        }

        private void changeLists() {
            Wallet wallet = wallet();
            if (listed.remove(wallet)) {
                mustPass.values().removeIf(wallet::equals);
                topic.add(new Made(ListChange.unlisted(wallet), nowMs));
            } else {
                listed.add(wallet);
                topic.add(new Made(ListChange.listed(wallet, ""), nowMs));
            }
        }

        /** Delivers all changes that were made up to a time, and then that the lists are known. */
        private void readLists(long ms) throws Exception {
            if (promisesTooMuch && random.nextBoolean()) {
                progress(ms);
            }
            while (listsRead < topic.size() && topic.get(listsRead).ms() <= ms) {
                filter.processElement2(new StreamRecord<>(topic.get(listsRead++).change()));
            }
            progress(ms);
            takeFiltered();
        }

        private void progress(long ms) throws Exception {
            if (ms > progressMs) {
                progressMs = ms;
                filter.processWatermark2(new Watermark(ms));
                // a source task that runs between a promise and the changes
                passTime(random.nextInt(2) * WalletPrefilterOperator.DECIDE_EVERY_MS);
            }
        }

        private void passTime(long ms) throws Exception {
            nowMs += ms;
            filter.setProcessingTime(nowMs);
            prefilter.setProcessingTime(nowMs);
            takePassed();
        }

        private void moveEdge(int batches) throws Exception {
            for (int i = 0; i < batches && !edge.isEmpty(); i++) {
                filter.processElement1(new StreamRecord<>(edge.remove()));
            }
            takeFiltered();
        }

        private void takePassed() {
            for (Object next; (next = prefilter.getOutput().poll()) != null; ) {
                TradeBatch batch = (TradeBatch) ((StreamRecord<?>) next).getValue();
                crossed += batch.trades().size();
                edge.add(batch);
            }
        }

        private void takeFiltered() {
            for (Object next; (next = filter.getOutput().poll()) != null; ) {
                if (next instanceof StreamRecord<?> record) {
                    passes.merge(
                            ((WalletTrade) record.getValue()).trade().identity().low(),
                            1,
                            Integer::sum);
                }
            }
        }
    }
}
