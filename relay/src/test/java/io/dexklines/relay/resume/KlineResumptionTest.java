package io.dexklines.relay.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.stream.Held;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The klines of a stream from an open time on, in its minutes. */
class KlineResumptionTest {

    private static final StreamName STREAM = StreamName.parse("1:0xa@kline_1m");
    private static final StreamName CLOSED = StreamName.parse("1:0xa@kline_1m_closed");
    private static final long MINUTE_MS = 60_000;

    /** Within minute 10. */
    private static final long NOW_MS = 10 * MINUTE_MS + 30_000;

    private static final Past BY_AGE = new Past(null, Optional.empty(), CacheRetention.AGE);

    private final List<PastKline> stored = new ArrayList<>();

    @Test
    void storedKlinesComeFirstAndThenThoseOfWhichTheRelayHasNewerVersions() throws Exception {
        store(kline(6, 1), kline(7, 2), kline(8, 3), kline(9, 4), kline(10, 1));
        Resumption resumption = resumption(STREAM, 7);
        resumption.begin(held(version(7, 2), version(8, 3), version(9, 4), version(10, 2)));

        assertThat(read(resumption)).containsExactly("7 n=2 x=true");
        assertThat(resumption.isComplete()).isTrue();
        assertThat(texts(resumption.release()))
                .containsExactly("8 n=3 x=true", "9 n=4 x=true", "10 n=2 x=false");
    }

    @Test
    void theStoresAreReadAgainUntilTheyHaveWhatWasPublished() throws Exception {
        store(kline(5, 7), kline(6, 1), kline(7, 2));
        Resumption resumption = resumption(STREAM, 5);
        resumption.begin(
                held(
                        version(5, 8),
                        version(6, 1),
                        version(7, 2),
                        version(8, 3),
                        version(9, 4),
                        version(10, 2)));

        assertThat(read(resumption)).isEmpty();
        assertThat(resumption.isBehind()).isTrue();

        stored.set(0, kline(5, 8));
        assertThat(read(resumption))
                .containsExactly("5 n=8 x=true", "6 n=1 x=true", "7 n=2 x=true");
        assertThat(texts(resumption.release()))
                .containsExactly("8 n=3 x=true", "9 n=4 x=true", "10 n=2 x=false");
    }

    @Test
    void liveVersionsThatTheClientHasFromTheStoresAreNotSentAgain() throws Exception {
        store(kline(9, 4), kline(10, 5));
        Resumption resumption = resumption(STREAM, 9);
        resumption.begin(Held.NOTHING);

        assertThat(read(resumption)).containsExactly("9 n=4 x=false", "10 n=5 x=false");
        assertThat(resumption.release()).isEmpty();
        assertThat(resumption.admits(live(version(10, 4)))).as("older").isFalse();
        assertThat(resumption.admits(live(version(10, 5)))).as("the same").isFalse();
        assertThat(resumption.admits(live(version(9, 4)))).as("closed now").isTrue();
        assertThat(resumption.admits(live(version(10, 6)))).as("newer").isTrue();
    }

    @Test
    void versionsThatArriveMeanwhileAreSentOnceAndInTheirNewestVersion() throws Exception {
        store(kline(9, 4));
        Resumption resumption = resumption(STREAM, 9);
        resumption.begin(held(version(10, 1)));
        resumption.admits(live(version(10, 2)));
        resumption.admits(live(version(10, 3)));

        assertThat(read(resumption)).containsExactly("9 n=4 x=false");
        assertThat(texts(resumption.release())).containsExactly("10 n=3 x=false");
    }

    @Test
    void theStreamOfClosedKlinesHasClosedOnesOnly() throws Exception {
        store(kline(6, 1), kline(7, 2), kline(9, 3), kline(10, 5));
        Resumption resumption = resumption(CLOSED, 6);
        resumption.begin(new Held(List.of(), List.of(new KlineVersion(9 * MINUTE_MS, 3, true, 0))));

        assertThat(read(resumption))
                .containsExactly("6 n=1 x=true", "7 n=2 x=true", "9 n=3 x=true");
    }

    @Test
    void theCurrentKlineComesEvenIfItOpenedBefore() throws Exception {
        Resumption resumption = resumption(STREAM, 20);
        resumption.begin(held(version(9, 4), version(10, 2)));

        assertThat(read(resumption)).isEmpty();
        assertThat(texts(resumption.release())).containsExactly("10 n=2 x=false");
    }

