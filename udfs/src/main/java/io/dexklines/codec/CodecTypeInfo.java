package io.dexklines.codec;

import io.dexklines.codec.CodecSerializer.Codec;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.KlineUpdatesCodec;
import io.dexklines.kline.PairKlines;
import io.dexklines.kline.PairKlinesCodec;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.PairSwapsCodec;
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
            Map.of(
                    "pair",
                    Codec.<Pair>ofImmutable(PairSwapsCodec::writePair, PairSwapsCodec::readPair),
                    "pair-swaps",
                    Codec.<PairSwaps>ofImmutable(PairSwapsCodec::write, PairSwapsCodec::read),
                    "pair-klines",
                    new Codec<PairKlines>(
                            PairKlinesCodec::write, PairKlinesCodec::read, PairKlines::copy, false),
                    "kline-updates",
                    Codec.<KlineUpdates>ofImmutable(
                            KlineUpdatesCodec::write, KlineUpdatesCodec::read));

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
        return type == Pair.class;
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
