package io.dexklines.operator.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.TradeBuilder;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.trade.TradeBatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.connector.source.util.ratelimit.GuavaRateLimiter;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimitedSourceReader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs the smart-money graph on a cluster, with lists that go on as the topics do. */
class SmartMoneyITCase {

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    private static final long NOON = 1_772_193_600L;
    private static final long ONE_DAY_MS = 86_400_000;
    private static final int WALLETS = 30;
    private static final int TRADERS = 600;
    private static final long FIRST = 1;
    private static final long LAST = 2;
    private static final int SUBTASKS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final SmartMoneyRules RULES =
            new SmartMoneyRules(
                    0.001, 1000, 100_000, 100_000, ONE_DAY_MS, ONE_DAY_MS, WALLETS, 1_800_000, 0);

    /** Whether the job was resumed; read by its subtasks. */
    private static final AtomicBoolean RESUMED = new AtomicBoolean();

    @Test
    void findsEachRedeliveredTradeOfAListedWalletOnceAndNoOthers() throws Exception {
        StreamExecutionEnvironment env = environment(new Configuration());
        DataStream<String> notified =
                results(
                        env,
                        env.fromData(batches(), CodecTypeInfo.TRADE_BATCH)
                                .uid("trades")
                                .rebalance()
                                .map(batch -> batch)
                                .returns(CodecTypeInfo.TRADE_BATCH)
                                .uid("two-subtasks"));

        List<String> expected = new ArrayList<>();
        for (int i = 0; i < WALLETS; i++) {
            expected.add(found(i, FIRST));
            expected.add(notified(i, FIRST));
            // whatever else is found of the wallet is found before these
            for (int subtask = 0; subtask < SUBTASKS; subtask++) {
                expected.add(found(i, LAST + subtask));
                expected.add(notified(i, LAST + subtask));
            }
        }
        expected.add(WALLETS + " wallets bought 0xt");
        assertThat(notified.executeAndCollect(expected.size()))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aDrainedJobRecognisesRedeliveredTradesWhenItIsResumed(@TempDir Path savepoints)
            throws Exception {
        RESUMED.set(false);
        StreamExecutionEnvironment env = environment(new Configuration());
        DataStream<String> results = results(env, redelivered(env));
        CloseableIterator<String> before = results.collectAsync();
        JobClient job = env.executeAsync();
        assertThat(List.of(before.next(), before.next()))
                .containsExactlyInAnyOrder(found(0, FIRST), notified(0, FIRST));
        String savepoint =
                job.stopWithSavepoint(
                                true, savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(before.hasNext()).isFalse();

        RESUMED.set(true);
        Configuration resume = new Configuration();
        resume.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        // the sink that collects the results has another uid in every job
        resume.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
        StreamExecutionEnvironment again = environment(resume);

        // each record has the redelivered trade before the new one
        assertThat(results(again, redelivered(again)).executeAndCollect(2))
                .containsExactlyInAnyOrder(found(0, LAST), notified(0, LAST));
    }

    private static StreamExecutionEnvironment environment(Configuration configuration) {
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(SUBTASKS);
        return env;
    }

    private static DataStream<String> results(
            StreamExecutionEnvironment env, DataStream<TradeBatch> trades) {
        DataStream<ListChange> lists =
                env.fromSource(new Numbers(), WatermarkStrategy.noWatermarks(), "Lists")
                        .uid("lists")
                        .setParallelism(1)
                        .map(SmartMoneyITCase::change)
                        .returns(CodecTypeInfo.LIST_CHANGE)
                        .uid("changes")
                        .setParallelism(1)
                        .assignTimestampsAndWatermarks(
                                WatermarkStrategy.forGenerator(context -> new WhenListsAreRead()))
                        .uid("read-up-to")
                        .setParallelism(1);
        SmartMoney found = SmartMoney.attach(trades, lists, RULES, SUBTASKS);
        return found.trades()
                .map(SmartMoneyITCase::text)
                .uid("found")
                .union(
                        found.notifications().map(SmartMoneyITCase::text).uid("notified"),
                        found.clusters().map(SmartMoneyITCase::text).uid("clusters"));
    }

    /** Returns every trade twice, and finally a trade of each wallet for each subtask. */
    private static List<TradeBatch> batches() {
        List<TradeBatch> batches = new ArrayList<>();
        for (int i = 0; i < TRADERS; i++) {
            Wallet wallet = i < WALLETS ? listed(i) : new Wallet("56", "0xb" + i);
            TradeBatch batch = batch(List.of(TradeBuilder.of(wallet, NOON).identity(FIRST)));
            batches.add(batch);
            batches.add(batch);
        }
        // the records are distributed in turn, so both subtasks have one of these as their last
        for (int subtask = 0; subtask < SUBTASKS; subtask++) {
            long identity = LAST + subtask;
            batches.add(
                    batch(
                            IntStream.range(0, WALLETS)
                                    .mapToObj(
                                            i ->
                                                    TradeBuilder.of(listed(i), NOON + 1)
                                                            .identity(identity))
                                    .toList()));
        }
        return batches;
    }

    /** Returns the same trade for ever and, once the job was resumed, a new one behind it. */
    private static DataStream<TradeBatch> redelivered(StreamExecutionEnvironment env) {
        return env.fromSource(new Numbers(), WatermarkStrategy.noWatermarks(), "Trades")
                .uid("trades")
                .setParallelism(1)
                .map(number -> batch(redelivered()))
                .returns(CodecTypeInfo.TRADE_BATCH)
                .uid("redelivered")
                .setParallelism(1);
    }

    private static List<TradeBuilder> redelivered() {
        TradeBuilder first = TradeBuilder.of(listed(0), NOON).identity(FIRST);
        TradeBuilder last = TradeBuilder.of(listed(0), NOON + 1).identity(LAST);
        return RESUMED.get() ? List.of(first, last) : List.of(first);
    }

    private static TradeBatch batch(List<TradeBuilder> trades) {
        return new TradeBatch("trades", 0, 0, trades.stream().map(TradeBuilder::trade).toList());
    }

    /** Returns the lists, one change a number, and then the same changes again and again. */
    private static ListChange change(long number) {
        Wallet wallet = listed((int) (number / 2 % WALLETS));
        return number % 2 == 0
                ? ListChange.followed(Follow.ofAll(wallet, "user"))
                : ListChange.listed(wallet, "label");
    }

    private static Wallet listed(int number) {
        return new Wallet("56", "0xa" + number);
    }

    private static String found(int wallet, long identity) {
        return "found #" + identity + " of 0xa" + wallet;
    }

    private static String notified(int wallet, long identity) {
        return "user is notified of #" + identity + " of 0xa" + wallet;
    }

    private static String text(SmartMoneyTrade one) {
        return "found #" + one.trade().identity().low() + " of " + one.wallet().address();
    }

    private static String text(Notification one) {
        return one.userId()
                + " is notified of #"
                + one.trade().trade().identity().low()
                + " of "
                + one.trade().wallet().address();
    }

    private static String text(ClusterAlert one) {
        return one.wallets().size() + " wallets bought " + one.tokenAddress();
    }

    /** A source of ascending numbers that does not end. */
    private static final class Numbers extends NumberSequenceSource {

        private static final long serialVersionUID = 1L;

        private static final double PER_SECOND = 1000;

        Numbers() {
            super(0, Long.MAX_VALUE / 2);
        }

        @Override
        public SourceReader<Long, NumberSequenceSplit> createReader(SourceReaderContext context) {
            return new RateLimitedSourceReader<>(
                    super.createReader(context), new GuavaRateLimiter<>(PER_SECOND));
        }
    }

    /** Says that the lists are read up to now, once they have been read. */
    private static final class WhenListsAreRead implements WatermarkGenerator<ListChange> {

        private int changes;

        @Override
        public void onEvent(ListChange change, long timestampMs, WatermarkOutput output) {
            changes++;
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            if (changes >= 2 * WALLETS) {
                output.emitWatermark(new Watermark(System.currentTimeMillis()));
            }
        }
    }
}
