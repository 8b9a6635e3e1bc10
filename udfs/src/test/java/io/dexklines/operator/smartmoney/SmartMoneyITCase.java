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
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the smart-money graph on a cluster, with lists and trades that end in any order. */
class SmartMoneyITCase {

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    private static final long NOON = 1_772_193_600L;
    private static final int WALLETS = 30;
    private static final int MORE_THAN_ALL = 1000;

    private static final SmartMoneyRules RULES =
            new SmartMoneyRules(
                    0.001, 1000, 100_000, 86_400_000, 86_400_000, WALLETS, 1_800_000, 0);

    @Test
    void findsEachRedeliveredTradeOfAListedWalletOnceAndNoOthers() throws Exception {
        Configuration strict = new Configuration();
        strict.set(PipelineOptions.GENERIC_TYPES, false);
        strict.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        strict.set(PipelineOptions.OBJECT_REUSE, true);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(strict);
        env.setParallelism(2);
        SmartMoney found =
                SmartMoney.attach(
                        env.fromData(batches(), CodecTypeInfo.TRADE_BATCH)
                                .uid("trades")
                                .rebalance()
                                .map(batch -> batch)
                                .returns(CodecTypeInfo.TRADE_BATCH)
                                .uid("two-subtasks"),
                        env.fromData(lists(), CodecTypeInfo.LIST_CHANGE).uid("lists"),
                        RULES,
                        2);

        DataStream<String> notified =
                found.trades()
                        .map(SmartMoneyITCase::text)
                        .uid("found")
                        .union(
                                found.notifications().map(SmartMoneyITCase::text).uid("notified"),
                                found.clusters().map(SmartMoneyITCase::text).uid("clusters"));

        List<String> expected = new ArrayList<>();
        for (int i = 0; i < WALLETS; i++) {
            expected.add("found 0xa" + i);
            expected.add("user is notified of 0xa" + i);
        }
        expected.add(WALLETS + " wallets bought 0xt");
        assertThat(notified.executeAndCollect(MORE_THAN_ALL))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<TradeBatch> batches() {
        List<TradeBatch> batches = new ArrayList<>();
        for (int i = 0; i < 20 * WALLETS; i++) {
            Wallet wallet = i < WALLETS ? listed(i) : new Wallet("56", "0xb" + i);
            TradeBatch batch =
                    new TradeBatch(
                            "trades", 0, i, List.of(TradeBuilder.of(wallet, NOON + i).trade()));
            batches.add(batch);
            batches.add(batch);
        }
        return batches;
    }

    private static List<ListChange> lists() {
        List<ListChange> lists = new ArrayList<>();
        for (int i = 0; i < WALLETS; i++) {
            lists.add(ListChange.followed(Follow.ofAll(listed(i), "user")));
            lists.add(ListChange.listed(listed(i), "label " + i));
        }
        return lists;
    }

    private static Wallet listed(int number) {
        return new Wallet("56", "0xa" + number);
    }

    private static String text(SmartMoneyTrade one) {
        return "found " + one.wallet().address();
    }

    private static String text(Notification one) {
        return one.userId() + " is notified of " + one.trade().wallet().address();
    }

    private static String text(ClusterAlert one) {
        return one.wallets().size() + " wallets bought " + one.tokenAddress();
    }
}
