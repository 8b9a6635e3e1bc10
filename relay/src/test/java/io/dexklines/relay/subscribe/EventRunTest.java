package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.FrameDeflater;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.StreamEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class EventRunTest {

    private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

    private final StreamEvent first = kline("1:0xabc@kline_1s", 1);
    private final StreamEvent second = kline("1:0xabc@kline_1m", 1);
    private final StreamEvent third = kline("1:0xdef@kline_1m", 2);
    private final Emission ofPair = new Emission("1:0xabc", List.of(first, second));
    private final Emission ofOther = new Emission("1:0xdef", List.of(third));

    @Test
    void connectionsWithTheSameEventsShareTheBytesOfTheirFrames() {
        EventRun none = EventRun.empty();
        EventRun one = none.with(first, ofPair);
        EventRun other = none.with(first, ofPair);
        one = one.with(third, ofOther);
        other = other.with(third, ofOther);

        assertThat(other).isSameAs(one);
        assertThat(one.size()).isEqualTo(2);
        ByteBuf toOne = one.take(MessageForm.RAW, null, ALLOCATOR);
        ByteBuf toOther = other.take(MessageForm.RAW, null, ALLOCATOR);

        assertThat(bytes(toOne)).isEqualTo(frames(first.rawFrame(), third.rawFrame()));
        assertThat(bytes(toOther)).isEqualTo(bytes(toOne));
        assertThat(toOther.memoryAddress()).isEqualTo(toOne.memoryAddress());

        // what one connection has read is not read for the other
        toOne.skipBytes(toOne.readableBytes());
        assertThat(bytes(toOther)).isEqualTo(frames(first.rawFrame(), third.rawFrame()));
        assertThat(toOne.release()).isFalse();
        assertThat(toOther.release()).isTrue();
    }

    @Test
    void connectionsWithOtherEventsHaveOtherFrames() {
        EventRun none = EventRun.empty();
        EventRun all = none.with(first, ofPair);
        EventRun some = none.with(first, ofPair);
        all = all.with(second, ofPair);
        EventRun last = none.with(third, ofOther);
        all = all.with(third, ofOther);

        assertTaken(some, first.rawFrame());
        assertTaken(all, first.rawFrame(), second.rawFrame(), third.rawFrame());
        assertTaken(last, third.rawFrame());
    }

    @Test
    void everyFormHasFramesOfItsOwn() {
        FrameDeflater deflater = new FrameDeflater(new LongAdder());
        EventRun none = EventRun.empty();
        EventRun run = null;
        for (int connection = 0; connection < 4; connection++) {
            run = none.with(first, ofPair);
        }

        ByteBuf deflated = run.take(MessageForm.RAW, deflater, ALLOCATOR);
        ByteBuf combinedDeflated = run.take(MessageForm.COMBINED, deflater, ALLOCATOR);
        ByteBuf combined = run.take(MessageForm.COMBINED, null, ALLOCATOR);
        ByteBuf raw = run.take(MessageForm.RAW, null, ALLOCATOR);

        assertThat(bytes(raw)).isEqualTo(first.rawFrame());
        assertThat(bytes(combined)).isEqualTo(first.combinedFrame());
        assertThat(bytes(deflated))
                .isEqualTo(first.deflatedFrame(false, deflater))
                .isNotEqualTo(bytes(raw));
        assertThat(bytes(combinedDeflated)).isEqualTo(first.deflatedFrame(true, deflater));
        // the run has left its own references when the last connection left
        for (ByteBuf taken : List.of(raw, combined, deflated, combinedDeflated)) {
            assertThat(taken.release()).isTrue();
        }
    }

    @Test
    void aTranslatedKlineIsTranslatedOnceForAllConnections() {
        FrameDeflater deflater = new FrameDeflater(new LongAdder());
        List<String> translated = new ArrayList<>();
        MessageForm form =
                MessageForm.translated(
                        kline -> {
                            translated.add(kline.stream());
                            return ("{\"of\":\"%s\",\"padding\":\"%s\"}"
                                            .formatted(kline.stream(), "x".repeat(300)))
                                    .getBytes(StandardCharsets.UTF_8);
                        });
        EventRun none = EventRun.empty();
        EventRun run = null;
        for (int connection = 0; connection < 3; connection++) {
            run = none.with(first, ofPair);
        }

        ByteBuf toOne = run.take(form, null, ALLOCATOR);
        ByteBuf toOther = run.take(form, null, ALLOCATOR);
        byte[] alone = form.frame(first, null);

        assertThat(translated).containsExactly(first.stream());
        assertThat(bytes(toOne)).isEqualTo(bytes(toOther)).isEqualTo(alone);
        assertThat(new String(alone, StandardCharsets.ISO_8859_1))
                .contains("{\"of\":\"1:0xabc@kline_1s\",");
        ByteBuf deflated = run.take(form, deflater, ALLOCATOR);
        assertThat(deflated.readableBytes()).isLessThan(alone.length / 2);
        assertThat(bytes(deflated)).isEqualTo(form.frame(first, deflater));
        for (ByteBuf taken : List.of(toOne, toOther, deflated)) {
            taken.release();
        }
    }

    @Test
    void anEventWithoutATranslationSendsNothing() {
        MessageForm form =
                MessageForm.translated(kline -> kline == second ? new byte[0] : kline.data());
        EventRun all = EventRun.empty().with(first, ofPair).with(second, ofPair);
        EventRun nothing = EventRun.empty().with(second, ofPair);

        ByteBuf taken = all.take(form, null, ALLOCATOR);
        assertThat(bytes(taken)).isEqualTo(first.rawFrame());
        taken.release();
        assertThat(nothing.take(form, null, ALLOCATOR).isReadable()).isFalse();
    }

    /** A handler that joins buffers, such as that of TLS, would append to the first of them. */
    @Test
    void nothingCanBeAppendedToSharedBytes() {
        EventRun none = EventRun.empty();
        none.with(first, ofPair);
        EventRun run = none.with(first, ofPair);

        ByteBuf taken = run.take(MessageForm.RAW, null, ALLOCATOR);

        assertThat(taken.isWritable()).isFalse();
        assertThat(taken.maxWritableBytes()).isZero();
        run.leave();
        taken.release();
    }

    @Test
    void theBytesAreFreedWhenTheLastConnectionLeavesWithoutThem() {
        EventRun none = EventRun.empty();
        none.with(first, ofPair);
        EventRun run = none.with(first, ofPair);
        ByteBuf taken = run.take(MessageForm.RAW, null, ALLOCATOR);

        assertThat(taken.release()).isFalse();
        run.leave();

        assertThat(taken.refCnt()).isZero();
    }

    @Test
    void itsEmissionsHaveTheEventsOfTheConnectionOnly() {
        EventRun all = EventRun.empty().with(first, ofPair).with(second, ofPair);
        EventRun some = EventRun.empty().with(second, ofPair).with(third, ofOther);

        assertThat(all.emissions()).containsExactly(ofPair);
        assertThat(some.emissions())
                .containsExactly(new Emission("1:0xabc", List.of(second)), ofOther);
    }

    @Test
    void randomConnectionsGetTheirEventsInOrder() {
        long seed = Long.getLong("runs.seed", new Random().nextLong());
        System.out.println("runs.seed=" + seed);
        Random random = new Random(seed);
        EventRun none = EventRun.empty();
        EventRun[] runs = new EventRun[20];
        List<List<StreamEvent>> expected = new ArrayList<>();
        for (int connection = 0; connection < runs.length; connection++) {
            runs[connection] = none;
            expected.add(new ArrayList<>());
        }
        for (int number = 1; number <= 50; number++) {
            StreamEvent event = kline("1:0x%x@kline_1m".formatted(number), number);
            Emission emission = new Emission("1:0x%x".formatted(number), List.of(event));
            int often = random.nextInt(4);
            for (int connection = 0; connection < runs.length; connection++) {
                if (random.nextInt(4) <= often) {
                    runs[connection] = runs[connection].with(event, emission);
                    expected.get(connection).add(event);
                }
            }
        }
        for (int connection = 0; connection < runs.length; connection++) {
            List<StreamEvent> events = expected.get(connection);
            assertThat(runs[connection].emissions().stream().flatMap(e -> e.events().stream()))
                    .as("seed %d, connection %d", seed, connection)
                    .containsExactlyElementsOf(events);
            assertTaken(
                    runs[connection],
                    events.stream().map(StreamEvent::rawFrame).toArray(byte[][]::new));
        }
    }

    private static void assertTaken(EventRun run, byte[]... frames) {
        ByteBuf taken = run.take(MessageForm.RAW, null, ALLOCATOR);
        assertThat(bytes(taken)).isEqualTo(frames(frames));
        taken.release();
    }

    private static byte[] bytes(ByteBuf buffer) {
        return ByteBufUtil.getBytes(buffer);
    }

    private static byte[] frames(byte[]... frames) {
        StringBuilder all = new StringBuilder();
        for (byte[] frame : frames) {
            all.append(new String(frame, StandardCharsets.ISO_8859_1));
        }
        return all.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static StreamEvent kline(String stream, int trades) {
        String data =
                "{\"k\":{\"t\":60000,\"n\":%d},\"padding\":\"%s\"}"
                        .formatted(trades, "x".repeat(300));
        return new StreamEvent(
                stream,
                data.getBytes(StandardCharsets.UTF_8),
                new KlineVersion(60_000, trades, false, 0),
                null);
    }
}
