package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.resume.Past;
import io.dexklines.relay.resume.PastEvent;
import io.dexklines.relay.resume.PastEvents;
import io.dexklines.relay.resume.ResumeException;
import io.dexklines.relay.resume.Resumption;
import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.EventKey;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The streams of one request with {@code since}. */
class ResumingTest {

    private static final StreamName ONE = StreamName.parse("1@smartmoney");
    private static final StreamName OTHER = StreamName.parse("2@smartmoney");
    private static final long NOW_MS = 1_788_220_800_000L;
    private static final long NOON = NOW_MS * 1_000;
    private static final int PAGE = 2;

    private final RecordingClient client = new RecordingClient();

    @Test
    void allStreamsBeginTogetherAndWhatIsLiveFollowsWhenAllHaveCaughtUp() {
        client.store(ONE, 1, 2, 3);
        client.store(OTHER, 7);
        Resumption one = Resumption.of(ONE, NOON);
        Resumption other = Resumption.of(OTHER, NOON);
        Resuming resuming = new Resuming(List.of(one, other), client);
        resuming.begin(Map.of());
        other.admits(event(OTHER, 7));

        client.answerReads();
        assertThat(client.log).containsExactly("begun", "past 1 2");
        resuming.drained();
        client.answerReads();

        assertThat(client.log).containsExactly("begun", "past 1 2", "past 3", "live 7");
    }

    @Test
    void noStreamBeginsIfOneCannot() {
        client.store(ONE, 1);
        Resuming resuming =
                new Resuming(List.of(Resumption.of(ONE, NOON), Resumption.of(OTHER, 1)), client);
        resuming.begin(Map.of());
        client.answerReads();
        resuming.drained();
        client.answerReads();

        assertThat(client.log).containsExactly("refused 2@smartmoney too_old");
    }

    @Test
    void anotherStreamGoesOnIfTheClientUnsubscribesFromOne() {
        client.store(ONE, 1);
        client.store(OTHER, 7);
        Resumption other = Resumption.of(OTHER, NOON);
        Resuming resuming = new Resuming(List.of(Resumption.of(ONE, NOON), other), client);
        resuming.begin(Map.of());
        other.admits(event(OTHER, 7));
        resuming.remove(ONE);
        client.answerReads();

        assertThat(client.log).containsExactly("begun", "past", "live 7");
    }

    @Test
    void aClientThatAsksForTooMuchIsRefusedAtFirstAndWaitsLater() {
        client.store(ONE, 1, 2, 3);
        client.isBusy = true;
        new Resuming(List.of(Resumption.of(ONE, NOON)), client).begin(Map.of());
        assertThat(client.log).containsExactly("refused 1@smartmoney too_many_requests");
        client.log.clear();

        client.isBusy = false;
        Resuming resuming = new Resuming(List.of(Resumption.of(ONE, NOON)), client);
        resuming.begin(Map.of());
        client.answerReads();
        client.isBusy = true;
        resuming.drained();
        client.isBusy = false;
        client.runTimers();
        client.answerReads();

        assertThat(client.log).containsExactly("begun", "past 1 2", "after 1000", "past 3", "live");
    }

    @Test
    void nothingHappensAfterTheEnd() {
        client.store(ONE, 1);
        Resuming resuming = new Resuming(List.of(Resumption.of(ONE, NOON)), client);
        resuming.begin(Map.of());
        resuming.end();
        client.answerReads();
        resuming.drained();

        assertThat(client.log).containsExactly("cancelled");
    }

    private static StreamEvent event(StreamName stream, int id) {
        return new StreamEvent(
                stream.text(),
                ("" + id).getBytes(StandardCharsets.UTF_8),
                null,
                null,
                new EventKey("" + id, NOON + id));
    }

    /** Writes down what it is told, and reads when a test says so. */
    private static final class RecordingClient implements Resuming.Client {
        private final List<String> log = new ArrayList<>();
        private final Map<StreamName, List<PastEvent>> stored = new HashMap<>();
        private final Queue<Runnable> reads = new ArrayDeque<>();
        private final Queue<Runnable> timers = new ArrayDeque<>();
        private boolean isBusy;

        void store(StreamName stream, int... ids) {
            for (int id : ids) {
                stored.computeIfAbsent(stream, first -> new ArrayList<>())
                        .add(new PastEvent(NOON + id, "" + id, event(stream, id).data()));
            }
        }

        void answerReads() {
            while (!reads.isEmpty()) {
                reads.remove().run();
            }
        }

        void runTimers() {
            while (!timers.isEmpty()) {
                timers.remove().run();
            }
        }

        private PastEvents.Page page(StreamName stream, long eventId) {
            List<PastEvent> page =
                    stored.getOrDefault(stream, List.of()).stream()
                            .filter(event -> event.eventId() > eventId)
                            .limit(PAGE)
                            .toList();
            return new PastEvents.Page(page, page.size() == PAGE, false);
        }

        @Override
        public Runnable read(
                List<Resumption.Query> queries, Consumer<List<Resumption.Answer>> answered) {
            if (isBusy) {
                return null;
            }
            Past past =
                    new Past(
                            (series, from, limit, cancellation) -> List.of(),
                            Optional.of(
                                    (stream, eventId, limit, known, cancellation) ->
                                            page(stream, eventId)));
            reads.add(
                    () ->
                            answered.accept(
                                    queries.stream()
                                            .map(query -> query.run(past, Cancellation.never()))
                                            .toList()));
            return () -> log.add("cancelled");
        }

        @Override
        public void after(long ms, Runnable task) {
            log.add("after " + ms);
            timers.add(task);
        }

        @Override
        public long nowMs() {
            return NOW_MS;
        }

        @Override
        public void begun() {
            log.add("begun");
        }

        @Override
        public void refused(StreamName stream, ResumeException e) {
            log.add("refused " + stream + " " + e.reason().label());
        }

        @Override
        public void ended(StreamName stream, ResumeException e) {
            log.add("ended " + stream + " " + e.reason().label());
        }

        @Override
        public void sendPast(List<StreamEvent> past) {
            log.add("past" + texts(past));
        }

        @Override
        public void sendBuffered(List<Emission> emissions) {
            emissions.forEach(emission -> log.add("live" + texts(emission.events())));
            if (emissions.isEmpty()) {
                log.add("live");
            }
        }

        private static String texts(List<StreamEvent> events) {
            StringBuilder texts = new StringBuilder();
            for (StreamEvent event : events) {
                texts.append(' ').append(new String(event.data(), StandardCharsets.UTF_8));
            }
            return texts.toString();
        }
    }
}
