package io.dexklines.clock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Simulated sources of trades: producers, the partitions of brokers, the source's readers and its
 * enumerator with the clocks. They feed a {@link Job}. Everything is derived from a seed.
 *
 * <p>What happens: partitions of which each is read at a pace of its own, open and aborted
 * transactions, partitions without a leader, whose producers retry, chains that fall silent and
 * return with their backlog, chains whose clock is ahead, backlogs at the start, new partitions,
 * redeliveries, slow answers and reports, checkpoints, crashes of the tasks or of the JobManager,
 * savepoints with another parallelism, and drains.
 */
public final class SimulatedSources {

    /** A trade, known by its number. */
    public record SimulatedTrade(String chainId, long timeMs, long number) {

        @Override
        public String toString() {
            return "#" + number + " at " + timeMs;
        }
    }

    /** The operator behind the sources, with its parallel instances as one. */
    public interface Job {

        /** Starts from the latest checkpoint, or empty if there is none. */
        void start(long nowMs) throws Exception;

        /** Takes the trades of a record. */
        void trades(Partition partition, long offset, List<SimulatedTrade> trades) throws Exception;

        /** Takes a chain's time, the least of all readers. Readers and restarts make it fall. */
        void time(String chainId, ChainTime time) throws Exception;

        /** Lets the wall clock advance. */
        void passTime(long nowMs) throws Exception;

        /** Takes a checkpoint. */
        void checkpoint() throws Exception;

        /** Ends the input, before the last checkpoint of a drained job. */
        void drain() throws Exception;
    }

    /**
     * What may happen.
     *
     * @param orderly whether the brokers append each chain's trades in order, so none may be late;
     *     else a producer of some partitions falls behind
     * @param crashes whether the job fails or is restarted
     * @param ticks for how many ticks of random length the producers run
     */
    public record Conditions(boolean orderly, boolean crashes, int ticks) {}

    private static final int MAX_RESTARTS = 4;
    private static final long START_MS = 1_704_067_200_000L;

    /** Trades of one array, or a transaction's end. */
    private record Entry(List<SimulatedTrade> trades, Transaction transaction) {}

    /** A transaction on one partition. */
    private static final class Transaction {
        private boolean hung;
        private boolean open = true;
        private boolean aborted;
    }

    /** A partition on its broker. */
    private static final class Log {
        private final Partition partition;
        private final Set<String> chains;
        private final long firstOffset;
        private final List<Entry> entries = new ArrayList<>();
        private boolean leader = true;
        private boolean outageNoticed;
        private Transaction transaction;
        private int stable;

        Log(Partition partition, Set<String> chains, long firstOffset) {
            this.partition = partition;
            this.chains = chains;
            this.firstOffset = firstOffset;
        }

        int stable() {
            while (stable < entries.size()
                    && (entries.get(stable).transaction == null
                            || !entries.get(stable).transaction.open)) {
                stable++;
            }
            return stable;
        }

        void append(List<SimulatedTrade> trades) {
            entries.add(new Entry(trades, transaction));
        }

        void endTransaction(boolean abort) {
            transaction.open = false;
            transaction.aborted = abort;
            transaction = null;
            entries.add(new Entry(List.of(), null));
        }
    }

    /** A producer of a chain's trades. It appends in order, apart from retries. */
    private static final class Producer {
        private final String chainId;
        private final List<Log> logs;
        private long headMs;
        private long newestMs;
        private final long aheadMs;
        private final boolean retries;
        private final boolean pauses;
        private boolean silent;
        private Log sticky;
        private final Map<Log, Deque<List<SimulatedTrade>>> retried = new LinkedHashMap<>();
        private final Map<Log, Long> flushAtMs = new HashMap<>();

        Producer(
                String chainId,
                List<Log> logs,
                long headMs,
                long aheadMs,
                boolean retries,
                boolean pauses) {
            this.chainId = chainId;
            this.logs = logs;
            this.headMs = headMs;
            this.newestMs = headMs;
            this.aheadMs = aheadMs;
            this.retries = retries;
            this.pauses = pauses;
        }
    }

