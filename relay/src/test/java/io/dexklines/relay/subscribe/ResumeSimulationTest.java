package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.resume.Past;
import io.dexklines.relay.resume.PastEvent;
import io.dexklines.relay.resume.PastEvents;
import io.dexklines.relay.resume.ResumeException;
import io.dexklines.relay.resume.Resumption;
import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.Held;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.Publication;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that are cut off at random go on with {@code since}, while the relay is killed twice.
 * What each has in the end equals what the job has published. Time, chance and threads are
 * simulated.
 */
class ResumeSimulationTest {

    private static final int CLIENTS = 500;
    private static final long TICK_MS = 20;
    private static final long START_MS = 1_788_220_800_000L;
    private static final long PUBLISHING_MS = 25_000;
    private static final long LATENESS_MS = 10_000;

    private static final List<StreamName> EVENTS =
            List.of(
                    StreamName.parse("1@smartmoney"),
                    StreamName.parse("56@smartmoney"),
                    StreamName.parse("user:alice@alerts"));

    private static final List<StreamName> KLINES =
            List.of(
                    StreamName.parse("1:0xa@kline_1s"),
                    StreamName.parse("56:0xb@kline_1s"),
                    StreamName.parse("56:0xb@kline_1s_closed"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whatEachClientHasEqualsWhatWasPublished(long seed) {
        System.out.println("seed " + seed);
        World world = new World(seed);
        world.killRelayAt(START_MS + 9_000);
        world.killRelayAt(START_MS + 20_000);

        world.run();

        assertThat(world.cuts).as("seed %d", seed).isGreaterThan(CLIENTS);
        for (Client client : world.clients) {
            assertThat(client.events)
                    .as("seed %d, %s", seed, client)
                    .isEqualTo(world.events(client));
            assertThat(client.klines)
                    .as("seed %d, %s", seed, client)
                    .isEqualTo(world.klines(client));
            assertThat(client.repeated).as("seed %d, %s", seed, client).isZero();
        }
    }

    /** Then an event may come twice, under another event id, and none is missing. */
    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void noEventIsMissingAfterAFailureOfTheJob(long seed) {
        System.out.println("seed " + seed);
        World world = new World(seed);
        world.killRelayAt(START_MS + 9_000);
        world.failJobAt(START_MS + 12_000);
        world.killRelayAt(START_MS + 12_500);
        world.failJobAt(START_MS + 21_000);

        world.run();

        for (Client client : world.clients) {
            Map<String, List<String>> missing = new HashMap<>();
            world.events(client)
                    .forEach(
                            (stream, ids) -> {
                                List<String> left = new ArrayList<>(ids);
                                left.removeAll(client.events.getOrDefault(stream, List.of()));
                                if (!left.isEmpty()) {
                                    missing.put(stream, left);
                                }
                            });
            assertThat(missing).as("seed %d, %s", seed, client).isEmpty();
            assertThat(client.klines)
                    .as("seed %d, %s", seed, client)
                    .isEqualTo(world.klines(client));
        }
    }

    /**
     * The negative control: a store that commits events out of order, and a job that repeats none
     * to a relay that begins.
     */
    @ParameterizedTest
    @ValueSource(longs = {1})
    void aStoreThatIsOutOfOrderIsDetected(long seed) {
        World world = new World(seed);
        world.store.isOutOfOrder = true;
        world.repeated = 0;
        for (int second = 8; second < 24; second += 4) {
            world.killRelayAt(START_MS + second * 1_000L);
        }

        world.run();

        assertThat(world.clients).anyMatch(client -> !client.events.equals(world.events(client)));
    }

    private record Task(long atMs, long number, Runnable run) {}

    /** An event as the job has found it. */
    private record Event(StreamName stream, String id, long eventId) {

        Publication publication() {
            return new Publication(stream, data(), null, null, id, eventId);
        }

        byte[] data() {
            return ("{\"id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8);
        }
    }

    /** A version of a kline. */
    private record Kline(StreamName stream, KlineVersion version) {

        Publication publication() {
            return new Publication(stream, new byte[] {'{', '}'}, version, null, null);
        }
    }

    private static final class World {
        private final Random random;
        private final PriorityQueue<Task> tasks =
                new PriorityQueue<>(
                        Comparator.comparingLong(Task::atMs).thenComparingLong(Task::number));
        private final Store store = new Store();
        private final List<Client> clients = new ArrayList<>();

        /** Everything that was published, each event once, in the order of the first event ids. */
        private final Map<StreamName, Map<String, Long>> published = new LinkedHashMap<>();

        private final Map<StreamName, TreeMap<Long, KlineVersion>> newest = new LinkedHashMap<>();

        /** What a publisher sends to a relay that begins: events, and newest klines. */
        private final Deque<Event> sent = new ArrayDeque<>();

        private final Deque<Event> waiting = new ArrayDeque<>();
        private final Map<String, Kline> waitingKlines = new LinkedHashMap<>();
        private final List<Event> sinceCheckpoint = new ArrayList<>();
        private List<Event> waitingAtCheckpoint = List.of();
        private List<Event> uncommittedAtCheckpoint = List.of();

        /** Null while the relay is down. */
        private Relay relay;

        private long nowMs = START_MS;
        private long number;
        private long lastEventId;
        private int cuts;

        /** How many events the job repeats to a relay that begins. */
        private int repeated = 500;

        World(long seed) {
            random = new Random(seed);
            EVENTS.forEach(stream -> published.put(stream, new LinkedHashMap<>()));
            KLINES.subList(0, 2).forEach(stream -> newest.put(stream, new TreeMap<>()));
            for (int index = 0; index < CLIENTS; index++) {
                clients.add(new Client(this, index));
            }
        }

        void killRelayAt(long timeMs) {
            at(
                    timeMs,
                    () -> {
                        relay = null;
                        clients.forEach(Client::lose);
                        at(nowMs + 200 + random.nextInt(1_500), this::startRelay);
                    });
        }

        /** What the job found since its last checkpoint it finds again, in another order. */
        void failJobAt(long timeMs) {
            at(
                    timeMs,
                    () -> {
                        List<Event> again = new ArrayList<>(sinceCheckpoint);
                        sinceCheckpoint.clear();
                        waiting.clear();
                        waiting.addAll(waitingAtCheckpoint);
                        sent.clear();
                        store.forgetUncommitted();
                        uncommittedAtCheckpoint.forEach(event -> store.add(event, this));
                        Collections.shuffle(again, random);
                        at(
                                nowMs + 1_000,
                                () -> again.forEach(event -> find(event.stream(), event.id())));
                    });
        }

        private void startRelay() {
            relay = new Relay();
            List<List<Publication>> first = new ArrayList<>();
            sent.forEach(event -> first.add(List.of(event.publication())));
            newest.forEach(
                    (stream, klines) ->
                            klines.descendingMap().values().stream()
                                    .limit(3)
                                    .sorted(Comparator.comparingLong(KlineVersion::openTimeMs))
                                    .forEach(
                                            version ->
                                                    first.add(
                                                            List.of(
                                                                    new Kline(stream, version)
                                                                            .publication()))));
            relay.hub.publish(first, () -> {});
        }

        void at(long timeMs, Runnable run) {
            tasks.add(new Task(timeMs, number++, run));
        }

        void run() {
            startRelay();
            clients.forEach(client -> at(nowMs + random.nextInt(5_000), client::connect));
            long endMs = START_MS + PUBLISHING_MS;
            while (nowMs < endMs + 15_000) {
                nowMs += TICK_MS;
                while (!tasks.isEmpty() && tasks.peek().atMs() <= nowMs) {
                    tasks.remove().run().run();
                }
                if (nowMs < endMs) {
                    trade();
                    if (random.nextInt(10) < 7) {
                        Client client = clients.get(random.nextInt(CLIENTS));
                        client.cut();
                    }
                }
                if ((nowMs - START_MS) % 3_000 == 0) {
                    sinceCheckpoint.clear();
                    waitingAtCheckpoint = List.copyOf(waiting);
                    uncommittedAtCheckpoint = List.copyOf(store.uncommitted);
                }
                send();
                if (relay != null) {
                    relay.runTasks();
                }
                clients.forEach(Client::receive);
            }
        }

        private void trade() {
            for (StreamName stream : EVENTS) {
                if (random.nextInt(8) == 0) {
                    find(stream, stream.text() + "#" + published.get(stream).size());
                }
            }
            for (StreamName stream : newest.keySet()) {
                if (random.nextInt(3) == 0) {
                    long back = random.nextInt(20) == 0 ? random.nextInt((int) LATENESS_MS) : 0;
                    count(stream, Math.floorDiv(nowMs - back, 1_000L) * 1_000, 1);
                }
                // closes the kline that has ended
                long ended = Math.floorDiv(nowMs, 1_000L) * 1_000 - 3_000;
                KlineVersion last = newest.get(stream).get(ended);
                if (last != null && !last.closed()) {
                    count(stream, ended, 0);
                }
            }
        }

        private void find(StreamName stream, String id) {
            lastEventId = Math.max(lastEventId + 1, nowMs * 1_000);
            Event event = new Event(stream, id, lastEventId);
            published.get(stream).putIfAbsent(id, lastEventId);
            sinceCheckpoint.add(event);
            waiting.add(event);
            store.add(event, this);
        }

        private void count(StreamName stream, long openTimeMs, int trades) {
            KlineVersion former = newest.get(stream).get(openTimeMs);
            KlineVersion version =
                    new KlineVersion(
                            openTimeMs,
                            (former == null ? 0 : former.trades()) + trades,
                            openTimeMs <= nowMs - 3_000,
                            0);
            newest.get(stream).put(openTimeMs, version);
            Kline kline = new Kline(stream, version);
            waitingKlines.put(stream.text() + openTimeMs, kline);
            at(nowMs + random.nextInt(700), () -> store.put(kline));
        }

        /** The link from the job to the relay. */
        private void send() {
            if (relay == null) {
                return;
            }
            List<List<Publication>> all = new ArrayList<>();
            while (!waiting.isEmpty()) {
                Event event = waiting.remove();
                all.add(List.of(event.publication()));
                sent.add(event);
                if (sent.size() > repeated) {
                    sent.remove();
                }
            }
            waitingKlines.values().forEach(kline -> all.add(List.of(kline.publication())));
            waitingKlines.clear();
            relay.hub.publish(all, () -> {});
        }

        Map<String, List<String>> events(Client client) {
            Map<String, List<String>> expected = new HashMap<>();
            for (StreamName stream : client.streams) {
                if (stream.kind() != StreamName.Kind.KLINE) {
                    expected.put(
                            stream.text(),
                            published.get(stream).entrySet().stream()
                                    .filter(event -> event.getValue() > client.firstEventId)
                                    .map(Map.Entry::getKey)
                                    .toList());
                }
            }
            return expected;
        }

        Map<String, Map<Long, KlineVersion>> klines(Client client) {
            Map<String, Map<Long, KlineVersion>> expected = new HashMap<>();
            for (StreamName stream : client.streams) {
                if (stream.kind() == StreamName.Kind.KLINE) {
                    StreamName all =
                            stream.closedOnly()
                                    ? StreamName.parse(stream.text().replace("_closed", ""))
                                    : stream;
                    Map<Long, KlineVersion> versions = new TreeMap<>();
                    newest.get(all)
                            .tailMap(client.firstOpenTimeMs)
                            .forEach(
                                    (openTimeMs, version) -> {
                                        if (version.closed() || !stream.closedOnly()) {
                                            versions.put(openTimeMs, version);
                                        }
                                    });
                    expected.put(stream.text(), versions);
                }
            }
            return expected;
        }
    }

    /** Has what was published after a while. */
    private static final class Store {
        private final Map<StreamName, Map<String, PastEvent>> events = new HashMap<>();
        private final Map<String, TreeMap<Long, KlineVersion>> klines = new HashMap<>();
        private final List<Event> uncommitted = new ArrayList<>();
        private boolean isOutOfOrder;
        private long committedAtMs;
        private int attempt;

        void add(Event event, World world) {
            long lagMs = world.random.nextInt(600);
            committedAtMs = Math.max(committedAtMs, world.nowMs + lagMs);
            int ofAttempt = attempt;
            uncommitted.add(event);
            world.at(
                    isOutOfOrder ? world.nowMs + 20L * lagMs : committedAtMs,
                    () -> {
                        if (ofAttempt == attempt) {
                            uncommitted.remove(event);
                            events.computeIfAbsent(event.stream(), first -> new HashMap<>())
                                    .putIfAbsent(
                                            event.id(),
                                            new PastEvent(
                                                    event.eventId(), event.id(), event.data()));
                        }
                    });
        }

        void forgetUncommitted() {
            attempt++;
            uncommitted.clear();
        }

        void put(Kline kline) {
            klines.computeIfAbsent(kline.stream().pair(), first -> new TreeMap<>())
                    .merge(
                            kline.version().openTimeMs(),
                            kline.version(),
                            (held, other) -> other.isNewerThan(held) ? other : held);
        }

        Past past() {
            return new Past(
                    (series, fromSeconds, limit, cancellation) ->
                            klines
                                    .getOrDefault(series.pair(), new TreeMap<>())
                                    .tailMap(fromSeconds * 1_000)
                                    .values()
                                    .stream()
                                    .map(Store::kline)
                                    .toList(),
                    Optional.of(
                            (stream, eventId, limit, knownId, cancellation) -> {
                                Map<String, PastEvent> all =
                                        events.getOrDefault(stream, new HashMap<>());
                                List<PastEvent> page =
                                        all.values().stream()
                                                .filter(event -> event.eventId() > eventId)
                                                .sorted(
                                                        Comparator.comparingLong(
                                                                PastEvent::eventId))
                                                // small pages, so that there are several
                                                .limit(7)
                                                .toList();
                                return new PastEvents.Page(
                                        page, page.size() == 7, all.containsKey(knownId));
                            }));
        }

        private static PastKline kline(KlineVersion version) {
            return new PastKline(
                    version.openTimeMs() / 1_000,
                    1,
                    1,
                    1,
                    1,
                    null,
                    1,
                    1,
                    null,
                    version.trades(),
                    null,
                    null,
                    version.closed());
        }
    }

    /** One process of a relay with one event loop. */
    private static final class Relay implements StreamHub.Listener {
        private final StreamHub hub = new StreamHub(64 << 20, new RelayMetrics());
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private final Map<String, List<Client>> byStream = new HashMap<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void deliver(List<Emission> emissions, Runnable done) {
            for (Emission emission : emissions) {
                for (StreamEvent event : emission.events()) {
                    byStream.getOrDefault(event.stream(), List.of())
                            .forEach(client -> client.deliver(event));
                }
            }
            done.run();
        }

        void runTasks() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }
    }

    /** A client, with its connection while it has one. */
    private static final class Client {
        private final World world;
        private final int index;
        private final List<StreamName> streams = new ArrayList<>();
        private final long firstEventId;
        private final long firstOpenTimeMs;

        private final Map<String, List<String>> events = new HashMap<>();
        private final Map<String, Map<Long, KlineVersion>> klines = new HashMap<>();
        private final Map<String, Long> lastEventIds = new HashMap<>();
        private int repeated;

        private Connection connection;
        private boolean waits;

        Client(World world, int index) {
            this.world = world;
            this.index = index;
            streams.add(EVENTS.get(world.random.nextInt(EVENTS.size())));
            streams.add(KLINES.get(world.random.nextInt(KLINES.size())));
            long startMs = START_MS + world.random.nextInt(10_000);
            firstEventId = startMs * 1_000;
            firstOpenTimeMs = Math.floorDiv(startMs, 1_000L) * 1_000;
            for (StreamName stream : streams) {
                if (stream.kind() == StreamName.Kind.KLINE) {
                    klines.put(stream.text(), new TreeMap<>());
                } else {
                    events.put(stream.text(), new ArrayList<>());
                    lastEventIds.put(stream.text(), firstEventId);
                }
            }
        }

        void connect() {
            waits = false;
            if (world.relay == null) {
                reconnect();
                return;
            }
            connection = new Connection(this, world.relay);
        }

        private void reconnect() {
            if (!waits) {
                waits = true;
                world.at(world.nowMs + world.random.nextInt(1_500), this::connect);
            }
        }

        void cut() {
            if (connection != null) {
                world.cuts++;
                lose();
            }
        }

        void lose() {
            if (connection != null) {
                connection.close();
                connection = null;
                reconnect();
            }
        }

        void deliver(StreamEvent event) {
            connection.deliver(event);
        }

        /** Reads some of what the relay has written. */
        void receive() {
            if (connection != null) {
                connection.receive(world.random.nextInt(40));
            }
        }

        Map<StreamName, Long> since() {
            Map<StreamName, Long> since = new LinkedHashMap<>();
            for (StreamName stream : streams) {
                if (stream.kind() == StreamName.Kind.KLINE) {
                    // klines before the newest may have been corrected meanwhile
                    long newestMs =
                            klines.get(stream.text()).keySet().stream()
                                    .max(Comparator.naturalOrder())
                                    .orElse(0L);
                    since.put(stream, Math.max(firstOpenTimeMs, newestMs - LATENESS_MS - 10_000));
                } else {
                    since.put(stream, lastEventIds.get(stream.text()));
                }
            }
            return since;
        }

        void fold(StreamEvent event) {
            if (event.version() == null) {
                long last = lastEventIds.put(event.stream(), event.key().eventId());
                List<String> all = events.get(event.stream());
                repeated += last >= event.key().eventId() || all.contains(event.key().id()) ? 1 : 0;
                if (!all.contains(event.key().id())) {
                    all.add(event.key().id());
                }
                return;
            }
            long openTimeMs = event.version().openTimeMs();
            KlineVersion version =
                    new KlineVersion(
                            openTimeMs, event.version().trades(), event.version().closed(), 0);
            if (openTimeMs >= firstOpenTimeMs) {
                klines.get(event.stream())
                        .merge(
                                openTimeMs,
                                version,
                                (held, other) -> other.isNewerThan(held) ? other : held);
            }
        }

        @Override
        public String toString() {
            return "client " + index + " of " + streams;
        }
    }

    private static final class Connection implements Resuming.Client {
        private final Client client;
        private final Relay relay;
        private final Map<String, Resumption> resumptions = new HashMap<>();
        private final Map<String, KlineVersion> versions = new HashMap<>();
        private final Deque<StreamEvent> out = new ArrayDeque<>();
        private final Resuming resuming;
        private boolean isOpen = true;
        private boolean isReading;

        Connection(Client client, Relay relay) {
            this.client = client;
            this.relay = relay;
            List<Resumption> all = new ArrayList<>();
            client.since().forEach((stream, since) -> all.add(Resumption.of(stream, since)));
            all.forEach(each -> resumptions.put(each.stream().text(), each));
            resuming = new Resuming(all, this);
            relay.hub.resume(relay, client.streams, this::begin);
        }

        private void begin(Map<StreamName, Held> held) {
            if (isOpen) {
                for (StreamName stream : client.streams) {
                    relay.byStream
                            .computeIfAbsent(stream.text(), first -> new ArrayList<>())
                            .add(client);
                }
                isReading = true;
                resuming.begin(held);
            }
        }

        void deliver(StreamEvent event) {
            if (resumptions.get(event.stream()).admits(event)) {
                out.add(event);
            }
        }

        void receive(int most) {
            for (int left = most; left > 0 && !out.isEmpty(); left--) {
                StreamEvent event = out.remove();
                if (event.version() != null) {
                    KlineVersion former =
                            versions.put(
                                    event.stream() + event.version().openTimeMs(), event.version());
                    assertThat(former == null || event.version().isNewerThan(former))
                            .as("%s: %s after %s", event.stream(), event.version(), former)
                            .isTrue();
                }
                client.fold(event);
            }
            if (out.isEmpty()) {
                resuming.drained();
            }
        }

        void close() {
            isOpen = false;
            resuming.end();
            if (isReading) {
                client.streams.forEach(stream -> relay.byStream.get(stream.text()).remove(client));
            }
            relay.hub.unsubscribe(relay, client.streams);
        }

        @Override
        public Runnable read(
                List<Resumption.Query> queries, Consumer<List<Resumption.Answer>> answered) {
            World world = client.world;
            world.at(
                    world.nowMs + world.random.nextInt(100),
                    () -> {
                        List<Resumption.Answer> answers = new ArrayList<>();
                        queries.forEach(query -> answers.add(query.run(world.store.past(), null)));
                        world.at(
                                world.nowMs + world.random.nextInt(100),
                                () -> relay.execute(() -> answered.accept(answers)));
                    });
            return () -> {};
        }

        @Override
        public void after(long ms, Runnable task) {
            client.world.at(client.world.nowMs + ms, task);
        }

        @Override
        public long nowMs() {
            return client.world.nowMs;
        }

        @Override
        public void begun() {
            // nothing to answer
        }

        @Override
        public void refused(StreamName stream, ResumeException e) {
            client.lose();
        }

        @Override
        public void ended(StreamName stream, ResumeException e) {
            client.lose();
        }

        @Override
        public void sendPast(List<StreamEvent> past) {
            out.addAll(past);
        }

        @Override
        public void sendBuffered(List<Emission> emissions) {
            emissions.forEach(emission -> out.addAll(emission.events()));
        }
    }
}
