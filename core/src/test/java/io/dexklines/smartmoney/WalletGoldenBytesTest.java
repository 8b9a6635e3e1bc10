package io.dexklines.smartmoney;

import static org.assertj.core.api.Assertions.assertThatIOException;

import io.dexklines.kline.Bytes;
import io.dexklines.kline.Golden;
import io.dexklines.smartmoney.ClusterAlert.Member;
import io.dexklines.smartmoney.TokenBuys.Buy;
import io.dexklines.smartmoney.TokenBuys.Cluster;
import io.dexklines.smartmoney.WalletMemory.Cooldown;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeBatch;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradeIdentity;
import io.dexklines.trade.TradePosition;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the bytes of trade batches and of the smart-money types, see {@link Golden}. */
class WalletGoldenBytesTest {

    private static final Wallet WHALE =
            new Wallet("56", "0x58f876857a02d6762e0101bb5c46a8c1ed44dc16");
    private static final Wallet SHARK =
            new Wallet("100000", "5R7YGYuHNizsgmjTMS94cr138Gjdv8GpEGuuMBQA1HZR");
    private static final String LABEL = "W\u00f6le \ud83d\udc33";

    /**
     * Trades with every flag and with extreme numbers. Some successive trades share strings, others
     * do not.
     */
    private static final List<Trade> TRADES =
            List.of(
                    trade(WHALE, "0xp", "0xh1", true, false, 1.5),
                    trade(WHALE, "0xp", "0xh1", false, true, 1e-300),
                    trade(SHARK, "Pool", "sig", true, true, 1e300),
                    trade(SHARK, "Pool2", "sig", false, false, 0));

    private static final Follow FOLLOW =
            new Follow(WHALE, "user \ud83d\ude00", Side.SELL, 0.5, 1e6, 3600);
    private static final SmartMoneyTrade HIT =
            new SmartMoneyTrade(WHALE, LABEL, true, TRADES.get(0));