    /** A split of the source, as its reader knows it. */
    private static final class Split {
        private final Log log;
        private int position;
        private int fetched;
        private boolean positionKnown;
        private final Map<String, Long> latestMs = new HashMap<>();

        Split(Log log, int position, boolean positionKnown) {
            this.log = log;
            this.position = position;
            this.positionKnown = positionKnown;
        }
    }

    /** A subtask of the source, with its channel to the operator. */
    private static final class Reader {
        private final List<Split> splits = new ArrayList<>();
        private final Deque<Map<String, ChainTime>> events = new ArrayDeque<>();
        private final Deque<List<Report>> reports = new ArrayDeque<>();
        private final Deque<Object> channel = new ArrayDeque<>();
        private final Map<String, ChainTime> emitted = new HashMap<>();

        /** The last times that have passed the channel. */
        private final Map<String, ChainTime> arrived = new HashMap<>();
    }

    private record Report(Partition partition, long position, Map<String, Long> latestMs) {}

    private record Emitted(Log log, int index) {}

    private record EmittedTime(String chainId, ChainTime time) {}

    /** A question on its way to a broker and back. */
    private static final class Asked {
        private final ChainClocks.Question question;
        private boolean evaluated;

        /** Null if the partition has no leader. */
        private EnumeratorClocks.Ends ends;

        Asked(ChainClocks.Question question) {
            this.question = question;
        }
    }

    private record Position(int index, boolean known) {}

    private record Checkpoint(Map<Log, Position> positions, Map<Partition, Long> clocks) {}

    private final Random random;
    private final Conditions conditions;
    private final Job job;
    private final EnumeratorClocks clocks;
    private final StringBuilder schedule;
    private final long disorderMs;
    private final long idleTimeoutMs;
    private final int tickMs;
    private final boolean transactions;
    private final boolean outages;
    private final boolean growth;
    private final boolean redelivery;
    private final boolean slowAnswers;

    private final Map<String, List<Log>> topics = new TreeMap<>();
    private final Map<String, Set<String>> chainsOf = new TreeMap<>();
    private final List<Producer> producers = new ArrayList<>();
    private final List<SimulatedTrade> produced = new ArrayList<>();
    private final Map<String, Long> latestKnownMs = new HashMap<>();
    private List<Reader> readers = new ArrayList<>();
    private final Set<Log> assigned = new HashSet<>();
    private final Map<Partition, Asked> asked = new TreeMap<>();
    private ChainClocks.Question round;
    private Map<Partition, Set<String>> listing;
    private Checkpoint checkpoint;
    private long nowMs;
    private int restarts;

    /**
     * @param schedule takes the schedule, a line for each event; null if it is not wanted
     */
    public SimulatedSources(
            long seed,
            Conditions conditions,
            EnumeratorClocks.Factory clocks,
            Job job,
            StringBuilder schedule) {
        this.random = new Random(seed);
        this.conditions = conditions;
        this.job = job;
        this.schedule = schedule;
        this.disorderMs = 1000L * oneOf(0, 1, 5);
        this.idleTimeoutMs = 1000L * oneOf(10, 30);
        this.tickMs = oneOf(100, 400, 1500);
        this.transactions = random.nextBoolean();
        this.outages = random.nextBoolean();
        this.growth = random.nextInt(3) == 0;
        this.slowAnswers = random.nextInt(3) == 0;
        this.redelivery = !transactions && random.nextInt(3) == 0;
        this.nowMs = START_MS + random.nextInt(1000 * 86_400);
        this.clocks = clocks.create(disorderMs, idleTimeoutMs);
        createTopics();
    }

    /** Returns the chains. */
    public Set<String> chainIds() {
        Set<String> chainIds = new TreeSet<>();
        chainsOf.values().forEach(chainIds::addAll);
        return chainIds;
    }

