package io.dexklines.job.sink.store;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.sink.PairKline;
import java.io.IOException;
import java.util.HexFormat;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a waiting row, which savepoints contain. */
class WaitingStateTest {

    private static final String BYTES =
            "0000000000000102000001a05a43fc7b02000131002a307861343366653136393038323531"
                    + "6565373065663734373138353435653466653663356363656339660000000000000000010002"
                    + "316dbcabd8d4063ff800000000000040150000000000003eea36e2eb1c432d3fd55555555555"
                    + "5541cdcd650000000041ddcd6500c0000041bdcd6500000000419d6f345480000040a7709999"
                    + "99999a4285d3ef798018003fd333333333333442645f680b000000030100bdabd8d406c0f0f5"
                    + "0b07820100000000beabd8d406c1f0f50b092c02000001";

    /** Positions end with 64 bits of the identity. */
    private static final String FORMER_BYTES =
            "0000000000000102000001a05a43fc7b01000131002a30786134336665313639303832353165"
                    + "6537306566373437313835343565346665366335636365633966000000000000000001000231"
                    + "6dbcabd8d4063ff800000000000040150000000000003eea36e2eb1c432d3fd5555555555555"
                    + "41cdcd650000000041ddcd6500c0000041bdcd6500000000419d6f345480000040a770999999"
                    + "999a4285d3ef798018003fd333333333333442645f680b000000030100bdabd8d406c0f0f50b"
                    + "07820100000000000000000b00beabd8d406c1f0f50b092c02000000000000000c01";

    private static final Waiting<PairKline> ROW =
            new Waiting<>(new PairKline(PEPE, closed(1, 3)), 258, 1_788_220_800_123L);

    private static final KlineRows TYPE = new KlineRows();

    @Test
    void aRowIsWrittenAsBefore() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        ROW.write(TYPE, out);

        assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {BYTES, FORMER_BYTES})
    void whatWasWrittenBeforeIsRead(String bytes) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(HexFormat.of().parseHex(bytes));

        assertThat(Waiting.read(TYPE, in)).isEqualTo(ROW);
        assertThat(in.available()).isZero();
    }
}
