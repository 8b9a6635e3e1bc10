package io.dexklines.smartmoney;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.wallet.ListChange;
import io.dexklines.wallet.Notification;
import io.dexklines.wallet.SmartMoneyTrade;
import io.dexklines.wallet.WalletTrade;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/** Checks exactly what passed the filter. */
final class SmartMoneyOperator extends AbstractStreamOperator<SmartMoneyTrade>
        implements TwoInputStreamOperator<WalletTrade, ListChange, SmartMoneyTrade> {

    /** Who is to be told. */
    static final OutputTag<Notification> NOTIFICATIONS =
            new OutputTag<>("notifications", CodecTypeInfo.NOTIFICATION);

    private static final long serialVersionUID = 1L;

    private final SmartMoneyRules rules;

    SmartMoneyOperator(SmartMoneyRules rules) {
        this.rules = rules;
    }

    @Override
    public void processElement1(StreamRecord<WalletTrade> element) {}

    @Override
    public void processElement2(StreamRecord<ListChange> element) {}
}
