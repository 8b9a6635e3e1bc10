package io.dexklines.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.smartmoney.Wallet;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTypeInfoTest {

    static List<CodecTypeInfo<?>> types() {
        return List.of(
                CodecTypeInfo.PAIR,
                CodecTypeInfo.PAIR_SWAPS,
                CodecTypeInfo.PAIR_KLINES,
                CodecTypeInfo.KLINE_UPDATES,
                CodecTypeInfo.CLOCK_STATE,
                CodecTypeInfo.TRADE_BATCH,
                CodecTypeInfo.WALLET,
                CodecTypeInfo.FOLLOW,
                CodecTypeInfo.LIST_CHANGE,
                CodecTypeInfo.COOLDOWN,
                CodecTypeInfo.TOKEN_BUYS,
                CodecTypeInfo.WALLET_TRADE,
                CodecTypeInfo.SMART_MONEY_TRADE,
                CodecTypeInfo.NOTIFICATION,
                CodecTypeInfo.CLUSTER_ALERT,
                CodecTypeInfo.SMART_MONEY_EVENT);
    }

    @ParameterizedTest
    @MethodSource("types")
    void onlyPairsAndWalletsAreKeys(CodecTypeInfo<?> type) {
        assertThat(type.isKeyType())
                .isEqualTo(type == CodecTypeInfo.PAIR || type == CodecTypeInfo.WALLET);
    }

    @ParameterizedTest
    @MethodSource("types")
    void isRestoredFromASavepoint(CodecTypeInfo<?> type) throws IOException {
        assertRestored(type);
    }

    private static <T> void assertRestored(CodecTypeInfo<T> type) throws IOException {
        TypeSerializer<T> serializer = type.createSerializer(null);
        DataOutputSerializer bytes = new DataOutputSerializer(64);
        TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(
                bytes, serializer.snapshotConfiguration());

        TypeSerializerSnapshot<T> read =
                TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
                        new DataInputDeserializer(bytes.getCopyOfBuffer()),
                        CodecTypeInfoTest.class.getClassLoader());

        assertThat(read.restoreSerializer()).isEqualTo(serializer);
        assertThat(
                        serializer
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(read)
                                .isCompatibleAsIs())
                .isTrue();
    }

    @Test
    void theStateOfAnotherTypeIsIncompatible() {
        TypeSerializerSnapshot<Pair> pair =
                CodecTypeInfo.PAIR.createSerializer(null).snapshotConfiguration();
        @SuppressWarnings({"unchecked", "rawtypes"}) // as in a damaged savepoint
        TypeSerializerSnapshot<Pair> other =
                (TypeSerializerSnapshot)
                        CodecTypeInfo.PAIR_KLINES.createSerializer(null).snapshotConfiguration();

        assertThat(pair.resolveSchemaCompatibility(other).isIncompatible()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("types")
    void isSerializable(CodecTypeInfo<?> type) throws Exception {
        assertThat(InstantiationUtil.clone(type)).isEqualTo(type).hasSameHashCodeAs(type);
        TypeSerializer<?> serializer = type.createSerializer(null);
        assertThat(InstantiationUtil.clone(serializer)).isEqualTo(serializer);
        assertThat(serializer.duplicate()).isEqualTo(serializer);
    }

    /** A pair whose key group changed would lose its state. */
    @Test
    void theKeyGroupOfAPairNeverChanges() {
        assertThat(new Pair("56", "0x58f876857a02d6762e0101bb5c46a8c1ed44dc16").hashCode())
                .isEqualTo(1415598530);
        assertThat(
                        KeyGroupRangeAssignment.assignToKeyGroup(
                                new Pair("56", "0x58f876857a02d6762e0101bb5c46a8c1ed44dc16"), 128))
                .isEqualTo(12);
    }

    @Test
    void aPairIsWrittenAsItsTwoStrings() throws IOException {
        DataOutputSerializer bytes = new DataOutputSerializer(64);

        CodecTypeInfo.PAIR.createSerializer(null).serialize(new Pair("56", "0xab"), bytes);

        assertThat(HexFormat.of().formatHex(bytes.getCopyOfBuffer()))
                .isEqualTo("00023536" + "000430786162");
    }

    @Test
    void theKeyGroupOfAWalletNeverChanges() {
        Wallet wallet = new Wallet("56", "0x58f876857a02d6762e0101bb5c46a8c1ed44dc16");

        assertThat(wallet.hashCode()).isEqualTo(1415598530);
        assertThat(KeyGroupRangeAssignment.assignToKeyGroup(wallet, 128)).isEqualTo(12);
    }
}
