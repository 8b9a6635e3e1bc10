package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import io.dexklines.relay.metrics.RelayMetrics;
import io.dexklines.relay.stream.Emission;
import io.dexklines.relay.stream.EventTime;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.Publication;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamHub;
import io.dexklines.relay.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Simulates a job that restarts and slow subscribers of its klines. Whenever {@code E} changes, a
 * subscriber has klines of which each is the merge of the smaller ones in it.
 */
class WholeEmissionsTest {

    private static final String PAIR = "1:0xabc";
    private static final List<Interval> INTERVALS =
            List.of(Interval.ONE_SECOND, Interval.FIVE_SECONDS, Interval.FIFTEEN_SECONDS);
    private static final int PARTITIONS = 3;
    private static final int TRADES = 300;
    private static final int SIMULATIONS = 400;

    @Test
    void everyKlineIsTheMergeOfTheSmallerOnesWheneverTheTimeChanges() {
        long first = Long.getLong("emissions.seed", new Random().nextLong());
        System.out.println("emissions.seed=" + first);
        long conflated = 0;
        long withheld = 0;
        for (long seed = first; seed < first + SIMULATIONS; seed++) {
            Simulation simulation = new Simulation(seed);
            simulation.run();
            conflated += simulation.slow.conflated;
            withheld += simulation.metrics.withheld.sum();
        }
        assertThat(conflated).as("conflated klines").isGreaterThan(SIMULATIONS);
        assertThat(withheld).as("withheld klines").isGreaterThan(SIMULATIONS);
    }

    /** One pair, its job, the hub, a fast and a slow subscriber. */
    private static final class Simulation {
        private final long seed;
        private final Random random;
        private final RelayMetrics metrics = new RelayMetrics();
        private final StreamHub hub = new StreamHub(1_000_000, metrics);
        private final List<List<Trade>> partitions = new ArrayList<>();
        private final Subscriber fast;
        private final Subscriber slow;

        private Job job = new Job();
        private Job checkpoint = new Job();
        private long nowMs = 1_000;

        Simulation(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            for (int partition = 0; partition < PARTITIONS; partition++) {
                partitions.add(new ArrayList<>());
            }
            for (int trade = 0; trade < TRADES; trade++) {
                partitions
                        .get(random.nextInt(PARTITIONS))
                        .add(new Trade(trade / 5 * 1_000L, random.nextInt(1_000)));
            }
            fast = new Subscriber(seed);
            slow = new Subscriber(seed);
        }

        void run() {
            fast.subscribe(hub);
            slow.subscribe(hub);
            while (!job.hasReadAll(partitions)) {
                switch (random.nextInt(12)) {
                    case 0 -> {
                        // the job emits all changes before a checkpoint
                        publish();
                        checkpoint = job.copy();
                    }
                    case 1 -> {
                        if (random.nextInt(4) == 0) {
                            job = checkpoint.copy();
                        }
                    }
                    case 2 -> {
                        if (random.nextInt(4) == 0) {
                            job.sendAgain();
                        }
                    }
                    case 3, 4, 5 -> publish();
                    case 6 -> slow.read(random.nextInt(6));
                    default -> job.read(partitions, random);
                }
                fast.read(Integer.MAX_VALUE);
            }
            publish();
            fast.read(Integer.MAX_VALUE);
            slow.read(Integer.MAX_VALUE);
            assertThat(fast.klines).as("seed %d", seed).isEqualTo(job.all());
            assertThat(slow.klines).as("seed %d", seed).isEqualTo(job.all());
        }

        private void publish() {
            nowMs++;
            List<Publication> emission = job.takeEmission(nowMs);
            if (!emission.isEmpty()) {
                hub.publish(List.of(emission), () -> {});
            }
        }
    }

    private record Trade(long secondMs, long volume) {}

    /** What a kline and the merge of smaller ones have in common. */
    private record Sums(long trades, long volume) {

        Sums plus(Sums other) {
            return new Sums(trades + other.trades, volume + other.volume);
        }
    }

    private record Key(Interval interval, long openTimeMs) {

        String stream() {
            return PAIR + "@kline_" + interval.code();
        }
    }

    /** Counts trades. Its state is what a checkpoint contains, and what waits for the relay. */
    private static final class Job {
        private final int[] read = new int[PARTITIONS];
        private final TreeMap<Long, Sums> bySecond = new TreeMap<>();
        private final TreeSet<Long> changed = new TreeSet<>();

        Job copy() {
            Job copy = new Job();
            System.arraycopy(read, 0, copy.read, 0, PARTITIONS);
            copy.bySecond.putAll(bySecond);
            return copy;
        }

