package io.dexklines.codec;

import static java.util.Map.entry;

import io.dexklines.codec.CodecSerializer.Codec;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.KlineUpdatesCodec;
import io.dexklines.kline.PairKlines;
import io.dexklines.kline.PairKlinesCodec;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.ClusterAlertCodec;
import io.dexklines.smartmoney.Cooldown;
import io.dexklines.smartmoney.CooldownCodec;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.FollowCodec;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.ListChangeCodec;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.NotificationCodec;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.SmartMoneyTradeCodec;
import io.dexklines.smartmoney.TokenBuys;
import io.dexklines.smartmoney.TokenBuysCodec;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletCodec;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.smartmoney.WalletTradeCodec;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.PairSwapsCodec;
import io.dexklines.trade.TradeBatch;
import io.dexklines.trade.TradeBatchCodec;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * The types of the pure packages that travel through Flink by a codec of their own.
 *
 * @param <T> the type
 */
public final class CodecTypeInfo<T> extends TypeInformation<T> {

    /** The names stand in savepoints: never change one. */
    private static final Map<String, Codec<?>> CODECS =
            Map.ofEntries(
                    entry(
                            "pair",
                            Codec.<Pair>ofImmutable(
                                    PairSwapsCodec::writePair, PairSwapsCodec::readPair)),
                    entry(
                            "pair-swaps",
                            Codec.<PairSwaps>ofImmutable(
                                    PairSwapsCodec::write, PairSwapsCodec::read)),
                    entry(
                            "pair-klines",
                            new Codec<PairKlines>(
                                    PairKlinesCodec::write,
                                    PairKlinesCodec::read,
                                    PairKlines::copy,
                                    false)),
                    entry(
                            "kline-updates",
                            Codec.<KlineUpdates>ofImmutable(
                                    KlineUpdatesCodec::write, KlineUpdatesCodec::read)),
                    entry(
                            "trade-batch",
                            Codec.<TradeBatch>ofImmutable(
                                    TradeBatchCodec::write, TradeBatchCodec::read)),
                    entry(
                            "wallet",
                            Codec.<Wallet>ofImmutable(WalletCodec::write, WalletCodec::read)),
                    entry(
                            "follow",
                            Codec.<Follow>ofImmutable(FollowCodec::write, FollowCodec::read)),
                    entry(
                            "list-change",
                            Codec.<ListChange>ofImmutable(
                                    ListChangeCodec::write, ListChangeCodec::read)),
                    entry(
                            "wallet-trade",
                            Codec.<WalletTrade>ofImmutable(
                                    WalletTradeCodec::write, WalletTradeCodec::read)),
                    entry(
                            "cooldown",
                            Codec.<Cooldown>ofImmutable(CooldownCodec::write, CooldownCodec::read)),
                    entry(
                            "token-buys",
                            Codec.<TokenBuys>ofImmutable(
                                    TokenBuysCodec::write, TokenBuysCodec::read)),
                    entry(
                            "smart-money-trade",
                            Codec.<SmartMoneyTrade>ofImmutable(
                                    SmartMoneyTradeCodec::write, SmartMoneyTradeCodec::read)),
                    entry(
                            "notification",
                            Codec.<Notification>ofImmutable(
                                    NotificationCodec::write, NotificationCodec::read)),
                    entry(
                            "cluster-alert",
                            Codec.<ClusterAlert>ofImmutable(
                                    ClusterAlertCodec::write, ClusterAlertCodec::read)));

    /** A pair, as key. */
    public static final CodecTypeInfo<Pair> PAIR = new CodecTypeInfo<>("pair", Pair.class);

    /** The swaps of one pair in one record. */
    public static final CodecTypeInfo<PairSwaps> PAIR_SWAPS =
            new CodecTypeInfo<>("pair-swaps", PairSwaps.class);

    /** The state of the engine. */
    public static final CodecTypeInfo<PairKlines> PAIR_KLINES =
            new CodecTypeInfo<>("pair-klines", PairKlines.class);

    /** What the engine emits. */
    public static final CodecTypeInfo<KlineUpdates> KLINE_UPDATES =
            new CodecTypeInfo<>("kline-updates", KlineUpdates.class);

    /** The valid swaps of one record. */
    public static final CodecTypeInfo<TradeBatch> TRADE_BATCH =
            new CodecTypeInfo<>("trade-batch", TradeBatch.class);

    /** A wallet, as key. */
    public static final CodecTypeInfo<Wallet> WALLET = new CodecTypeInfo<>("wallet", Wallet.class);

    /** That a user follows a wallet. */
    public static final CodecTypeInfo<Follow> FOLLOW = new CodecTypeInfo<>("follow", Follow.class);

    /** A change of the wallets or their followers. */
    public static final CodecTypeInfo<ListChange> LIST_CHANGE =
            new CodecTypeInfo<>("list-change", ListChange.class);

    /** A trade that passed the wallet filter. */
    public static final CodecTypeInfo<WalletTrade> WALLET_TRADE =
            new CodecTypeInfo<>("wallet-trade", WalletTrade.class);

    /** A trade of a listed wallet. */
    public static final CodecTypeInfo<SmartMoneyTrade> SMART_MONEY_TRADE =
            new CodecTypeInfo<>("smart-money-trade", SmartMoneyTrade.class);

    /** That a user is to be told of a trade. */
    public static final CodecTypeInfo<Notification> NOTIFICATION =
            new CodecTypeInfo<>("notification", Notification.class);

    /** That several wallets bought the same token. */
    public static final CodecTypeInfo<ClusterAlert> CLUSTER_ALERT =
            new CodecTypeInfo<>("cluster-alert", ClusterAlert.class);

    /** That a user was told, in state. */
    public static final CodecTypeInfo<Cooldown> COOLDOWN =
            new CodecTypeInfo<>("cooldown", Cooldown.class);

    /** The buys of a token, in state. */
    public static final CodecTypeInfo<TokenBuys> TOKEN_BUYS =
            new CodecTypeInfo<>("token-buys", TokenBuys.class);

    private static final long serialVersionUID = 1L;

    private final String name;
    private final Class<T> type;

    private CodecTypeInfo(String name, Class<T> type) {
        this.name = name;
        this.type = type;
    }

    @SuppressWarnings("unchecked") // a name stands for one type
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