    /** Returns up to when, after a run, the klines of chains without trades have been closed. */
    public long quietSinceMs() {
        return nowMs - 3 * idleTimeoutMs / 2;
    }

    /** Returns how often the job was restarted. */
    public int restarts() {
        return restarts;
    }

    /** Returns the trades that a reader of committed data finds in the partitions, each once. */
    public Set<Long> committed() {
        Set<Long> committed = new TreeSet<>();
        for (Log log : logs()) {
            for (Entry entry : log.entries) {
                if (entry.transaction == null || !entry.transaction.aborted) {
                    entry.trades.forEach(trade -> committed.add(trade.number));
                }
            }
        }
        return committed;
    }

    /**
     * Runs for some time, then lets everything be read and the chains be quiet.
     *
     * @throws AssertionError if a clock passes the wall clock
     */
    public void run() throws Exception {
        start(false);
        for (int tick = 0; tick < conditions.ticks; tick++) {
            nowMs += random.nextInt(2 * tickMs);
            job.passTime(nowMs);
            producers.forEach(this::produce);
            logs().forEach(this::disturb);
            if (growth && random.nextInt(80) == 0) {
                addPartition();
            }
            int operations = 5 + random.nextInt(20);
            for (int i = 0; i < operations; i++) {
                operate();
            }
            if (random.nextInt(15) == 0) {
                restartOrCheckpoint();
            }
        }
        settle();
    }

    private void createTopics() {
        chainsOf.put("bsc", Set.of("56"));
        if (random.nextInt(4) > 0) {
            chainsOf.put(
                    "evm", random.nextBoolean() ? Set.of("1") : new TreeSet<>(Set.of("1", "10")));
        }
        chainsOf.forEach(
                (topic, chainIds) -> {
                    topics.put(topic, new ArrayList<>());
                    int partitions = 1 + random.nextInt(3);
                    for (int i = 0; i < partitions; i++) {
                        addLog(topic);
                    }
                    for (String chainId : chainIds) {
                        long backlogMs = random.nextBoolean() ? 0 : random.nextInt(300_000);
                        long aheadMs = random.nextInt(4) > 0 ? 0 : random.nextInt(60_000);
                        Producer producer =
                                new Producer(
                                        chainId,
                                        topics.get(topic),
                                        seconds(nowMs - backlogMs),
                                        aheadMs,
                                        random.nextBoolean(),
                                        random.nextBoolean());
                        producers.add(producer);
                        for (int i = 0; i < backlogMs / 20_000; i++) {
                            append(producer, 20_000);
                        }
                    }
                });
        if (!conditions.orderly) {
            Producer behind = producers.get(random.nextInt(producers.size()));
            List<Log> some =
                    List.copyOf(behind.logs.subList(0, 1 + random.nextInt(behind.logs.size())));
            producers.add(
                    new Producer(
                            behind.chainId,
                            some,
                            seconds(nowMs - random.nextInt(120_000)),
                            0,
                            true,
                            true));
        }
    }

    private void addLog(String topic) {
        List<Log> logs = topics.get(topic);
        logs.add(
                new Log(
                        new Partition(topic, logs.size()),
                        chainsOf.get(topic),
                        random.nextInt(3) == 0 ? 1000 : 0));
    }

    private void addPartition() {
        List<String> names = new ArrayList<>(topics.keySet());
        String topic = names.get(random.nextInt(names.size()));
        if (topics.get(topic).size() < 5) {
            addLog(topic);
            note("%s has %d partitions", topic, topics.get(topic).size());
        }
    }

    // ---- producers and brokers ----