    @Test
    void whatLiesBeyondTheDepthIsRefusedWithTheEarliestOpenTime() {
        stored.addAll(
                LongStream.rangeClosed(1, KlineResumption.DEPTH + 5)
                        .mapToObj(minute -> kline(minute, 1))
                        .toList());
        Resumption resumption = resumption(STREAM, 0);
        resumption.begin(Held.NOTHING);

        assertThatThrownBy(() -> read(resumption))
                .isInstanceOfSatisfying(
                        ResumeException.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(ResumeException.Reason.TOO_OLD);
                            assertThat(e.from()).isEqualTo(6 * MINUTE_MS);
                        });
    }

    @Test
    void aCacheThatKeepsByAgeIsReadToItsDepth() throws Exception {
        int depth = BY_AGE.depth(Interval.ONE_MINUTE);
        assertThat(depth).isEqualTo(3 * 24 * 60 + 300);
        assertThat(BY_AGE.depth(Interval.ONE_DAY))
                .as("never less than by default")
                .isEqualTo(KlineResumption.DEPTH);
        stored.addAll(
                LongStream.rangeClosed(1, depth).mapToObj(minute -> kline(minute, 1)).toList());
        Resumption resumption = resumption(STREAM, 0);
        resumption.begin(Held.NOTHING);

        assertThat(sent(resumption, CacheRetention.AGE)).hasSize(depth);
    }

    @Test
    void theMessageHasTheMembersThatStoresHave() throws Exception {
        stored.add(
                new PastKline(
                        0,
                        0.1 + 0.2,
                        4e-7,
                        1,
                        2,
                        new PastKline.MarketCap(1, 4, 0.5, 3),
                        30.3,
                        0.1,
                        new PastKline.BuyVolume(20.2, 0.05),
                        5,
                        new PastKline.Sides(3, 2),
                        new PastKline.TradeTimes(1, 2),
                        true));
        Resumption resumption = resumption(STREAM, 0);
        resumption.begin(Held.NOTHING);

        assertThat(messages(resumption))
                .containsExactly(
                        "{\"e\":\"kline\",\"E\":630000,\"s\":\"1:0xa\",\"k\":{\"t\":0,\"T\":59999,\"s\":\"1:0xa\","
                                + "\"i\":\"1m\",\"o\":\"0.30000000000000004\",\"c\":\"2\",\"h\":\"0.0000004\",\"l\":\"1\","
                                + "\"v\":\"0.1\",\"n\":5,\"x\":true,\"q\":\"30.3\",\"V\":\"0.05\",\"Q\":\"20.2\","
                                + "\"mo\":\"1\",\"mh\":\"4\",\"ml\":\"0.5\",\"mc\":\"3\",\"nb\":3,\"tf\":1000,\"tl\":2000}}");
    }

    private static Resumption resumption(StreamName stream, long fromMinute) {
        return Resumption.of(stream, fromMinute * MINUTE_MS);
    }

    private List<StreamEvent> sent(Resumption resumption) throws ResumeException {
        return sent(resumption, CacheRetention.NEWEST);
    }

    private List<StreamEvent> sent(Resumption resumption, CacheRetention retention)
            throws ResumeException {
        Past past =
                new Past(
                        (series, from, limit, cancellation) -> {
                            List<PastKline> found =
                                    stored.stream()
                                            .filter(kline -> kline.openTime() >= from)
                                            .toList();
                            return found.subList(Math.max(0, found.size() - limit), found.size());
                        },
                        Optional.empty(),
                        retention);
        return resumption.query(NOW_MS).run(past, Cancellation.never()).accept(NOW_MS);
    }

    private List<String> read(Resumption resumption) throws ResumeException {
        return texts(sent(resumption));
    }

    private List<String> messages(Resumption resumption) throws ResumeException {
        return sent(resumption).stream()
                .map(event -> new String(event.data(), StandardCharsets.UTF_8))
                .toList();
    }

    private void store(PastKline... klines) {
        stored.addAll(List.of(klines));
    }

    /** Returns a kline as Redis has it, which does not say whether it is closed. */
    private static PastKline kline(long minute, long trades) {
        return new PastKline(minute * 60, 1, 1, 1, 1, null, 1, 1, null, trades, null, null, null);
    }

    /** Returns a version, which is closed before minute 10. */
    private static KlineVersion version(long minute, long trades) {
        return new KlineVersion(minute * MINUTE_MS, trades, minute < 10, 0);
    }

    private static StreamEvent live(KlineVersion version) {
        return new StreamEvent(STREAM.text(), new byte[0], version, null);
    }

    /** Returns what a relay holds: the versions, and the events of the newest three. */
    private static Held held(KlineVersion... versions) {
        List<KlineVersion> all = List.of(versions);
        return new Held(
                all.subList(Math.max(0, all.size() - 3), all.size()).stream()
                        .map(KlineResumptionTest::live)
                        .toList(),
                all);
    }

    private static List<String> texts(List<StreamEvent> klines) {
        return klines.stream()
                .map(StreamEvent::version)
                .map(
                        version ->
                                "%d n=%d x=%b"
                                        .formatted(
                                                version.openTimeMs() / MINUTE_MS,
                                                version.trades(),
                                                version.closed()))
                .toList();
    }
}
