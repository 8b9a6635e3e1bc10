package io.dexklines.job.sink.relay;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairTape;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradePosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OutgoingTapeTest {

    private static final long NOW_MS = 1_788_220_861_234L;

    private final OutgoingTape outgoing = new OutgoingTape(3, 5);

    @Test
    void theTapesOfAPairBecomeOneThatCountsWhatIsLeftOut() throws Exception {
        outgoing.offer(List.of(tape(PEPE, 2, 1, 2)));
        outgoing.offer(List.of(tape(BONK, 0, 1)));
        outgoing.offer(List.of(tape(PEPE, 0, 3, 4)));

        assertThat(outgoing.size()).isEqualTo(4);
        assertThat(outgoing.conflated()).isEqualTo(3);
        assertThat(outgoing.take(10, 0)).containsExactly(tape(PEPE, 3, 2, 3, 4), tape(BONK, 0, 1));
        assertThat(outgoing.size()).isZero();
    }

    @Test
    void aFullQueueDropsThePairThatHasWaitedLongest() throws Exception {
        outgoing.offer(List.of(tape(PEPE, 0, 1, 2, 3)));
        outgoing.offer(List.of(tape(BONK, 0, 1, 2, 3)));

        assertThat(outgoing.dropped()).isEqualTo(3);
        assertThat(outgoing.take(10, 0)).containsExactly(tape(BONK, 0, 1, 2, 3));
    }

    @Test
    void whatARelayMayNotHaveReceivedIsSentAgainWithWhatCameSince() throws Exception {
        outgoing.offer(List.of(tape(PEPE, 4, 1, 2)));
        outgoing.take(10, 0);
        outgoing.offer(List.of(tape(PEPE, 0, 3, 5)));

        outgoing.requeue();

        assertThat(outgoing.takeFirst()).containsExactly(tape(PEPE, 5, 2, 3, 5));
        assertThat(outgoing.conflated()).isEqualTo(5);
    }

    @Test
    void whatARelayHasReceivedIsNotSentAgain() throws Exception {
        outgoing.offer(List.of(tape(PEPE, 0, 1, 2)));
        outgoing.take(10, 0);
        outgoing.acknowledge(outgoing.taken());

        outgoing.requeue();

        assertThat(outgoing.takeFirst()).isEmpty();
    }

    @Test
    void aBatchIsAsLongAsItsTrades() throws Exception {
        outgoing.offer(List.of(tape(PEPE, 0, 1, 2), tape(BONK, 0, 1, 2)));

        assertThat(outgoing.take(2, 0)).containsExactly(tape(PEPE, 0, 1, 2));
        assertThat(outgoing.take(2, 0)).containsExactly(tape(BONK, 0, 1, 2));
    }

    @Test
    void aLineIsBinancesTradeWithMoreMembers() {
        Swap sell =
                new Swap(
                        new TradeId(1, 2),
                        new TradePosition(
                                1_788_220_860L,
                                25_000_000L,
                                7,
                                130,
                                0,
                                IdentityFields.of("0xbeef", "0xmaker", false, 1.25, 0, 0.0000125)),
                        false,
                        true,
                        0.0000125,
                        9,
                        2.5,
                        200_000.25);
        RelayFrame frame = new RelayFrame();

        outgoing.write(new PairTape(PEPE, 12, List.of(sell)), frame, NOW_MS);

        assertThat(frame.text())
                .isEqualTo(
                        "{\"stream\":\"1:0xa43fe16908251ee70ef74718545e4fe6c5ccec9f@trade\",\"data\":"
                                + "{\"e\":\"trade\",\"E\":1788220861234,"
                                + "\"s\":\"1:0xa43fe16908251ee70ef74718545e4fe6c5ccec9f\","
                                + "\"t\":\"00000000000000010000000000000002\","
                                + "\"p\":\"0.0000125\",\"q\":\"200000.25\",\"T\":1788220860000,"
                                + "\"m\":true,\"usd\":\"2.5\",\"maker\":\"0xmaker\","
                                + "\"tx\":\"0xbeef\",\"pos\":\"25000000#7#130\","
                                + "\"clamp\":true,\"omitted\":12}}");
    }

    @Test
    void onlyTheFirstTradeOfATapeCountsWhatWasLeftOut() throws Exception {
        RelayFrame frame = new RelayFrame();

        outgoing.write(tape(BONK, 7, 1, 2), frame, NOW_MS);

        List<JsonNode> lines =
                Arrays.stream(frame.text().split("\n")).map(OutgoingTapeTest::payload).toList();
        assertThat(lines).extracting(line -> line.path("omitted").asInt()).containsExactly(7, 0);
        assertThat(lines).extracting(line -> line.path("T").asLong()).containsExactly(1000L, 2000L);
        assertThat(lines)
                .extracting(line -> line.path("m").asBoolean())
                .containsExactly(false, false);
    }

    private static JsonNode payload(String line) {
        try {
            return new ObjectMapper().readTree(line).path("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a tape with a trade at each of the given seconds. */
    private static PairTape tape(Pair pair, long omitted, long... seconds) {
        return new PairTape(
                pair, omitted, LongStream.of(seconds).mapToObj(OutgoingTapeTest::buy).toList());
    }

    private static Swap buy(long seconds) {
        IdentityFields fields = IdentityFields.of("0x" + seconds, "0xmaker", true, 1, 1, 1);
        return new Swap(
                new TradeId(1, seconds),
                new TradePosition(seconds, seconds, 0, 0, 0, fields),
                true,
                false,
                1,
                1,
                1,
                1);
    }
}