    private void produce(Producer producer) {
        producer.retried.forEach(
                (log, batches) -> {
                    if (!batches.isEmpty() && log.leader) {
                        long flushAtMs =
                                producer.flushAtMs.computeIfAbsent(
                                        log,
                                        any -> nowMs + random.nextInt((int) idleTimeoutMs / 2));
                        if (nowMs >= flushAtMs) {
                            flush(producer, log);
                        }
                    }
                });
        if (producer.pauses && random.nextInt(producer.silent ? 20 : 30) == 0) {
            producer.silent = !producer.silent;
            note("chain %s is %s", producer.chainId, producer.silent ? "silent" : "back");
        }
        if (!producer.silent) {
            int batches = random.nextInt(3);
            for (int i = 0; i < batches; i++) {
                append(producer, 2 * tickMs);
            }
        }
    }

    private void flush(Producer producer, Log log) {
        for (List<SimulatedTrade> batch : producer.retried.get(log)) {
            note("%s gets %s at last, end %d", log.partition, batch, end(log) + 1);
            log.append(batch);
        }
        producer.retried.get(log).clear();
        producer.flushAtMs.remove(log);
    }

    private void append(Producer producer, int speedMs) {
        if (producer.sticky == null || random.nextInt(2) == 0) {
            producer.sticky = producer.logs.get(random.nextInt(producer.logs.size()));
        }
        Log log = producer.sticky;
        if (!log.leader && !producer.retries) {
            return;
        }
        long targetMs = nowMs + producer.aheadMs;
        boolean behind = targetMs - producer.headMs > 20_000;
        producer.headMs =
                Math.min(targetMs, producer.headMs + random.nextInt(behind ? 20_000 : speedMs));
        List<SimulatedTrade> batch = new ArrayList<>();
        int trades = 1 + random.nextInt(2);
        for (int i = 0; i < trades; i++) {
            batch.add(trade(producer));
        }
        Deque<List<SimulatedTrade>> retried =
                producer.retried.computeIfAbsent(log, any -> new ArrayDeque<>());
        if (!log.leader || !retried.isEmpty()) {
            note("%s cannot take %s", log.partition, batch);
            retried.add(batch);
        } else {
            note("%s gets %s, end %d", log.partition, batch, end(log) + 1);
            log.append(batch);
        }
    }

    private SimulatedTrade trade(Producer producer) {
        if (redelivery && !produced.isEmpty() && random.nextInt(6) == 0) {
            SimulatedTrade again = produced.get(random.nextInt(produced.size()));
            if (again.chainId.equals(producer.chainId)) {
                return again;
            }
        }
        long timeMs = seconds(producer.headMs);
        if (disorderMs > 0 && random.nextInt(3) == 0) {
            timeMs = seconds(timeMs - random.nextInt((int) disorderMs));
        }
        timeMs = Math.max(timeMs, producer.newestMs - disorderMs);
        producer.newestMs = Math.max(producer.newestMs, timeMs);
        SimulatedTrade trade = new SimulatedTrade(producer.chainId, timeMs, produced.size());
        produced.add(trade);
        return trade;
    }

    private void disturb(Log log) {
        if (log.leader && outages && random.nextInt(60) == 0) {
            log.leader = false;
            log.outageNoticed = false;
            note("%s has no leader", log.partition);
        } else if (!log.leader && random.nextInt(10) == 0 && mayReturn(log)) {
            log.leader = true;
            note("%s has a leader again", log.partition);
        }
        if (!log.leader || !transactions) {
            return;
        }
        if (log.transaction == null && random.nextInt(12) == 0) {
            log.transaction = new Transaction();
            log.transaction.hung = random.nextInt(3) == 0;
            note("%s has an open transaction", log.partition);
        } else if (log.transaction != null && random.nextInt(log.transaction.hung ? 60 : 4) == 0) {
            boolean abort = random.nextInt(3) == 0;
            log.endTransaction(abort);
            note("%s: transaction %s", log.partition, abort ? "aborted" : "committed");
        }
    }

    /** Returns whether a producer whose trades wait may be expected to be waited for. */
    private boolean mayReturn(Log log) {
        return log.outageNoticed
                || producers.stream()
                        .allMatch(
                                producer ->
                                        producer.retried
                                                .getOrDefault(log, new ArrayDeque<>())
                                                .isEmpty());
    }