        boolean hasReadAll(List<List<Trade>> partitions) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                if (read[partition] < partitions.get(partition).size()) {
                    return false;
                }
            }
            return true;
        }

        void read(List<List<Trade>> partitions, Random random) {
            int partition = random.nextInt(PARTITIONS);
            for (int trade = random.nextInt(8); trade > 0; trade--) {
                if (read[partition] < partitions.get(partition).size()) {
                    Trade next = partitions.get(partition).get(read[partition]++);
                    bySecond.merge(next.secondMs(), new Sums(1, next.volume()), Sums::plus);
                    changed.add(next.secondMs());
                }
            }
        }

        /** What a publisher sends after a reconnect. */
        void sendAgain() {
            changed.addAll(bySecond.descendingMap().keySet().stream().limit(2).toList());
        }

        List<Publication> takeEmission(long nowMs) {
            List<Publication> emission = new ArrayList<>();
            for (Interval interval : INTERVALS) {
                TreeSet<Long> openTimesMs = new TreeSet<>();
                changed.forEach(second -> openTimesMs.add(interval.openTimeMs(second)));
                for (long openTimeMs : openTimesMs) {
                    emission.add(
                            publication(
                                    new Key(interval, openTimeMs),
                                    sums(interval, openTimeMs),
                                    nowMs));
                }
            }
            changed.clear();
            return emission;
        }

        private Sums sums(Interval interval, long openTimeMs) {
            return bySecond.subMap(openTimeMs, interval.closeTimeMs(openTimeMs)).values().stream()
                    .reduce(new Sums(0, 0), Sums::plus);
        }

        Map<Key, Sums> all() {
            Map<Key, Sums> all = new HashMap<>();
            for (Interval interval : INTERVALS) {
                for (long second : bySecond.keySet()) {
                    long openTimeMs = interval.openTimeMs(second);
                    all.put(new Key(interval, openTimeMs), sums(interval, openTimeMs));
                }
            }
            return all;
        }

        private static Publication publication(Key key, Sums sums, long nowMs) {
            String data =
                    "{\"E\":%d,\"t\":%d,\"n\":%d,\"v\":%d}"
                            .formatted(nowMs, key.openTimeMs(), sums.trades(), sums.volume());
            return new Publication(
                    StreamName.parse(key.stream()),
                    data.getBytes(StandardCharsets.UTF_8),
                    new KlineVersion(
                            key.openTimeMs(), sums.trades(), false, Long.hashCode(sums.volume())),
                    new EventTime(nowMs, "{\"E\":".length(), data.indexOf(',')),
                    null);
        }
    }

    /** Has a backlog, of which it reads a part at a time. */
    private static final class Subscriber implements StreamHub.Listener {
        private static final Pattern DATA =
                Pattern.compile("\\{\"E\":(\\d+),\"t\":(\\d+),\"n\":(\\d+),\"v\":(\\d+)}");

        private final long seed;
        private final Backlog backlog = new Backlog();
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private final Map<Key, Sums> klines = new HashMap<>();
        private long timeMs;
        private long conflated;

        Subscriber(long seed) {
            this.seed = seed;
        }

        void subscribe(StreamHub hub) {
            List<StreamName> streams = new ArrayList<>();
            INTERVALS.forEach(
                    interval -> streams.add(StreamName.parse(new Key(interval, 0).stream())));
            hub.subscribe(this, streams, this::add);
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void deliver(List<Emission> emissions, Runnable done) {
            add(emissions);
            done.run();
        }

        private void add(List<Emission> emissions) {
            emissions.forEach(emission -> conflated += backlog.add(emission));
        }

        void read(int most) {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
            int left = most;
            while (left > 0 && !backlog.isEmpty()) {
                Emission next = backlog.poll();
                int count = Math.min(left, next.events().size());
                next.events().subList(0, count).forEach(this::receive);
                if (count < next.events().size()) {
                    List<StreamEvent> rest = next.events().subList(count, next.events().size());
                    backlog.putBack(new Emission(next.pair(), rest));
                }
                left -= count;
            }
            if (backlog.isEmpty()) {
                check();
            }
        }

        private void receive(StreamEvent event) {
            Matcher data = DATA.matcher(new String(event.data(), StandardCharsets.UTF_8));
            assertThat(data.matches()).isTrue();
            if (Long.parseLong(data.group(1)) != timeMs) {
                check();
                timeMs = Long.parseLong(data.group(1));
            }
            String code = event.stream().substring(event.stream().lastIndexOf('_') + 1);
            Key key = new Key(Interval.ofCode(code), Long.parseLong(data.group(2)));
            Sums received = new Sums(Long.parseLong(data.group(3)), Long.parseLong(data.group(4)));
            Sums before = klines.put(key, received);
            if (before != null) {
                assertThat(received.trades())
                        .as("seed %d, %s", seed, key)
                        .isGreaterThanOrEqualTo(before.trades());
            }
        }

        /** Checks that every kline is the merge of the next smaller ones in it. */
        private void check() {
            Map<Key, Sums> merged = new HashMap<>();
            Map<Key, Sums> larger = new HashMap<>();
            klines.forEach(
                    (key, sums) -> {
                        int place = INTERVALS.indexOf(key.interval());
                        if (place > 0) {
                            larger.put(key, sums);
                        }
                        if (place + 1 < INTERVALS.size()) {
                            Interval next = INTERVALS.get(place + 1);
                            merged.merge(
                                    new Key(next, next.openTimeMs(key.openTimeMs())),
                                    sums,
                                    Sums::plus);
                        }
                    });
            assertThat(larger).as("seed %d, up to E=%d", seed, timeMs).isEqualTo(merged);
        }
    }
}
