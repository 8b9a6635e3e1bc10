package io.dexklines.chaos.input;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what a chaos input publishes, with the decoder of the job as the judge of its records. */
class InputPlanTest {

    private static final long START_MS = Instant.parse("2026-01-05T10:00:20Z").toEpochMilli();
    private static final Map<String, Set<String>> CHAINS_BY_TOPIC =
            Map.of(
                    "sol-trades", Set.of("100000"),
                    "bsc-trades", Set.of("56"),
                    "evm-trades-v4", Set.of("1", "8453"));

    /** The bound of the job, seconds. */
    private static final long MAX_DISORDER_S = 5;

    /** The allowed lateness and the bound of the disorder, seconds. */
    private static final long NEVER_LATE_S = 65;

    @Test
    void equalSettingsGiveEqualSteps() {
        List<PlannedStep> steps = steps(plan(7, 60));
        List<PlannedStep> again = steps(plan(7, 60));

        assertThat(steps).hasSameSizeAs(again).hasSizeGreaterThan(300);
        for (int i = 0; i < steps.size(); i++) {
            assertThat(again.get(i).sendMs()).isEqualTo(steps.get(i).sendMs());
            List<PlannedRecord> records = steps.get(i).records();
            for (int j = 0; j < records.size(); j++) {
                PlannedRecord other = again.get(i).records().get(j);
                assertThat(other.facts()).isEqualTo(records.get(j).facts());
                assertThat(other.partitionDraw()).isEqualTo(records.get(j).partitionDraw());
                assertThat(other.value()).isEqualTo(records.get(j).value());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, -2})
    void theJobFindsInEachRecordWhatThePlanSays(long seed) {
        TickingClock clock = new TickingClock();
        JsonTradeDecoder decoder =
                new JsonTradeDecoder(CHAINS_BY_TOPIC, Duration.ofSeconds(60), clock);
        Map<TradeId, Long> contents = new HashMap<>();

        for (PlannedRecord record : records(steps(plan(seed, 180)))) {
            clock.nowMs = record.sendMs();
            DecodedRecord decoded = decoder.decode(record.value(), record.chain().topic(), 0, 0);

            RecordFacts facts = record.facts();
            assertThat(found(decoded)).as("seed %d, %s", seed, facts).isEqualTo(facts.entries());
            for (Trade trade : decoded.trades()) {
                assertThat(trade.chainId()).isEqualTo(facts.chain().id());
                assertThat(contents.merge(trade.identity(), facts.content(), Math::min))
                        .as("seed %d: the content of trade %s", seed, trade.txHash())
                        .isEqualTo(facts.content());
            }
            if (!facts.lateTxHashes().isEmpty()) {
                assertThat(decoded.trades())
                        .extracting(Trade::txHash)
                        .containsExactlyElementsOf(facts.lateTxHashes());
            }
        }
        assertThat(contents).hasSizeGreaterThan(10_000);
    }

    @Test
    void everyKindOfRecordAndPoisonComesWithinFiveMinutes() {
        List<PlannedStep> steps = steps(plan(3, 300));

        Map<InputKind, Integer> kinds = new EnumMap<>(InputKind.class);
        records(steps).forEach(record -> kinds.merge(record.facts().kind(), 1, Integer::sum));
        Set<PlannedTransaction.Ending> endings = EnumSet.noneOf(PlannedTransaction.Ending.class);
        for (PlannedStep step : steps) {
            if (step instanceof PlannedTransaction transaction) {
                endings.add(transaction.ending());
            }
        }
        assertThat(kinds).containsOnlyKeys(InputKind.values());
        assertThat(kinds.get(InputKind.POISON)).isGreaterThan(Poison.values().length);
        assertThat(endings).containsExactlyInAnyOrder(PlannedTransaction.Ending.values());
        assertThat(steps).as("a silence").anyMatch(step -> step.sendMs() > step.plannedMs());
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void tradesThatAreNotInjectedAsLateAreNeverLate(long seed) {
        TickingClock clock = new TickingClock();
        JsonTradeDecoder decoder =
                new JsonTradeDecoder(CHAINS_BY_TOPIC, Duration.ofSeconds(60), clock);
        InputPlan plan = plan(seed, 300);
        Map<SimulatedChain, TreeMap<Long, Long>> latest = new EnumMap<>(SimulatedChain.class);
        Map<SimulatedChain, TreeMap<Long, Long>> latestWithAhead =
                new EnumMap<>(SimulatedChain.class);
        List<PlannedRecord> records = records(steps(plan));
        List<List<Long>> times = new ArrayList<>();
        Set<Long> contentsAhead = new HashSet<>();
        for (PlannedRecord record : records) {
            if (record.facts().kind() == InputKind.AHEAD) {
                contentsAhead.add(record.facts().content());
            }
            clock.nowMs = record.sendMs();
            List<Long> seconds =
                    decoder.decode(record.value(), record.chain().topic(), 0, 0).trades().stream()
                            .map(trade -> trade.position().blockTimeSeconds())
                            .toList();
            times.add(seconds);
            for (long second : seconds) {
                note(latestWithAhead, record, second);
                if (!contentsAhead.contains(record.facts().content())) {
                    note(latest, record, second);
                }
            }
        }

        for (int i = 0; i < records.size(); i++) {
            PlannedRecord record = records.get(i);
            InputKind kind = record.facts().kind();
            if (!record.facts().lateTxHashes().isEmpty()) {
                continue;
            }
            for (long second : times.get(i)) {
                assertThat(before(latestWithAhead, record) - second)
                        .as("seed %d: seconds behind, %s", seed, record.facts())
                        .isLessThan(NEVER_LATE_S);
                if (kind != InputKind.CORRECTION && kind != InputKind.REDELIVERED) {
                    assertThat(before(latest, record) - second)
                            .as("seed %d: seconds out of order, %s", seed, record.facts())
                            .isLessThanOrEqualTo(MAX_DISORDER_S);
                }
            }
        }
    }

    @Test
    void copiesHaveTheSameBytesOnAnotherPartition() {
        Map<Long, PlannedRecord> firsts = new HashMap<>();
        int copies = 0;

        for (PlannedRecord record : records(steps(plan(11, 300)))) {
            PlannedRecord first = firsts.putIfAbsent(record.facts().content(), record);
            if (first != null) {
                assertThat(record.value()).isEqualTo(first.value());
                assertThat(record.facts().kind()).isEqualTo(InputKind.REDELIVERED);
                copies += record.partitionDraw() % 4 == first.partitionDraw() % 4 ? 0 : 1;
            }
        }

        assertThat(copies).isGreaterThan(50);
    }

    @Test
    void theStepsOfAChainKeepTheirOrderAfterASilence() {
        List<Silence> silences = new ArrayList<>();
        InputPlan plan =
                new InputPlan(
                        InputSettings.of(13, START_MS, 100).withLength(Duration.ofSeconds(300)),
                        silences::add);
        Map<SimulatedChain, Long> latest = new EnumMap<>(SimulatedChain.class);

        for (PlannedStep step : steps(plan)) {
            assertThat(step.sendMs())
                    .isGreaterThanOrEqualTo(latest.getOrDefault(step.chain(), Long.MIN_VALUE))
                    .isGreaterThanOrEqualTo(step.plannedMs());
            assertThat(silences)
                    .filteredOn(silence -> silence.chain().equals(step.chain().id()))
                    .noneMatch(
                            silence ->
                                    silence.fromMs() < step.sendMs()
                                            && step.sendMs() < silence.untilMs());
            latest.put(step.chain(), step.sendMs());
        }

        assertThat(silences).isNotEmpty();
    }

    @Test
    void withoutDisturbanceOnlyTheMarketTrades() {
        InputPlan plan =
                new InputPlan(
                        InputSettings.of(1, START_MS, 100)
                                .withLength(Duration.ofSeconds(60))
                                .withDisturbance(0),
                        silence -> {});

        assertThat(records(steps(plan)))
                .extracting(record -> record.facts().kind())
                .containsOnly(InputKind.PROMPT, InputKind.DELAYED, InputKind.REDELIVERED);
    }

    private static InputPlan plan(long seed, int seconds) {
        return new InputPlan(
                InputSettings.of(seed, START_MS, 100).withLength(Duration.ofSeconds(seconds)),
                silence -> {});
    }

    private static List<PlannedStep> steps(InputPlan plan) {
        List<PlannedStep> steps = new ArrayList<>();
        for (Optional<PlannedStep> next = plan.next(); next.isPresent(); next = plan.next()) {
            steps.add(next.get());
        }
        return steps;
    }

    private static List<PlannedRecord> records(List<PlannedStep> steps) {
        return steps.stream().flatMap(step -> step.records().stream()).toList();
    }

    private static Entries found(DecodedRecord decoded) {
        Map<ExclusionReason, Long> excluded =
                Arrays.stream(ExclusionReason.values())
                        .collect(
                                toMap(
                                        reason -> reason,
                                        reason ->
                                                decoded.excluded().stream()
                                                        .map(ExcludedTrade::reason)
                                                        .filter(reason::equals)
                                                        .count()));
        return new Entries(
                decoded.trades().size(),
                excluded.get(ExclusionReason.MALFORMED),
                excluded.get(ExclusionReason.UNSUPPORTED_TYPE),
                excluded.get(ExclusionReason.INVALID),
                excluded.get(ExclusionReason.UNKNOWN_CHAIN),
                excluded.get(ExclusionReason.FUTURE));
    }

    /** Notes a block time of a record by the time for which it is planned. */
    private static void note(
            Map<SimulatedChain, TreeMap<Long, Long>> latest, PlannedRecord record, long second) {
        latest.computeIfAbsent(record.chain(), chain -> new TreeMap<>())
                .merge(record.plannedMs(), second, Math::max);
    }

    /** Returns the latest block time of what may be appended before a record. */
    private static long before(
            Map<SimulatedChain, TreeMap<Long, Long>> latest, PlannedRecord record) {
        return latest
                .get(record.chain())
                .headMap(record.plannedMs() + InputPlan.MAX_OVERTAKING_MS, true)
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(Long.MIN_VALUE / 2);
    }

    /** A clock that shows the time that it is given. */
    private static final class TickingClock extends Clock {

        private long nowMs;

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(nowMs);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