    // ---- the source and its channels ----

    private void operate() throws Exception {
        Reader reader = readers.get(random.nextInt(readers.size()));
        switch (random.nextInt(10)) {
            case 0, 1 -> poll(reader, 1 + random.nextInt(4));
            case 2 -> deliverEvent(reader);
            case 3 -> deliverReport(reader);
            case 4 -> sendTimes();
            case 5 -> list();
            case 6, 7 -> ask();
            case 8 -> {
                int elements = 1 + random.nextInt(6);
                for (int i = 0; i < elements; i++) {
                    process(reader);
                }
            }
            default -> {
                if (random.nextInt(4) == 0) {
                    assignAll();
                    askForBeginnings();
                }
            }
        }
    }

    private void poll(Reader reader, int most) {
        if (reader.splits.isEmpty()) {
            return;
        }
        Split split = reader.splits.get(random.nextInt(reader.splits.size()));
        Log log = split.log;
        if (log.leader) {
            split.fetched = Math.max(split.fetched, Math.min(log.stable(), split.position + 5));
        }
        for (int i = 0; i < most && split.position < split.fetched; i++) {
            Entry entry = log.entries.get(split.position);
            if (entry.transaction == null || !entry.transaction.aborted) {
                if (!entry.trades.isEmpty()) {
                    reader.channel.add(new Emitted(log, split.position));
                }
                for (SimulatedTrade trade : entry.trades) {
                    split.latestMs.merge(trade.chainId, trade.timeMs, Math::max);
                }
            }
            split.position++;
            split.positionKnown = true;
        }
    }

    private void sendTimes() {
        Map<String, ChainTime> times = clocks.times(nowMs);
        for (Reader reader : readers) {
            reader.events.add(times);
        }
    }

    private void deliverEvent(Reader reader) {
        Map<String, ChainTime> times = reader.events.poll();
        if (times == null) {
            return;
        }
        times.forEach(
                (chainId, time) -> {
                    ChainTime before =
                            reader.emitted.getOrDefault(
                                    chainId,
                                    new ChainTime(ChainTime.NOT_STARTED, ChainTime.NOT_STARTED));
                    boolean clockGrew = time.lateMs() > before.lateMs();
                    boolean closingGrew =
                            time.closingMs() > before.closingMs()
                                    && time.closingMs() > time.lateMs();
                    if (clockGrew || closingGrew) {
                        ChainTime next =
                                new ChainTime(
                                        Math.max(before.lateMs(), time.lateMs()),
                                        closingGrew ? time.closingMs() : before.closingMs());
                        reader.emitted.put(chainId, next);
                        reader.channel.add(new EmittedTime(chainId, next));
                    }
                });
        List<Report> reports = new ArrayList<>();
        for (Split split : reader.splits) {
            reports.add(
                    new Report(
                            split.log.partition,
                            split.positionKnown ? split.log.firstOffset + split.position : -1,
                            Map.copyOf(split.latestMs)));
            split.latestMs.clear();
        }
        reader.reports.add(reports);
    }

    private void deliverReport(Reader reader) {
        List<Report> reports = reader.reports.poll();
        if (reports == null) {
            return;
        }
        for (Report report : reports) {
            clocks.report(report.partition, report.position, report.latestMs, nowMs);
            report.latestMs.forEach(
                    (chainId, timeMs) -> latestKnownMs.merge(chainId, timeMs, Math::max));
            if (!report.latestMs.isEmpty()) {
                note("reported: %s", report);
            }
        }
    }

    private void list() {
        if (round == null) {
            round = clocks.ask(nowMs);
        } else if (listing == null) {
            listing = new HashMap<>();
            for (Log log : logs()) {
                listing.put(log.partition, log.chains);
            }
        } else {
            clocks.listed(round, listing);
            for (Log log : logs()) {
                if (listing.containsKey(log.partition)) {
                    asked.putIfAbsent(log.partition, new Asked(round));
                }
            }
            round = null;
            listing = null;
        }
    }

