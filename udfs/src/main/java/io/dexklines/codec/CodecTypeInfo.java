package io.dexklines.codec;

import io.dexklines.clock.ClockState;
import io.dexklines.codec.CodecSerializer.Codec;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.PairKlines;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyEvent;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.TokenBuys;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletMemory.Cooldown;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.PairTape;
import io.dexklines.trade.TradeBatch;
import io.dexklines.trade.TradeId;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * The type information of core's types that have a byte format of their own. The names are part of
 * savepoints: never change one.
 *
 * @param <T> the type
 */
public final class CodecTypeInfo<T> extends TypeInformation<T> {

    private static final long serialVersionUID = 1L;

    /** The codecs by name. Filled by the constants below, so it is declared before them. */
    private static final Map<String, Codec<?>> CODECS = new HashMap<>();

    /** The key of klines. */
    public static final CodecTypeInfo<Pair> PAIR =
            of("pair", Pair.class, new Codec<>(Pair::write, Pair::read));

    /** The input of the kline operator. */
    public static final CodecTypeInfo<PairSwaps> PAIR_SWAPS =
            of("pair-swaps", PairSwaps.class, new Codec<>(PairSwaps::write, PairSwaps::read));

    /** The keyed state of the kline operator. */
    public static final CodecTypeInfo<PairKlines> PAIR_KLINES =
            of(
                    "pair-klines",
                    PairKlines.class,
                    new Codec<>(PairKlines::write, PairKlines::read, PairKlines::copy));

    /** The output of the kline operator. */
    public static final CodecTypeInfo<KlineUpdates> KLINE_UPDATES =
            of(
                    "kline-updates",
                    KlineUpdates.class,
                    new Codec<>(KlineUpdates::write, KlineUpdates::read));

    /** The trades of a tape, an output of the kline operator. */
    public static final CodecTypeInfo<PairTape> PAIR_TAPE =
            of("pair-tape", PairTape.class, new Codec<>(PairTape::write, PairTape::read));

    /** A chain's clock, in the state of the kline operator. */
    public static final CodecTypeInfo<ClockState> CLOCK_STATE =
            of("clock-state", ClockState.class, new Codec<>(ClockState::write, ClockState::read));

    /** The identity of a trade, a key of map state. */
    public static final CodecTypeInfo<TradeId> TRADE_ID =
            of("trade-id", TradeId.class, new Codec<>(TradeId::write, TradeId::read));

    /** The input of the wallet filter. */
    public static final CodecTypeInfo<TradeBatch> TRADE_BATCH =
            of("trade-batch", TradeBatch.class, new Codec<>(TradeBatch::write, TradeBatch::read));

    /** The key of smart-money state. */
    public static final CodecTypeInfo<Wallet> WALLET =
            of("wallet", Wallet.class, new Codec<>(Wallet::write, Wallet::read));

    /** A user's follow of a wallet, in state. */
    public static final CodecTypeInfo<Follow> FOLLOW =
            of("follow", Follow.class, new Codec<>(Follow::write, Follow::read));

    /** A change of the wallets or their followers. */
    public static final CodecTypeInfo<ListChange> LIST_CHANGE =
            of("list-change", ListChange.class, new Codec<>(ListChange::write, ListChange::read));

    /** A trade that passed the wallet filter or waits in it. */
    public static final CodecTypeInfo<WalletTrade> WALLET_TRADE =
            of(
                    "wallet-trade",
                    WalletTrade.class,
                    new Codec<>(WalletTrade::write, WalletTrade::read));

    /** A trade of a smart-money wallet. */
    public static final CodecTypeInfo<SmartMoneyTrade> SMART_MONEY_TRADE =
            of(
                    "smart-money-trade",
                    SmartMoneyTrade.class,
                    new Codec<>(SmartMoneyTrade::write, SmartMoneyTrade::read));

    /** A notification of a follower. */
    public static final CodecTypeInfo<Notification> NOTIFICATION =
            of(
                    "notification",
                    Notification.class,
                    new Codec<>(Notification::write, Notification::read));

    /** An alert that several wallets bought the same token. */
    public static final CodecTypeInfo<ClusterAlert> CLUSTER_ALERT =
            of(
                    "cluster-alert",
                    ClusterAlert.class,
                    new Codec<>(ClusterAlert::write, ClusterAlert::read));

    /** A hit, a notification or a cluster at its place in their order. */
    public static final CodecTypeInfo<SmartMoneyEvent> SMART_MONEY_EVENT =
            of(
                    "smart-money-event",
                    SmartMoneyEvent.class,
                    new Codec<>(SmartMoneyEvent::write, SmartMoneyEvent::read));

    /** The last notification of a follower of a pair, in state. */
    public static final CodecTypeInfo<Cooldown> COOLDOWN =
            of("cooldown", Cooldown.class, new Codec<>(Cooldown::write, Cooldown::read));

    /** The recent buys of a token, in state. */
    public static final CodecTypeInfo<TokenBuys> TOKEN_BUYS =
            of("token-buys", TokenBuys.class, new Codec<>(TokenBuys::write, TokenBuys::read));

    private final String name;
    private final Class<T> type;

    private CodecTypeInfo(String name, Class<T> type) {
        this.name = name;
        this.type = type;
    }

    private static <T> CodecTypeInfo<T> of(String name, Class<T> type, Codec<T> codec) {
        CODECS.put(name, codec);
        return new CodecTypeInfo<>(name, type);
    }

    @SuppressWarnings("unchecked") // each name is registered with one type
    static <T> Codec<T> codec(String name) {
        return (Codec<T>) CODECS.get(name);
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return new CodecSerializer<>(name);
    }

    @Override
    public Class<T> getTypeClass() {
        return type;
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public boolean isKeyType() {
        return type == Pair.class || type == Wallet.class;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof CodecTypeInfo;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CodecTypeInfo<?> info && name.equals(info.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return type.getSimpleName();
    }
}
