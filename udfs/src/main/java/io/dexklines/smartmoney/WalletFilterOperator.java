package io.dexklines.smartmoney;

import io.dexklines.trade.TradeBatch;
import io.dexklines.wallet.ListChange;
import io.dexklines.wallet.WalletTrade;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Lets the trades of wallets pass that may be listed. */
final class WalletFilterOperator extends AbstractStreamOperator<WalletTrade>
        implements TwoInputStreamOperator<TradeBatch, ListChange, WalletTrade> {

    private static final long serialVersionUID = 1L;

    private final SmartMoneyRules rules;

    WalletFilterOperator(SmartMoneyRules rules) {
        this.rules = rules;
    }

    @Override
    public void processElement1(StreamRecord<TradeBatch> element) {}

    @Override
    public void processElement2(StreamRecord<ListChange> element) {}
}
