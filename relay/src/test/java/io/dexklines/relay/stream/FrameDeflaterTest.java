package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDeflaterTest {

    private static final String STREAM = "1:0xabc@kline_1m";
    private static final KlineVersion VERSION = new KlineVersion(0, 1, false, 0);

    private final LongAdder compressed = new LongAdder();
    private final FrameDeflater deflater = new FrameDeflater(compressed);

    @Test
    void aKlineIsCompressedOnceInEachForm() throws Exception {
        StreamEvent kline = event(text(500), VERSION);

        byte[] raw = kline.deflatedFrame(false, deflater);
        byte[] combined = kline.deflatedFrame(true, deflater);

        FrameDeflater another = new FrameDeflater(compressed);
        for (int recipient = 0; recipient < 100; recipient++) {
            assertThat(kline.deflatedFrame(false, another)).isSameAs(raw);
            assertThat(kline.deflatedFrame(true, another)).isSameAs(combined);
        }
        assertThat(compressed.sum()).isEqualTo(2);
        assertThat(inflate(raw)).isEqualTo(kline.data());
        assertThat(inflate(combined)).isEqualTo(kline.combined());
        assertThat(raw.length).isLessThan(kline.rawFrame().length / 2);
    }

    @Test
    void eachFrameIsReadWithoutThoseBeforeIt() throws Exception {
        StreamEvent first = event(text(500), VERSION);
        StreamEvent second = event(text(501), VERSION);

        first.deflatedFrame(false, deflater);

        assertThat(inflate(second.deflatedFrame(false, deflater))).isEqualTo(second.data());
    }

    @Test
    void shortPayloadsStayAsTheyAre() {
        StreamEvent kline = event(text(FrameDeflater.MIN_PAYLOAD_BYTES - 1), VERSION);

        assertThat(kline.deflatedFrame(false, deflater)).isSameAs(kline.rawFrame());
        assertThat(compressed.sum()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 1_000, 70_000})
    void whatCannotBeCompressedStaysAsItIs(int length) {
        byte[] random = new byte[length];
        new Random(length).nextBytes(random);
        StreamEvent kline = event(random, VERSION);

        assertThat(kline.deflatedFrame(false, deflater)).isSameAs(kline.rawFrame());
    }

    @Test
    void onlyKlinesAreCompressed() {
        StreamEvent alert =
                new StreamEvent("user:7@alerts", text(500), null, new EventTime(0, 0, 1));

        assertThat(alert.deflatedFrame(false, deflater)).isSameAs(alert.rawFrame());
        assertThat(alert.deflatedFrame(true, deflater)).isSameAs(alert.combinedFrame());
        assertThat(compressed.sum()).isZero();
    }

    @Test
    void anEmissionThatWaitsHoldsNoCompressedFrames() {
        StreamEvent kline = event(text(500), VERSION);
        byte[] frame = kline.deflatedFrame(false, deflater);

        StreamEvent waiting =
                new Emission("1:0xabc", List.of(kline)).withoutFrames().events().get(0);

        assertThat(waiting.data()).isSameAs(kline.data());
        assertThat(waiting.deflatedFrame(false, deflater)).isNotSameAs(frame).isEqualTo(frame);
    }

    private static StreamEvent event(byte[] data, KlineVersion version) {
        return new StreamEvent(STREAM, data, version, new EventTime(0, 0, 1));
    }

    private static byte[] text(int length) {
        return "0123456789"
                .repeat(length / 10 + 1)
                .substring(0, length)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] inflate(byte[] frame) throws DataFormatException {
        assertThat(frame[0] & 0xFF).as("final, compressed, text").isEqualTo(0xC1);
        int header = frame[1] < 126 ? 2 : 4;
        Inflater inflater = new Inflater(true);
        // the receiver appends what the sender leaves out
        inflater.setInput(
                ByteBuffer.allocate(frame.length - header + 4)
                        .put(frame, header, frame.length - header)
                        .putInt(0xFFFF)
                        .array());
        byte[] payload = new byte[100_000];
        int length = inflater.inflate(payload);
        inflater.end();
        return Arrays.copyOf(payload, length);
    }
}
