package io.dexklines.bench.peers;

import io.dexklines.bench.Bench;
import io.dexklines.bench.JavaProcess;
import io.dexklines.bench.SimulatedBacklog;
import io.dexklines.bench.peers.KlineComparison.Key;
import io.dexklines.bench.peers.SteadyState.WarmUp;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.peer.Kline;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The comparison of all contestants with one number of pairs. A part of the trades is published,
 * and the klines that each contestant makes of it are compared with the expected ones. Then the
 * rest is published, and the contestants are measured in turn. One whose klines differ is not
 * measured.
 */
final class Contest {

    private static final double TRADES_PER_SECOND = 1000;
    private static final Duration BEFORE_NOW = Duration.ofMinutes(1);
    private static final Duration BEFORE_THE_HOUR = Duration.ofSeconds(30);
    private static final Duration CHECK_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(5);
    private static final long CHECK_POLL_MS = 1_000;
    private static final long POLL_MS = 100;

    /** Every so many polls, the engine is asked whether it has ended. */
    private static final int POLLS_A_STATE = 20;

    /** With more pairs, the state of some peers does not fit into the small heap. */
    private static final int MANY_PAIRS = 50_000;

    private static final int SMALL_HEAP_MB = 2_048;
    private static final int LARGE_HEAP_MB = 3_072;
    private static final long MEBIBYTE = 1 << 20;

    private final Results.Settings settings;
    private final WarmUp warmUp;
    private final int pairs;
    private final List<Contestant> contestants;
    private final Results.Writer results;
    private final PrintStream log;

    Contest(
            Results.Settings settings,
            int pairs,
            List<Contestant> contestants,
            Results.Writer results,
            PrintStream log) {
        this.settings = settings;
        warmUp = new WarmUp(settings.warmUp(), Duration.ofSeconds(settings.warmUpSeconds()));
        this.pairs = pairs;
        this.contestants = contestants;
        this.results = results;
        this.log = log;
    }

    /** Checks and measures all contestants. */
    void run() throws Exception {
        Bench.inTemporaryFolder(this::run);
    }