    private void ask() {
        if (asked.isEmpty()) {
            return;
        }
        List<Partition> partitions = new ArrayList<>(asked.keySet());
        Partition partition = partitions.get(random.nextInt(partitions.size()));
        Log log = topics.get(partition.topic()).get(partition.number());
        Asked question = asked.get(partition);
        if (!question.evaluated) {
            question.evaluated = true;
            question.ends =
                    log.leader
                            ? new EnumeratorClocks.Ends(end(log), log.firstOffset + log.stable())
                            : null;
        } else if (!slowAnswers || random.nextInt(10) == 0) {
            asked.remove(partition);
            if (question.ends == null) {
                clocks.unreadable(partition);
                log.outageNoticed = true;
                note("%s is unreadable", partition);
            } else {
                clocks.ended(question.question, partition, question.ends, nowMs);
                note("%s ended at %s", partition, question.ends);
            }
        }
    }

    private void askForBeginnings() {
        for (Partition partition : clocks.withoutPosition()) {
            Log log = topics.get(partition.topic()).get(partition.number());
            if (log.leader) {
                clocks.report(partition, log.firstOffset, Map.of(), nowMs);
            }
        }
    }

    private void assignAll() {
        for (Log log : logs()) {
            if (assigned.add(log)) {
                readers.get(random.nextInt(readers.size())).splits.add(new Split(log, 0, false));
            }
        }
    }

    private void process(Reader reader) throws Exception {
        Object element = reader.channel.poll();
        if (element instanceof Emitted emitted) {
            Log log = emitted.log;
            List<SimulatedTrade> trades = log.entries.get(emitted.index).trades;
            note("processed: %s of %s", trades, log.partition);
            job.trades(log.partition, log.firstOffset + emitted.index, trades);
        } else if (element instanceof EmittedTime emitted) {
            reader.arrived.put(emitted.chainId, emitted.time);
            long lateMs = Long.MAX_VALUE;
            long closingMs = Long.MAX_VALUE;
            for (Reader one : readers) {
                ChainTime arrived = one.arrived.get(emitted.chainId);
                lateMs =
                        Math.min(
                                lateMs, arrived == null ? ChainTime.NOT_STARTED : arrived.lateMs());
                closingMs =
                        Math.min(
                                closingMs,
                                arrived == null ? ChainTime.NOT_STARTED : arrived.closingMs());
            }
            if (lateMs > nowMs - disorderMs - 1) {
                throw new AssertionError("the clock of " + emitted.chainId + " is ahead");
            }
            note("processed: time of %s is %d, closing %d", emitted.chainId, lateMs, closingMs);
            job.time(emitted.chainId, new ChainTime(lateMs, closingMs));
        }
    }

    private void processAll() throws Exception {
        List<Reader> left = new ArrayList<>(readers);
        while (!left.isEmpty()) {
            Reader reader = left.get(random.nextInt(left.size()));
            if (reader.channel.isEmpty()) {
                left.remove(reader);
            } else {
                process(reader);
            }
        }
    }

    // ---- checkpoints and restarts ----

    private void restartOrCheckpoint() throws Exception {
        int what = random.nextInt(10);
        if (!conditions.crashes || what < 5 || restarts == MAX_RESTARTS) {
            checkpoint();
            return;
        }
        restarts++;
        if (what < 8) {
            // before the first checkpoint, only tasks fail
            boolean ofJobManager = checkpoint != null && random.nextInt(3) == 0;
            note("CRASH of %s", ofJobManager ? "the JobManager" : "the tasks");
            if (ofJobManager) {
                forgetQuestions();
            }
        } else {
            boolean drained = what == 8;
            note(drained ? "DRAIN" : "SAVEPOINT");
            processAll();
            if (drained) {
                job.drain();
            }
            checkpoint();
            forgetQuestions();
        }
        start(true);
    }

