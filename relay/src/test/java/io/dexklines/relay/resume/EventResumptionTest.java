package io.dexklines.relay.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.stream.EventKey;
import io.dexklines.relay.stream.Held;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The events of a stream after one that the client names. */
class EventResumptionTest {

    private static final StreamName STREAM = StreamName.parse("1@smartmoney");
    private static final long NOW_MS = 1_788_220_800_000L;

    /** The event ids of the tests are small numbers behind this one. */
    private static final long NOON = NOW_MS * 1_000;

    private final List<PastEvent> stored = new ArrayList<>();
    private Optional<PastEvents> store = Optional.of(this::page);
    private int limit = 1_000;
    private int queries;

    @Test
    void whatTheRelayHoldsNeedsNoStoreIfItReachesBackToTheClientsLastEvent() throws Exception {
        store = Optional.empty();
        Resumption resumption = Resumption.of(STREAM, NOON + 2);
        resumption.begin(held(1, 2, 3, 4));

        assertThat(read(resumption)).isEmpty();
        assertThat(resumption.isComplete()).isTrue();
        assertThat(ids(resumption.release())).containsExactly("3", "4");
    }

    @Test
    void storedEventsComeBeforeHeldAndLiveOnesAndEachOnce() throws Exception {
        store(1, 2, 3, 4, 5);
        Resumption resumption = Resumption.of(STREAM, NOON + 1);
        resumption.begin(held(4, 5, 6));
        assertThat(resumption.admits(live(7))).isFalse();

        assertThat(read(resumption)).containsExactly("2", "3");
        assertThat(resumption.isComplete()).isTrue();
        assertThat(ids(resumption.release())).containsExactly("4", "5", "6", "7");
        assertThat(resumption.admits(live(6))).as("sent again by the job").isFalse();
        assertThat(resumption.admits(live(8))).isTrue();
    }

    @Test
    void theStoreIsReadAgainUntilItReachesTheOldestHeldEvent() throws Exception {
        store(1, 2);
        Resumption resumption = Resumption.of(STREAM, NOON);
        resumption.begin(held(5, 6));

        assertThat(read(resumption)).containsExactly("1", "2");
        assertThat(resumption.isComplete()).isFalse();
        assertThat(resumption.isBehind()).isTrue();

        store(3, 4, 5);
        assertThat(read(resumption)).containsExactly("3", "4");
        assertThat(resumption.isComplete()).isTrue();
        assertThat(ids(resumption.release())).containsExactly("5", "6");
    }

    @Test
    void aStoreThatStaysBehindEndsTheResumption() throws Exception {
        Resumption resumption = Resumption.of(STREAM, NOON);
        resumption.begin(held(5));
        read(resumption);

        assertThatThrownBy(() -> read(resumption, NOW_MS + Resumption.MAX_LAG_MS + 1))
                .isInstanceOfSatisfying(
                        ResumeException.class,
                        e -> assertThat(e.reason()).isEqualTo(ResumeException.Reason.BEHIND));
    }

    @Test
    void manyEventsAreReadInPages() throws Exception {
        limit = 2;
        store(1, 2, 3, 4, 5);
        Resumption resumption = Resumption.of(STREAM, NOON);
        resumption.begin(held(5, 6));

        assertThat(read(resumption)).containsExactly("1", "2");
        assertThat(resumption.isBehind()).isFalse();
        assertThat(read(resumption)).containsExactly("3", "4");
        assertThat(resumption.isComplete()).isFalse();
        assertThat(read(resumption)).isEmpty();
        assertThat(resumption.isComplete()).isTrue();
        assertThat(ids(resumption.release())).containsExactly("5", "6");
    }

    @Test
    void aFullBufferLetsOldEventsGoThatTheStoreHas() throws Exception {
        Resumption resumption = Resumption.of(STREAM, NOON);
        resumption.begin(Held.NOTHING);
        int last = EventResumption.MAX_BUFFERED + 3;
        for (int id = 1; id <= last; id++) {
            resumption.admits(live(id));
        }
        store(1, 2, 3, 4);

        assertThat(read(resumption)).containsExactly("1", "2", "3");
        assertThat(resumption.isComplete()).isTrue();
        assertThat(resumption.release()).hasSize(EventResumption.MAX_BUFFERED);
    }

    /** After a failure of the job: the store has 3 under its first event id, the relay as 10. */
    @Test
    void anEventWithTwoEventIdsIsSentOnce() throws Exception {
        store(1, 2, 3);
        Resumption resumption = Resumption.of(STREAM, NOON + 1);
        resumption.begin(new Held(List.of(event("3", 10), event("4", 11)), List.of()));
        store(event("4", 11));

        assertThat(read(resumption)).containsExactly("2", "3");
        assertThat(resumption.isComplete()).isTrue();
        assertThat(ids(resumption.release())).containsExactly("4");
    }

