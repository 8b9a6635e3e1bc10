package io.dexklines.chaos.input;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.chaos.input.PlannedTransaction.Ending;
import io.dexklines.chaos.input.Poison.Body;
import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.simulator.SimulatedChain;
import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.local.simulator.SimulatedRecord.Delivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Decides what a chaos input publishes: the records of a simulated market and what is injected
 * between them. Equal {@link InputSettings} give equal steps, byte for byte. Only makes steps, and
 * never waits. Not thread-safe.
 *
 * <p>Seen by the job, the feed of every chain is orderly but for the records of {@link
 * InputKind#LATE}: no other trade may end as {@code late}. That holds if the steps of a chain are
 * appended in the order of {@link PlannedStep#plannedMs}, give or take {@value #MAX_OVERTAKING_MS}
 * ms:
 *
 * <ul>
 *   <li>A record of the market is planned at most 3 s after its block, and the block time of every
 *       other orderly trade is the second in which it is planned. So trades are out of order by at
 *       most 5 s, the bound of the job.
 *   <li>One chain has a producer whose clock is ahead, by at most 45 s. It cannot make trades late
 *       that are 3 s old, since these may be 65 s behind a clock. It could make corrections late,
 *       so its chain has none.
 * </ul>
 */
final class InputPlan {

    /** How much later a step of a chain may be appended than a later one, milliseconds. */
    static final long MAX_OVERTAKING_MS = 1_000;

    private static final SimulatedChain[] CHAINS = SimulatedChain.values();

    // per minute, over all chains
    private static final double LATE = 12;
    private static final double CORRECTIONS = 12;
    private static final double AHEAD = 12;
    private static final double FUTURE = 6;
    private static final double INVALID = 12;
    private static final double UNKNOWN_CHAIN = 4;
    private static final double POISON = 8;
    private static final double TRANSACTIONS = 4;
    private static final double SILENCES = 0.5;

    /** Share of all records that are redelivered, in addition to those of the simulator. */
    private static final double REDELIVERED = 0.03;

    /** The longest time between a record and its copy, here and in the simulator. */
    private static final int MAX_REDELIVERY_MS = 5_000;

    /** How often every other poison comes before {@link Poison#HUGE_ARRAY} comes again. */
    private static final int ROUNDS_A_HUGE_ARRAY = 4;

    private static final long DAY_SECONDS = 86_400;
    private static final byte[] TYPE = "\"type\":\"".getBytes(US_ASCII);
    private static final byte[] CHAIN = "\"chain_id\":\"".getBytes(US_ASCII);
    private static final byte[] QUOTE = "\"".getBytes(US_ASCII);

    /** How long only the market trades at the beginning. */
    private static final long WARM_UP_MS = 1_000;

    private final InputSettings settings;
    private final Market market;
    private final SplittableRandom random;

    /** Decides about copies, so that the number of records does not change what is injected. */
    private final SplittableRandom copies;

    private final SimulatedChain chainAhead;
    private final Map<SimulatedChain, InjectedTrades> injected =
            new EnumMap<>(SimulatedChain.class);

    /** When the latest silence of each chain ends. */
    private final Map<SimulatedChain, Long> silentUntilMs = new EnumMap<>(SimulatedChain.class);

    private final Consumer<Silence> silences;

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::timeMs).thenComparingLong(Event::sequence));

    /** The content of recent records of the market, whose copies have the same array. */
    private final Map<byte[], RecordFacts> known = new IdentityHashMap<>();

    private final Deque<SimulatedRecord> knownInOrder = new ArrayDeque<>();

    /** The kinds of poison that are left of this round. */
    private final List<Poison> poisons = new ArrayList<>();

    private int poisonRounds;
    private SimulatedRecord nextOfMarket;
    private long records;
    private long contents;
    private int transactions;
    private long sequence;

    /**
     * Something that happens at a time.
     *
     * @param action makes the step, or none, from the time
     */
    private record Event(long timeMs, long sequence, LongFunction<Optional<PlannedStep>> action) {}

    /**
     * @param silences receives each silence when its first step is made
     */
    InputPlan(InputSettings settings, Consumer<Silence> silences) {
        this.settings = settings;
        this.silences = silences;
        this.market = market(settings);
        this.random = new SplittableRandom(settings.seed()).split();
        this.copies = random.split();
        this.chainAhead = CHAINS[random.nextInt(CHAINS.length)];
        for (SimulatedChain chain : CHAINS) {
            String prefix =
                    "chaos.%x.%x.%s.".formatted(settings.seed(), settings.startMs(), chain.id());
            injected.put(chain, new InjectedTrades(prefix, random.split()));
            silentUntilMs.put(chain, Long.MIN_VALUE);
        }
        nextOfMarket = market.next().orElseThrow();
        repeat(LATE, this::late);
        repeat(CORRECTIONS, this::correction);
        repeat(AHEAD, this::ahead);
        repeat(FUTURE, this::future);
        repeat(INVALID, this::invalid);
        repeat(UNKNOWN_CHAIN, this::unknownChain);
        repeat(POISON, this::poison);
        repeat(TRANSACTIONS, this::transaction);
        repeat(SILENCES, this::silence);
    }

    /** Returns the pairs that trade most, {@code chain_id:pair_addr}. */
    static List<String> popularPairs(InputSettings settings, int ofEachChain) {
        Market market = market(settings);
        return Arrays.stream(CHAINS)
                .flatMap(
                        chain ->
                                market.pairAddresses(chain).stream()
                                        .limit(ofEachChain)
                                        .map(address -> chain.id() + ':' + address))
                .toList();
    }

    private static Market market(InputSettings settings) {
        return new Market(
                new MarketSettings(
                                settings.seed(),
                                settings.startMs(),
                                settings.tradesPerSecond(),
                                settings.pairs(),
                                Long.MAX_VALUE)
                        .withHostileSymbols());
    }

    /** Returns the chain with a producer whose clock is ahead. */
    SimulatedChain chainAhead() {
        return chainAhead;
    }

    /** Returns the next step in the order of {@link PlannedStep#plannedMs}; empty at the end. */
    Optional<PlannedStep> next() {
        while (true) {
            Event event = events.peek();
            long marketMs = nextOfMarket.sendTimeMs();
            boolean ofMarket = event == null || marketMs < event.timeMs();
            if ((ofMarket ? marketMs : event.timeMs()) >= settings.endMs()) {
                return Optional.empty();
            }
            if (ofMarket) {
                SimulatedRecord simulated = nextOfMarket;
                nextOfMarket = market.next().orElseThrow();
                return Optional.of(ofMarket(simulated));
            }
            events.remove();
            Optional<PlannedStep> step = event.action().apply(event.timeMs());
            if (step.isPresent()) {
                return step;
            }
        }
    }

    private PlannedStep ofMarket(SimulatedRecord simulated) {
        long timeMs = simulated.sendTimeMs();
        RecordFacts first = known.get(simulated.value());
        if (first != null) {
            return planned(first.copy(records++), timeMs, simulated);
        }
        SimulatedChain chain = chain(simulated);
        long swaps = swaps(simulated.value());
        if (swaps > 0) {
            injected.get(chain).learn(simulated.value());
        }
        RecordFacts facts =
                new RecordFacts(
                        records++,
                        simulated.delivery() == Delivery.PROMPT
                                ? InputKind.PROMPT
                                : InputKind.DELAYED,
                        chain,
                        contents++,
                        Entries.ofMarket(swaps, simulated.trades() - swaps),
                        List.of(),
                        RecordFacts.NO_TRANSACTION);
        known.put(simulated.value(), facts);
        knownInOrder.add(simulated);
        while (knownInOrder.element().sendTimeMs() < timeMs - MAX_REDELIVERY_MS) {
            known.remove(knownInOrder.remove().value());
        }
        PlannedRecord record = planned(facts, timeMs, simulated);
        maybeRedeliver(record);
        return record;
    }

    private PlannedRecord planned(RecordFacts facts, long timeMs, SimulatedRecord simulated) {
        return planned(facts, timeMs, simulated.partitionDraw(), simulated.value());
    }

    private PlannedRecord planned(RecordFacts facts, long timeMs, int draw, byte[] value) {
        return new PlannedRecord(facts, timeMs, sendMs(facts.chain(), timeMs), draw, value);
    }

    private long sendMs(SimulatedChain chain, long timeMs) {
        return Math.max(timeMs, silentUntilMs.get(chain));
    }

    /** Plans a copy of some records, on the next partition. */
    private void maybeRedeliver(PlannedRecord record) {
        if (copies.nextDouble() < REDELIVERED * settings.disturbance()) {
            redeliver(record, 200 + copies.nextInt(MAX_REDELIVERY_MS - 200));
        }
    }

    private void redeliver(PlannedRecord record, long laterMs) {
        at(
                record.plannedMs() + laterMs,
                timeMs ->
                        Optional.of(
                                planned(
                                        record.facts().copy(records++),
                                        timeMs,
                                        (record.partitionDraw() + 1) & Integer.MAX_VALUE,
                                        record.value())));
    }

    private void at(long timeMs, LongFunction<Optional<PlannedStep>> action) {
        events.add(new Event(timeMs, sequence++, action));
    }

    /** Repeats an action at random intervals; never if the disturbance is 0. */
    private void repeat(double perMinute, LongFunction<Optional<PlannedStep>> action) {
        double meanMs = 60_000 / (perMinute * settings.disturbance());
        if (Double.isFinite(meanMs)) {
            long firstMs = settings.startMs() + WARM_UP_MS + (long) (random.nextDouble() * meanMs);
            at(firstMs, timeMs -> repeated(timeMs, meanMs, action));
        }
    }

    private Optional<PlannedStep> repeated(
            long timeMs, double meanMs, LongFunction<Optional<PlannedStep>> action) {
        long nextMs = timeMs + Math.max(1, (long) (meanMs * (0.5 + random.nextDouble())));
        at(nextMs, later -> repeated(later, meanMs, action));
        return action.apply(timeMs);
    }

    private Optional<PlannedStep> late(long timeMs) {
        return inject(
                InputKind.LATE,
                anyChain(),
                timeMs,
                trades -> {
                    List<ObjectNode> late = new ArrayList<>();
                    for (int left = 1 + random.nextInt(3); left > 0; left--) {
                        late.add(trades.trade(timeMs / 1000 - 150 - random.nextInt(750)));
                    }
                    return new Body(InjectedTrades.record(late), Entries.ofSwaps(late.size()));
                });
    }

    private Optional<PlannedStep> correction(long timeMs) {
        SimulatedChain chain = anyChain();
        if (chain == chainAhead) {
            return Optional.empty();
        }
        return inject(
                InputKind.CORRECTION,
                chain,
                timeMs,
                trades ->
                        Body.ofSwaps(
                                List.of(trades.trade(timeMs / 1000 - 10 - random.nextInt(40)))));
    }

    private Optional<PlannedStep> ahead(long timeMs) {
        return inject(
                InputKind.AHEAD,
                chainAhead,
                timeMs,
                trades ->
                        Body.ofSwaps(
                                List.of(trades.trade(timeMs / 1000 + 5 + random.nextInt(40)))));
    }

    private Optional<PlannedStep> future(long timeMs) {
        return inject(
                InputKind.FUTURE,
                anyChain(),
                timeMs,
                trades -> {
                    long days = 1 + random.nextInt(36_500);
                    List<ObjectNode> future =
                            List.of(
                                    trades.trade(timeMs / 1000 + days * DAY_SECONDS),
                                    trades.trade(timeMs));
                    return new Body(InjectedTrades.record(future), Entries.ofFuture(future.size()));
                });
    }

    private Optional<PlannedStep> invalid(long timeMs) {
        return inject(
                InputKind.INVALID,
                anyChain(),
                timeMs,
                trades -> {
                    List<JsonNode> elements = new ArrayList<>();
                    int invalid = 1 + random.nextInt(4);
                    elements.add(trades.trade(timeMs / 1000));
                    for (int i = 0; i < invalid; i++) {
                        elements.add(trades.invalid(timeMs / 1000));
                    }
                    elements.add(trades.trade(timeMs / 1000));
                    return new Body(InjectedTrades.record(elements), Entries.ofInvalid(2, invalid));
                });
    }

    private Optional<PlannedStep> unknownChain(long timeMs) {
        return inject(
                InputKind.UNKNOWN_CHAIN,
                anyChain(),
                timeMs,
                trades -> {
                    ObjectNode trade = trades.trade(timeMs / 1000);
                    trade.put("chain_id", "424242");
                    return new Body(
                            InjectedTrades.record(List.of(trade)), Entries.ofUnknownChain(1));
                });
    }

    /**
     * Makes each kind of poison once before any of them comes again. Each element of a huge array
     * is an excluded trade that all checks hold in memory, so it comes less often.
     */
    private Optional<PlannedStep> poison(long timeMs) {
        return inject(
                InputKind.POISON,
                anyChain(),
                timeMs,
                trades -> {
                    if (poisons.isEmpty()) {
                        poisons.addAll(List.of(Poison.values()));
                        if (poisonRounds++ % ROUNDS_A_HUGE_ARRAY != 0) {
                            poisons.remove(Poison.HUGE_ARRAY);
                        }
                    }
                    Poison poison = poisons.remove(random.nextInt(poisons.size()));
                    return poison.body(trades, timeMs / 1000);
                });
    }

    private Optional<PlannedStep> inject(
            InputKind kind,
            SimulatedChain chain,
            long timeMs,
            Function<InjectedTrades, Body> maker) {
        InjectedTrades trades = injected.get(chain);
        if (trades.recent() == null) {
            return Optional.empty();
        }
        PlannedRecord record =
                record(kind, chain, timeMs, maker.apply(trades), RecordFacts.NO_TRANSACTION);
        maybeRedeliver(record);
        return Optional.of(record);
    }

    private PlannedRecord record(
            InputKind kind, SimulatedChain chain, long timeMs, Body body, int transaction) {
        RecordFacts facts =
                new RecordFacts(
                        records++,
                        kind,
                        chain,
                        contents++,
                        body.entries(),
                        kind == InputKind.LATE ? InjectedTrades.txHashes(body.value()) : List.of(),
                        transaction);
        return planned(facts, timeMs, random.nextInt(Integer.MAX_VALUE), body.value());
    }

    /**
     * Makes a transaction that ends at once, or one that hangs. The producer publishes the records
     * again of one that it aborts at once.
     */
    private Optional<PlannedStep> transaction(long timeMs) {
        SimulatedChain chain = anyChain();
        InjectedTrades trades = injected.get(chain);
        if (trades.recent() == null) {
            return Optional.empty();
        }
        int number = transactions++;
        List<PlannedRecord> written = new ArrayList<>();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            Body body =
                    Body.ofSwaps(List.of(trades.trade(timeMs / 1000), trades.trade(timeMs / 1000)));
            written.add(record(InputKind.TRANSACTION, chain, timeMs, body, number));
        }
        boolean hangs = number % 2 == 0;
        long holdMs = hangs ? 10_000 + random.nextInt(30_000) : 0;
        int draw = random.nextInt(hangs ? 3 : 2);
        Ending ending = Ending.values()[draw];
        if (ending == Ending.ABORT && !hangs) {
            written.forEach(record -> redeliver(record, 300));
        }
        return Optional.of(
                new PlannedTransaction(
                        number,
                        chain,
                        timeMs,
                        sendMs(chain, timeMs),
                        holdMs,
                        ending,
                        List.copyOf(written)));
    }

    /** Silences a chain. What it would have published meanwhile comes at the end of the silence. */
    private Optional<PlannedStep> silence(long timeMs) {
        SimulatedChain chain = anyChain();
        long lengthMs = 35_000 + random.nextInt(25_000);
        if (silentUntilMs.get(chain) < timeMs) {
            long untilMs = Math.min(timeMs + lengthMs, settings.endMs());
            silentUntilMs.put(chain, untilMs);
            silences.accept(new Silence(chain.id(), timeMs, untilMs));
        }
        return Optional.empty();
    }

    private SimulatedChain anyChain() {
        return CHAINS[random.nextInt(CHAINS.length)];
    }

    /** Returns the chain of a record, the first of its topic if the record has no entries. */
    private static SimulatedChain chain(SimulatedRecord simulated) {
        int from = indexOf(simulated.value(), CHAIN, 0);
        if (from < 0) {
            return Arrays.stream(CHAINS)
                    .filter(chain -> chain.topic().equals(simulated.topic()))
                    .findFirst()
                    .orElseThrow();
        }
        int begin = from + CHAIN.length;
        int end = indexOf(simulated.value(), QUOTE, begin);
        return SimulatedChain.ofId(new String(simulated.value(), begin, end - begin, US_ASCII))
                .orElseThrow();
    }

    /** Counts the swaps of a record of the market, which writes the type of every entry alike. */
    private static long swaps(byte[] value) {
        long swaps = 0;
        for (int at = indexOf(value, TYPE, 0); at >= 0; at = indexOf(value, TYPE, at)) {
            at += TYPE.length;
            if (value[at] == 'b' || value[at] == 's') {
                swaps++;
            }
        }
        return swaps;
    }

    private static int indexOf(byte[] value, byte[] searched, int from) {
        for (int at = from; at <= value.length - searched.length; at++) {
            if (value[at] == searched[0]
                    && Arrays.equals(
                            value, at, at + searched.length, searched, 0, searched.length)) {
                return at;
            }
        }
        return -1;
    }
}