    private void checkpoint() throws Exception {
        processAll();
        Map<Log, Position> positions = new HashMap<>();
        for (Reader reader : readers) {
            for (Split split : reader.splits) {
                positions.put(split.log, new Position(split.position, split.positionKnown));
            }
        }
        job.checkpoint();
        checkpoint = new Checkpoint(positions, clocks.checkpoint());
        note("CHECKPOINT");
    }

    private void forgetQuestions() {
        asked.clear();
        round = null;
        listing = null;
    }

    /** Starts the job. Questions that are on their way stay so. */
    private void start(boolean again) throws Exception {
        nowMs += again ? random.nextInt(10_000) : 0;
        readers = new ArrayList<>();
        int parallelism = 1 + random.nextInt(3);
        for (int i = 0; i < parallelism; i++) {
            readers.add(new Reader());
        }
        Map<Log, Position> positions = checkpoint == null ? Map.of() : checkpoint.positions;
        assigned.retainAll(positions.keySet());
        for (Log log : logs()) {
            Position position = positions.get(log);
            if (position != null) {
                readers.get(random.nextInt(parallelism))
                        .splits
                        .add(new Split(log, position.index, position.known));
            }
            log.outageNoticed = again;
        }
        latestKnownMs.clear();
        if (again) {
            clocks.restore(checkpoint == null ? Map.of() : checkpoint.clocks);
        }
        clocks.start(again, nowMs);
        job.start(nowMs);
    }

    // ---- the end ----

    /** Lets everything be read. */
    private void settle() throws Exception {
        note("SETTLES");
        for (Log log : logs()) {
            log.leader = true;
            producers.forEach(
                    producer -> {
                        if (producer.retried.containsKey(log)) {
                            flush(producer, log);
                        }
                    });
            if (log.transaction != null) {
                log.endTransaction(false);
            }
        }
        long stepMs = Math.min(2500, idleTimeoutMs / 5);
        for (long waitedMs = 0; waitedMs < 4 * idleTimeoutMs; waitedMs += stepMs) {
            nowMs += stepMs;
            job.passTime(nowMs);
            for (int i = 0; i < 3; i++) {
                list();
            }
            while (!asked.isEmpty()) {
                ask();
            }
            assignAll();
            askForBeginnings();
            sendTimes();
            for (Reader reader : readers) {
                for (int i = 0; i < 10 * reader.splits.size(); i++) {
                    poll(reader, 5);
                }
                while (!reader.events.isEmpty()) {
                    deliverEvent(reader);
                }
                while (!reader.reports.isEmpty()) {
                    deliverReport(reader);
                }
            }
            processAll();
        }
    }

    /**
     * Returns whether, after a run, every clock shows its latest trade, and the klines of the
     * chains, which are quiet then, are closed by the wall clock.
     */
    public boolean haveClocksRun() {
        boolean ran = true;
        for (Map.Entry<String, ChainTime> clock : clocks.times(nowMs).entrySet()) {
            ChainTime time = clock.getValue();
            Long latestMs = latestKnownMs.get(clock.getKey());
            ran &= latestMs == null || time.lateMs() == Math.min(latestMs, nowMs) - disorderMs - 1;
            ran &= time.closingMs() >= quietSinceMs();
            note("time of %s is %s", clock.getKey(), time);
        }
        note("held: %s", clocks.holds(nowMs));
        return ran;
    }

    private List<Log> logs() {
        List<Log> logs = new ArrayList<>();
        topics.values().forEach(logs::addAll);
        return logs;
    }

    private static long end(Log log) {
        return log.firstOffset + log.entries.size();
    }

    private static long seconds(long timeMs) {
        return timeMs / 1000 * 1000;
    }

    private int oneOf(int... values) {
        return values[random.nextInt(values.length)];
    }

    private void note(String what, Object... args) {
        if (schedule != null) {
            schedule.append(nowMs).append("  ").append(String.format(what, args)).append('\n');
        }
    }
}