    /** The store had 3 before the client's last event, so only its id shows that it is stored. */
    @Test
    void aStoreThatHasTheOldestHeldEventUnderAnotherIdIsWaitedForABit() throws Exception {
        store(1, 2, 3);
        Resumption resumption = Resumption.of(STREAM, NOON + 3);
        resumption.begin(new Held(List.of(event("2", 10)), List.of()));

        assertThat(read(resumption)).isEmpty();
        assertThat(resumption.isComplete()).isFalse();
        read(resumption, NOW_MS + EventResumption.SETTLED_MS);
        assertThat(resumption.isComplete()).isTrue();
    }

    @Test
    void whatIsNoLongerKeptIsRefusedWithTheEarliestEventId() {
        Resumption resumption = Resumption.of(STREAM, 0);
        resumption.begin(held(1));

        assertThatThrownBy(() -> read(resumption))
                .hasMessageContaining("lies further back")
                .isInstanceOfSatisfying(
                        ResumeException.class,
                        e -> assertThat(e.from()).isEqualTo(NOON - 7L * 86_400_000_000L));
    }

    @Test
    void withoutAStoreTheOldestHeldEventIsTheEarliest() {
        store = Optional.empty();
        Resumption resumption = Resumption.of(STREAM, NOON);
        resumption.begin(held(5, 6));

        assertThatThrownBy(() -> read(resumption))
                .isInstanceOfSatisfying(
                        ResumeException.class, e -> assertThat(e.from()).isEqualTo(NOON + 4));
    }

    @Test
    void aStoreThatDoesNotAnswerIsReported() {
        store =
                Optional.of(
                        (stream, eventId, most, known, cancellation) -> {
                            throw new StoreUnavailableException("MySQL does not answer", null);
                        });
        Resumption resumption = Resumption.of(STREAM, NOON);
        resumption.begin(Held.NOTHING);

        assertThatThrownBy(() -> read(resumption)).hasMessage("MySQL does not answer");
    }

    @Test
    void eventsOfAJobThatGivesNoEventIdsPass() throws Exception {
        Resumption resumption = Resumption.of(STREAM, NOON);
        resumption.begin(Held.NOTHING);
        StreamEvent without = new StreamEvent(STREAM.text(), new byte[0], null, null, null);
        resumption.admits(without);
        read(resumption);

        assertThat(resumption.release()).containsExactly(without);
        assertThat(resumption.admits(without)).isTrue();
    }

    @Test
    void aTimeInMillisecondsIsTheEventsFromThenOn() {
        assertThat(Since.eventId(NOW_MS)).isEqualTo(NOON - 1);
        assertThat(Since.eventId(NOON)).isEqualTo(NOON);
        assertThat(Since.openTimeMs(NOON)).isEqualTo(NOW_MS);
        assertThat(Since.openTimeMs(NOW_MS)).isEqualTo(NOW_MS);
    }

    private List<String> read(Resumption resumption) throws ResumeException {
        return read(resumption, NOW_MS + queries);
    }

    private List<String> read(Resumption resumption, long nowMs) throws ResumeException {
        queries++;
        Past past = new Past((series, from, most, cancellation) -> List.of(), store);
        return ids(resumption.query(nowMs).run(past, Cancellation.never()).accept(nowMs));
    }

    private PastEvents.Page page(
            StreamName stream, long eventId, int most, String known, Cancellation cancellation) {
        List<PastEvent> page =
                stored.stream().filter(event -> event.eventId() > eventId).limit(limit).toList();
        return new PastEvents.Page(
                page,
                page.size() == limit,
                stored.stream().anyMatch(event -> event.id().equals(known)));
    }

    private void store(int... ids) {
        for (int id : ids) {
            store(live(id));
        }
    }

    private void store(StreamEvent event) {
        stored.add(new PastEvent(event.key().eventId(), event.key().id(), event.data()));
    }

    private static Held held(int... ids) {
        return new Held(Arrays.stream(ids).mapToObj(EventResumptionTest::live).toList(), List.of());
    }

    private static StreamEvent live(int id) {
        return event("" + id, id);
    }

    private static StreamEvent event(String id, long eventId) {
        return new StreamEvent(
                STREAM.text(),
                id.getBytes(StandardCharsets.UTF_8),
                null,
                null,
                new EventKey(id, NOON + eventId));
    }

    private static List<String> ids(List<StreamEvent> events) {
        return events.stream()
                .map(event -> new String(event.data(), StandardCharsets.UTF_8))
                .toList();
    }
}