    private void run(Path folder) throws Exception {
        CleanTrades trades = new CleanTrades();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                SimulatedBacklog backlog = new SimulatedBacklog(kafka, market(), trades)) {
            Setting setting =
                    new Setting(
                            kafka,
                            backlog,
                            trades,
                            folder,
                            pairs > MANY_PAIRS ? LARGE_HEAP_MB : SMALL_HEAP_MB,
                            Duration.ofMillis((long) (settings.checkpointSeconds() * 1000)));
            Engines engines = new Engines(setting, ProjectHome.find());
            List<Contestant> admitted = check(setting, engines);
            backlog.publish(settings.trades());
            log.printf(
                    "%,d pairs: %,d trades in %,d records, %.0f bytes each%n",
                    pairs, trades.swaps(), backlog.records(), backlog.bytesPerTrade());
            for (int round = 1; round <= settings.rounds(); round++) {
                // each round begins with another contestant, so that none always has the same place
                for (int i = 0; i < admitted.size(); i++) {
                    measure(
                            setting,
                            engines,
                            admitted.get((i + round - 1) % admitted.size()),
                            round);
                }
            }
        }
    }

    /** Opens just before a full hour, so that even a few trades are of several klines. */
    private MarketSettings market() {
        long seconds = (long) (settings.trades() / TRADES_PER_SECOND);
        Instant opening =
                Instant.now()
                        .minusSeconds(seconds)
                        .minus(BEFORE_NOW)
                        .truncatedTo(ChronoUnit.HOURS)
                        .minus(BEFORE_THE_HOUR);
        return new MarketSettings(
                MarketSettings.DEFAULT_SEED,
                opening.toEpochMilli(),
                TRADES_PER_SECOND,
                pairs,
                Long.MAX_VALUE);
    }

    private List<Contestant> check(Setting setting, Engines engines) throws Exception {
        ExpectedKlines expected = new ExpectedKlines();
        setting.trades().expect(expected);
        setting.backlog().publish(settings.checked());
        setting.trades().expect(null);
        Map<Key, Kline> klines = expected.klines();
        List<Contestant> admitted = new ArrayList<>();
        for (Contestant contestant : contestants) {
            if (!contestant.hasKlines() || isEqual(setting, engines, contestant, klines)) {
                admitted.add(contestant);
            }
        }
        return admitted;
    }

    private boolean isEqual(
            Setting setting, Engines engines, Contestant contestant, Map<Key, Kline> expected)
            throws IOException {
        Results.Check check;
        try {
            KlineComparison.Result result = compare(setting, engines, contestant, expected);
            check =
                    new Results.Check(
                            pairs,
                            contestant.code(),
                            result.klines(),
                            result.isEqual(),
                            result.toString());
        } catch (Exception e) {
            log.println(e);
            check = new Results.Check(pairs, contestant.code(), 0, false, firstLine(e));
        }
        results.add(check);
        log.printf(
                "%,d pairs, %s: klines %s (%s)%n",
                pairs, contestant, check.equal() ? "equal" : "DIFFER", check.text());
        return check.equal();
    }

    private static String firstLine(Exception e) {
        return e.toString().lines().findFirst().orElseThrow();
    }

    private static KlineComparison.Result compare(
            Setting setting, Engines engines, Contestant contestant, Map<Key, Kline> expected)
            throws Exception {
        Path klines = Files.createTempDirectory(setting.folder(), contestant.code());
        long all = setting.backlog().records();
        long deadlineNs = System.nanoTime() + CHECK_TIMEOUT.toNanos();
        try (EngineRun run = engines.start(contestant, Optional.of(klines))) {
            while (true) {
                Thread.sleep(CHECK_POLL_MS);
                boolean isLast = run.hasEnded() || System.nanoTime() > deadlineNs;
                if (isLast || run.trades() / setting.tradesPerRecord() > all - 0.5) {
                    KlineComparison.Result result =
                            KlineComparison.compare(
                                    expected,
                                    KlineComparison.newest(klines),
                                    contestant.isOrdered());
                    if (isLast || result.isEqual()) {
                        return result;
                    }
                }
            }
        }
    }

    private void measure(Setting setting, Engines engines, Contestant contestant, int round)
            throws Exception {
        double loadBefore = Machine.load();
        log.printf(
                "%,d pairs, round %d, %s: load %.2f before%n",
                pairs, round, contestant, loadBefore);
        double total = setting.trades().swaps();
        long resident;
        SteadyState steady;
        try (EngineRun run = engines.start(contestant, Optional.empty())) {
            List<Moment> moments = moments(run, total);
            resident = peakResidentMb(run);
            steady = SteadyState.of(moments, warmUp, total);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // the other contestants and rounds go on
            log.printf("%,d pairs, round %d, %s: NO RESULT: %s%n", pairs, round, contestant, e);
            return;
        }
        Results.Run result =
                new Results.Run(
                        pairs,
                        round,
                        contestant.code(),
                        steady.trades(),
                        steady.seconds(),
                        steady.cpuUs(),
                        steady.compilerUs(),
                        steady.collectorUs(),
                        steady.tradesPerSecond(),
                        setting.heapMb(),
                        resident,
                        loadBefore,
                        Machine.load());
        results.add(result);
        log.printf(
                "%,d pairs, round %d, %s: %.2f µs a trade (JIT %.2f, GC %.2f), %,.0f trades/s, %,.0f trades in %.0f s, %d MiB, load %.2f after%n",
                pairs,
                round,
                contestant,
                result.cpuUs(),
                result.compilerUs(),
                result.collectorUs(),
                result.tradesPerSecond(),
                result.trades(),
                result.seconds(),
                resident,
                result.loadAfter());
    }

    private List<Moment> moments(EngineRun run, double total) throws Exception {
        List<Moment> moments = new ArrayList<>();
        double last = 0;
        long warmNs = Long.MAX_VALUE;
        long movedNs = System.nanoTime();
        for (int poll = 1; ; poll++) {
            double trades = run.trades();
            long nowNs = System.nanoTime();
            if (trades > last) {
                try {
                    moments.add(Moment.now(trades, run.pid()));
                    if (warmUp.isOver(moments.get(0), moments.get(moments.size() - 1))) {
                        warmNs = Math.min(warmNs, nowNs);
                    }
                } catch (IOException e) {
                    if (run.hasEnded()) {
                        return moments;
                    }
                }
                last = trades;
                movedNs = nowNs;
            }
            boolean isLongEnough =
                    nowNs > warmNs && nowNs - warmNs > settings.seconds() * 1_000_000_000L;
            if (trades >= total || isLongEnough) {
                return moments;
            }
            if (poll % POLLS_A_STATE == 0 && run.hasEnded()) {
                return moments;
            }
            if (nowNs - movedNs > STALL_TIMEOUT.toNanos()) {
                throw new IllegalStateException("no progress for " + STALL_TIMEOUT);
            }
            Thread.sleep(POLL_MS);
        }
    }

    private static long peakResidentMb(EngineRun run) {
        try {
            return JavaProcess.peakResident(run.pid()) / MEBIBYTE;
        } catch (IOException e) {
            return 0; // the engine has ended
        }
    }
}
