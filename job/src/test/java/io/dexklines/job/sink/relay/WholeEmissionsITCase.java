package io.dexklines.job.sink.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.sink.SampleKlines;
import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.SwapBuilder;
import io.dexklines.local.stack.Ports;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import io.dexklines.relay.publish.UpstreamAddress;
import io.dexklines.trade.Pair;
import io.dexklines.trade.Swap;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Subscribers of all klines of a pair, through real connections: whenever {@code E} changes, each
 * kline is the merge of the smaller ones in it. The job is killed and catches up, loses its
 * connection, and the relay is restarted, while one subscriber reads slowly.
 */
@Timeout(300)
class WholeEmissionsITCase {

    private static final Pair PAIR = SampleKlines.PEPE;
    private static final List<Interval> INTERVALS =
            List.of(
                    Interval.ONE_SECOND,
                    Interval.FIVE_SECONDS,
                    Interval.FIFTEEN_SECONDS,
                    Interval.ONE_MINUTE);
    private static final KlineRules RULES = KlineRules.of(INTERVALS, 10_000);
    private static final int PARTITIONS = 3;
    private static final int TRADES_PER_SECOND = 4;
    private static final int ENOUGH = 10;
    private static final int RESTARTS = 3;
    private static final int ENOUGH_CONFLATED = 200;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final SplittableRandom random = random();
    private final List<List<Swap>> partitions = new ArrayList<>();
    private final List<PairWatcher> watchers = new ArrayList<>();
    private RelayServer relay;
    private RelayServer follower;
    private CuttableProxy proxy;
    private RestartingJob job;
    private long trades;

    private static SplittableRandom random() {
        long seed = Long.getLong("emissions.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("emissions.seed=" + seed);
        return new SplittableRandom(seed);
    }

    @AfterEach
    void close() throws Exception {
        for (PairWatcher watcher : watchers) {
            watcher.close();
        }
        job.close();
        proxy.close();
        if (follower != null) {
            follower.close();
        }
        relay.close();
    }

    @Test
    void everyKlineIsTheMergeOfTheSmallerOnesWheneverTheTimeChanges() throws Exception {
        start();
        PairWatcher fast = watch(relay, 0);
        PairWatcher slow = watch(relay, 0);
        follower = follower();
        PairWatcher remote = watch(follower, 0);

        int kills = 0;
        int cuts = 0;
        slow.pause();
        while (kills < ENOUGH || cuts < ENOUGH || conflated() < ENOUGH_CONFLATED) {
            trade();
            switch (random.nextInt(40)) {
                case 0 -> {
                    job.kill(relay.port());
                    kills++;
                }
                case 1 -> {
                    proxy.cut();
                    cuts++;
                }
                case 2, 3 -> job.checkpoint();
                case 4 -> {
                    if (conflated() >= ENOUGH_CONFLATED) {
                        slow.resume();
                    }
                }
                default -> job.awaitReceived();
            }
        }
        slow.resume();
        finish();

        awaitAll(fast);
        awaitAll(slow);
        awaitAll(remote);
        assertThat(slow.checks()).isLessThan(fast.checks());
    }

    @Test
    void aRestartedRelayShowsWholeEmissionsOnly() throws Exception {
        start();
        for (int restarts = 0; restarts < RESTARTS; restarts++) {
            for (int steps = 0; steps < 30; steps++) {
                trade();
            }
            int port = relay.port();
            relay.close();
            for (int steps = 0; steps < 30; steps++) {
                trade();
            }
            relay = RelayServer.start(settings().port(port).build());
            // what closed long ago is not sent again, so only minutes that open later are checked
            PairWatcher watcher = watch(relay, Interval.ONE_MINUTE.closeTimeMs(nowMs()));
            for (int steps = 0; steps < 400; steps++) {
                trade();
                if (random.nextInt(4) == 0) {
                    job.awaitReceived();
                }
            }
            job.awaitReceived();
            await().untilAsserted(() -> assertThat(watcher.checks()).isPositive());
            assertThat(watcher.contradictions()).isEmpty();
        }
        finish();
        awaitAll(watchers.get(RESTARTS - 1));
    }

    private void start() throws Exception {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            partitions.add(new ArrayList<>());
        }
        relay = RelayServer.start(settings().port(Ports.free()).build());
        proxy = new CuttableProxy(relay.port());
        job = new RestartingJob(PAIR, RULES, partitions, proxy, random.split());
    }

    private static RelaySettings.Builder settings() {
        return RelaySettings.builder(RelayWriterContract.TOKEN)
                .port(0)
                .eventLoops(2)
                .maxBlockedMs(Duration.ofMinutes(4).toMillis())
                .idleTimeoutMs(Duration.ofMinutes(4).toMillis())
                .maxBacklog(1_000_000);
    }

    private RelayServer follower() {
        URI uri = URI.create("ws://127.0.0.1:" + relay.port() + "/follow");
        return RelayServer.start(
                settings()
                        .upstreams(List.of(new UpstreamAddress(uri, RelayWriterContract.TOKEN)))
                        .build());
    }

    private PairWatcher watch(RelayServer server, long fromMs) throws Exception {
        double before = metric(server, "subscriptions");
        PairWatcher watcher = new PairWatcher(server.port(), PAIR, INTERVALS, fromMs);
        watchers.add(watcher);
        await().until(() -> metric(server, "subscriptions") == before + INTERVALS.size());
        return watcher;
    }

    /** Adds a few trades to the partitions, and lets the job read and emit some. */
    private void trade() {
        for (int trade = random.nextInt(20); trade > 0; trade--) {
            trades++;
            double price = 1 + random.nextInt(1000);
            partitions
                    .get(random.nextInt(PARTITIONS))
                    .add(
                            SwapBuilder.at(nowMs() / 1000)
                                    .place(trades, 0, 0, 0)
                                    .identity(trades)
                                    .price(price)
                                    .swap());
        }
        job.readSome();
        if (random.nextInt(3) > 0) {
            job.emit();
        }
    }

    private long nowMs() {
        return SampleKlines.MIDNIGHT_MS + trades / TRADES_PER_SECOND * 1000;
    }

    /** Lets the job read all trades. */
    private void finish() throws Exception {
        while (!job.hasReadAll()) {
            job.readSome();
            job.emit();
        }
        job.awaitReceived();
    }

    /** Waits until a watcher has received the last kline of every interval. */
    private void awaitAll(PairWatcher watcher) {
        for (Interval interval : INTERVALS) {
            long openTimeMs = interval.openTimeMs(nowMs());
            long expected =
                    partitions.stream()
                            .flatMap(List::stream)
                            .mapToLong(swap -> swap.position().blockTimeSeconds() * 1000)
                            .filter(timeMs -> interval.openTimeMs(timeMs) == openTimeMs)
                            .count();
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () ->
                                    assertThat(watcher.trades(interval, openTimeMs))
                                            .as("trades of the last %s", interval.code())
                                            .isEqualTo(expected));
        }
        assertThat(watcher.contradictions()).isEmpty();
        System.out.println("checks: " + watcher.checks());
    }

    private double conflated() throws Exception {
        return metric(relay, "conflated_total");
    }

    private static double metric(RelayServer server, String name) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics");
        return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith("klines_relay_" + name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }
}
