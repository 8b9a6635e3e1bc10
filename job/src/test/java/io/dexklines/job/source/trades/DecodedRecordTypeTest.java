package io.dexklines.job.source.trades;

import static io.dexklines.job.source.trades.ValidTrade.BLOCK_TIME;
import static io.dexklines.job.source.trades.ValidTrade.tradeAt;
import static io.dexklines.job.source.trades.ValidTrade.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.PairSwaps;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** The serializers of decoded records, none of which is Kryo. */
class DecodedRecordTypeTest {

    /** Refused by the guard: the guard works. */
    public record WithUuid(UUID id) {}

    private static <T> TypeSerializer<T> withoutKryo(TypeInformation<T> type) {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        return type.createSerializer(new SerializerConfigImpl(configuration));
    }

    private static <T> T roundTrip(TypeInformation<T> type, T value) throws IOException {
        TypeSerializer<T> serializer = withoutKryo(type);
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }

    @Test
    void decodedRecordsTravelWithoutKryo() throws IOException {
        JsonTradeDecoder decoder =
                new JsonTradeDecoder(
                        Map.of("t", Set.of("56")), Duration.ofSeconds(60), Clock.systemUTC());
        TypeInformation<DecodedRecord> type =
                new TradeDeserializer(null, Clock.systemUTC()).getProducedType();
        String trades = "[" + tradeAt(BLOCK_TIME) + ",7," + tradeAt(BLOCK_TIME + 1) + ",{}]";

        for (DecodedRecord record :
                List.of(
                        decoder.decode(utf8(trades), "t", 2, 9),
                        decoder.decode(utf8("[]"), "t", 2, 9),
                        decoder.decode(null, "t", 2, 9))) {
            assertThat(roundTrip(type, record)).isEqualTo(record);
        }
    }

    @Test
    void theTypesOfTheNextStepsTravelWithoutKryo() {
        assertThat(withoutKryo(TypeInformation.of(PairSwaps.class))).isNotNull();
        assertThat(withoutKryo(TypeInformation.of(ExcludedTrade.class))).isNotNull();
    }

    @Test
    void theGuardRefusesWhatNeedsKryo() {
        assertThatThrownBy(() -> withoutKryo(TypeInformation.of(WithUuid.class)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Generic types have been disabled");
    }
}