    /**
     * A type under test.
     *
     * @param name the name of its fixtures
     * @param plural the name of the type in its codec's error messages
     */
    private record Type<T>(
            String name,
            int newest,
            T value,
            Write<T> write,
            Bytes.Reading<T> read,
            String plural) {

        private interface Write<T> {
            void write(T value, DataOutput out) throws IOException;
        }

        Type(String name, int newest, T value, Write<T> write, Bytes.Reading<T> read) {
            this(name, newest, value, write, read, name.replace('-', ' ') + "s");
        }

        byte[] written() {
            return Bytes.of(out -> write.write(value, out));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Type<?>> types() {
        return List.of(
                new Type<>(
                        "trade-batch",
                        2,
                        new TradeBatch("bsc-trades", 3, 1L << 40, TRADES),
                        TradeBatch::write,
                        TradeBatch::read,
                        "trades"),
                new Type<>("follow", 1, FOLLOW, Follow::write, Follow::read),
                new Type<>(
                        "cooldown",
                        1,
                        new Cooldown(1_772_193_600L, Long.MAX_VALUE),
                        Cooldown::write,
                        Cooldown::read),
                new Type<>(
                        "token-buys",
                        2,
                        new TokenBuys(
                                1_772_193_600_123L,
                                1_772_193_600L,
                                List.of(
                                        new Buy(
                                                WHALE,
                                                LABEL,
                                                0.1,
                                                1_772_193_599L,
                                                TradeId.ofFormer(-5)),
                                        new Buy(
                                                SHARK,
                                                "",
                                                1e300,
                                                1_772_193_600L,
                                                TradeId.ofFormer(7))),
                                List.of(
                                        new Cluster(1_772_193_000L, 1_772_193_001L),
                                        new Cluster(0, 1L << 40))),
                        TokenBuys::write,
                        TokenBuys::read,
                        "the buys of a token"),
                changes(ListChange.listed(WHALE, LABEL)),
                changes(ListChange.unlisted(SHARK)),
                changes(ListChange.followed(FOLLOW)),
                changes(ListChange.unfollowed(SHARK, "user")),
                changes(ListChange.rebuildBegins(7)),
                changes(ListChange.rebuildListed(7, SHARK)),
                changes(ListChange.rebuildEnds(7)),
                changes(ListChange.refused("{\"reason\":\"the value is not JSON\"}")),
                new Type<>(
                        "wallet-trade",
                        2,
                        new WalletTrade(TRADES.get(2), SHARK, 1_772_193_600_123L),
                        WalletTrade::write,
                        WalletTrade::read,
                        "wallet trades"),
                new Type<>(
                        "smart-money-trade",
                        2,
                        HIT,
                        SmartMoneyTrade::write,
                        SmartMoneyTrade::read,
                        "smart-money trades"),
                new Type<>(
                        "notification",
                        2,
                        new Notification("d3ba21fe79456834", "user", HIT),
                        Notification::write,
                        Notification::read),
                new Type<>(
                        "cluster-alert",
                        1,
                        new ClusterAlert(
                                "0123456789abcdef",
                                "56",
                                "0xt",
                                "T\ud83e\udd5e",
                                List.of(
                                        new Member(WHALE, LABEL, 1.5, 1_772_193_600L),
                                        new Member(SHARK, "", 1e300, 1_772_193_601L)),
                                1e300,
                                1_772_193_600L,
                                1_772_193_602L),
                        ClusterAlert::write,
                        ClusterAlert::read),
                events("trade", SmartMoneyEvent.of(HIT)),
                events(
                        "notification",
                        SmartMoneyEvent.of(new Notification("d3ba21fe79456834", "user", HIT))),
                events(
                        "cluster",
                        SmartMoneyEvent.of(
                                new ClusterAlert(
                                        "0123456789abcdef",
                                        "56",
                                        "0xt",
                                        "T",
                                        List.of(new Member(WHALE, LABEL, 1.5, 1_772_193_600L)),
                                        1.5,
                                        1_772_193_600L,
                                        1_772_193_602L))));
    }

    @ParameterizedTest
    @MethodSource("types")
    <T> void matchTheirFixturesAndReadBack(Type<T> type) throws IOException {
        if (Golden.isToWrite()) {
            Golden.writeFixture(type.name(), type.newest(), type.written());
        }
        Golden.assertGolden(
                type.name(),
                type.newest(),
                out -> type.write().write(type.value(), out),
                bytes -> {
                    T read = Bytes.read(bytes, type.read());
                    return Bytes.of(out -> type.write().write(read, out));
                });
        Golden.assertReads(type.name(), type.newest(), type.read(), type.value());
    }

    @ParameterizedTest
    @MethodSource("types")
    <T> void areRefusedIfTheirVersionIsUnknown(Type<T> type) {
        byte[] bytes = type.written();
        for (int unknown : new int[] {0, 99}) {
            bytes[0] = (byte) unknown;

            assertThatIOException()
                    .isThrownBy(() -> Bytes.read(bytes, type.read()))
                    .withMessage(
                            "cannot read %s of format version %d: this release reads versions up to %d",
                            type.plural(), unknown, type.newest());
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    <T> void areRefusedIfTruncated(Type<T> type) {
        byte[] bytes = type.written();

        for (int length = 0; length < bytes.length; length += 1 + length / 8) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatIOException().isThrownBy(() -> Bytes.read(cut, type.read()));
        }
    }

    private static Type<SmartMoneyEvent> events(String kind, SmartMoneyEvent event) {
        return new Type<>(
                "smart-money-event-" + kind,
                1,
                event.at(1_772_193_600_123_456L),
                SmartMoneyEvent::write,
                SmartMoneyEvent::read,
                "smart-money events");
    }

    private static Type<ListChange> changes(ListChange change) {
        return new Type<>(
                "list-change-" + change.kind().name().toLowerCase(Locale.ROOT),
                1,
                change,
                ListChange::write,
                ListChange::read,
                "list changes");
    }

    private static Trade trade(
            Wallet wallet, String pair, String txHash, boolean buy, boolean clamp, double usd) {
        TradePosition position =
                new TradePosition(
                        1_772_193_600L,
                        Long.MAX_VALUE,
                        1,
                        2,
                        3,
                        IdentityFields.of(txHash, wallet.address(), buy, usd / 3, usd / 7, 1e-18));
        return new Trade(
                wallet.chainId(),
                pair,
                txHash,
                wallet.address(),
                buy,
                usd / 3,
                usd / 7,
                usd,
                1e-18,
                1e18,
                1e9,
                clamp,
                new TradeIdentity().of(wallet.chainId(), pair, 1, 2, position.fields()),
                position,
                pair.equals("0xp")
                        ? new PairLabels("PancakeV2", "0xbb4c", "W\u00f6BNB", "BUSD")
                        : PairLabels.UNKNOWN);
    }
}
