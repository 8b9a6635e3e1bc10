package io.dexklines.operator.smartmoney;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.ClusterDecisions;
import io.dexklines.smartmoney.ClusterDecisions.Decision;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.TokenBuys;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Detects tokens that several smart-money wallets bought within a short time. This class provides
 * {@link ClusterDecisions} with keyed state. Each token has one timer, at the expiry of its state
 * as of the time when the timer was set. If later buys have extended the expiry, the timer is set
 * again.
 *
 * <p>The input must not send {@link
 * org.apache.flink.streaming.api.watermark.Watermark#MAX_WATERMARK} at its end, which would clear
 * the state of all tokens. {@link SmartMoneyOperator} does not.
 */
public final class WalletClusters
        extends KeyedProcessFunction<String, SmartMoneyTrade, ClusterAlert> {

    private static final long serialVersionUID = 1L;

    /** Part of the savepoint: never rename. */
    private static final String BUYS_STATE = "buys";

    private final SmartMoneyRules rules;

    private transient ClusterDecisions decisions;
    private transient ValueState<TokenBuys> buys;
    private transient Counter alerts;

    /** Creates the function. */
    public WalletClusters(SmartMoneyRules rules) {
        this.rules = rules;
    }

    @Override
    public void open(OpenContext context) {
        decisions =
                new ClusterDecisions(
                        rules.clusterWallets(), rules.clusterWindowMs(), rules.clusterMinUsd());
        buys =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>(BUYS_STATE, CodecTypeInfo.TOKEN_BUYS));
        alerts =
                getRuntimeContext()
                        .getMetricGroup()
                        .counter(SmartMoneyMetric.CLUSTERS.metricName());
    }

    @Override
    public void processElement(SmartMoneyTrade hit, Context context, Collector<ClusterAlert> out)
            throws Exception {
        if (!decisions.counts(hit.trade())) {
            return;
        }
        TokenBuys before = buys.value();
        Decision decision = decisions.decide(before, hit, context.timestamp());
        buys.update(decision.token());
        if (before == null) {
            context.timerService().registerEventTimeTimer(decision.token().untilMs());
        }
        if (decision.alert() != null) {
            alerts.inc();
            out.collect(decision.alert());
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<ClusterAlert> out)
            throws Exception {
        long untilMs = buys.value().untilMs();
        if (untilMs <= context.timerService().currentWatermark()) {
            buys.clear();
        } else {
            context.timerService().registerEventTimeTimer(untilMs);
        }
    }
}
