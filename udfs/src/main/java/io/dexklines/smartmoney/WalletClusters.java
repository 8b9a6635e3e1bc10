package io.dexklines.smartmoney;

import io.dexklines.trade.Address;
import io.dexklines.trade.Trade;
import io.dexklines.wallet.ClusterAlert;
import io.dexklines.wallet.SmartMoneyTrade;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Finds tokens that several wallets bought within a short time. */
final class WalletClusters extends KeyedProcessFunction<String, SmartMoneyTrade, ClusterAlert> {

    private static final long serialVersionUID = 1L;

    private final SmartMoneyRules rules;

    WalletClusters(SmartMoneyRules rules) {
        this.rules = rules;
    }

    /** What is clustered by: the token, or the pair where the trade does not name its token. */
    static String tokenOf(SmartMoneyTrade hit) {
        Trade trade = hit.trade();
        String token = trade.labels().tokenAddress();
        return trade.chainId()
                + ":"
                + (token.isEmpty()
                        ? trade.pairAddress()
                        : Address.compared(trade.chainId(), token));
    }

    @Override
    public void processElement(SmartMoneyTrade hit, Context context, Collector<ClusterAlert> out) {}
}
