package io.dexklines.verifier.compare;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A model of the Go writer, which logs every fault that it commits: it reads the partitions in an
 * order of its own, adds each pair's batch to a kline of each interval, crashes in the middle of
 * records, loses records and locks, and leaves a partition to another consumer for a while.
 */
final class GoWriterModel {

    private static final String[] CODES = {"1m", "5m", "15m", "1h", "4h", "12h", "1d"};
    private static final int[] MINUTES = {1, 5, 15, 60, 240, 720, 1440};

    /** The faults, as probabilities for each record, and for each update of a kline. */
    record Faults(double crash, double lostRecord, double lostLock, boolean splitGroup) {

        static final Faults NONE = new Faults(0, 0, 0, false);
        static final Faults ALL = new Faults(0.002, 0.002, 0.0003, true);
    }

    record KlineId(String pair, String interval, long open) {}

    /** A kline as Redis holds it, with the trades that its fields come from. */
    static final class Member {
        double open;
        double close;
        double high;
        double low;
        double mcapOpen;
        double mcapClose;
        double mcapHigh;
        double mcapLow;
        double usd;
        double token;
        long buys;
        long sells;
        long trades;
        long openAt;
        long closeAt;
        Trade openedBy;
        Trade closedBy;
        Batch closingBatch;
        Trade highBy;
        Trade lowBy;
        Trade mcapHighBy;
        Trade mcapLowBy;

        Candle candle() {
            return new Candle(
                    open, close, high, low, mcapOpen, mcapHigh, mcapLow, mcapClose, usd, token,
                    buys, sells, trades);
        }
    }

    private final Random random;
    private final Faults faults;
    private final ZoneId zone;
    private final Map<KlineId, Member> redis = new HashMap<>();

    /** How often each kline counted each batch, and why it did not count a batch. */
    private final Map<KlineId, Map<Batch, Integer>> counted = new HashMap<>();

    private final Map<KlineId, Map<Batch, Cause>> notCounted = new HashMap<>();

    /** The valid trades of each kline in which they belong. */
    private final Map<KlineId, List<Trade>> right = new HashMap<>();

    private final Map<KlineId, Set<Trade>> datedElsewhere = new HashMap<>();
    private int crashes;

    GoWriterModel(long seed, Faults faults, ZoneId zone) {
        this.random = new Random(seed);
        this.faults = faults;
        this.zone = zone;
    }

    Map<KlineId, Member> redis() {
        return redis;
    }

    Map<KlineId, List<Trade>> right() {
        return right;
    }

    int crashes() {
        return crashes;
    }

    /** Reads all partitions to their ends. */
    void run(List<List<Feed.Record>> partitions) {
        partitions.forEach(records -> records.forEach(this::noteWhereTradesBelong));
        int[] position = new int[partitions.size()];
        int[] committed = new int[partitions.size()];
        int splitPartition = random.nextInt(partitions.size());
        int splitFrom = partitions.get(splitPartition).size() / 2;
        int splitTo = splitFrom + Math.max(12, splitFrom / 20);
        Set<Feed.Record> failing = new HashSet<>();
        for (List<Feed.Record> records : partitions) {
            for (Feed.Record record : records) {
                if (random.nextDouble() < faults.lostRecord()) {
                    failing.add(record);
                }
            }
        }
        List<Integer> unread = new ArrayList<>();
        while (true) {
            unread.clear();
            for (int i = 0; i < position.length; i++) {
                if (position[i] < partitions.get(i).size()) {
                    unread.add(i);
                }
            }
            if (unread.isEmpty()) {
                return;
            }
            int p = next(unread, position, partitions);
            Feed.Record record = partitions.get(p).get(position[p]);
            if (faults.splitGroup()
                    && p == splitPartition
                    && position[p] >= splitFrom
                    && position[p] < splitTo) {
                skip(record, Cause.SPLIT_GROUP);
            } else if (failing.contains(record)) {
                // the error is logged, and the next record commits this offset
                skip(record, Cause.LOST_RECORD);
            } else if (random.nextDouble() < faults.crash()) {
                consume(record, random.nextInt(record.batches().size() * CODES.length + 1));
                crashes++;
                System.arraycopy(committed, 0, position, 0, position.length);
                continue;
            } else {
                consume(record, Integer.MAX_VALUE);
            }
            position[p]++;
            if (random.nextInt(6) == 0) {
                committed[p] = position[p];
            }
        }
    }

    /** Prefers the partition that is furthest behind, with some disorder. */
    private int next(List<Integer> unread, int[] position, List<List<Feed.Record>> partitions) {
        if (random.nextInt(4) == 0) {
            return unread.get(random.nextInt(unread.size()));
        }
        int best = unread.get(0);
        long least = Long.MAX_VALUE;
        for (int p : unread) {
            Batch first = partitions.get(p).get(position[p]).batches().values().iterator().next();
            if (first.writtenMs() < least) {
                least = first.writtenMs();
                best = p;
            }
        }
        return best;
    }

    private void noteWhereTradesBelong(Feed.Record record) {
        record.batches()
                .forEach(
                        (pair, batch) -> {
                            for (int i = 0; i < CODES.length; i++) {
                                long dated = candleTime(batch.trades().get(0).blockTime(), i);
                                for (Trade trade : batch.trades()) {
                                    long own = candleTime(trade.blockTime(), i);
                                    KlineId id = new KlineId(pair, CODES[i], own);
                                    if (trade.excluded().isEmpty()) {
                                        right.computeIfAbsent(id, k -> new ArrayList<>())
                                                .add(trade);
                                        if (own != dated) {
                                            datedElsewhere
                                                    .computeIfAbsent(id, k -> new HashSet<>())
                                                    .add(trade);
                                        }
                                    }
                                }
                            }
                        });
    }

    private void skip(Feed.Record record, Cause cause) {
        record.batches()
                .forEach(
                        (pair, batch) -> {
                            for (int i = 0; i < CODES.length; i++) {
                                long open = candleTime(batch.trades().get(0).blockTime(), i);
                                note(new KlineId(pair, CODES[i], open), batch, cause);
                            }
                        });
    }

    private void note(KlineId id, Batch batch, Cause cause) {
        notCounted.computeIfAbsent(id, k -> new HashMap<>()).put(batch, cause);
    }

    /**
     * @param updates after how many updates the process dies
     */
    private void consume(Feed.Record record, int updates) {
        int done = 0;
        for (Map.Entry<String, Batch> batch : new TreeMap<>(record.batches()).entrySet()) {
            for (int i = 0; i < CODES.length; i++) {
                if (done++ >= updates) {
                    return;
                }
                push(batch.getKey(), i, batch.getValue());
            }
        }
    }

    private void push(String pair, int interval, Batch batch) {
        long open = candleTime(batch.trades().get(0).blockTime(), interval);
        KlineId id = new KlineId(pair, CODES[interval], open);
        if (random.nextDouble() < faults.lostLock()) {
            note(id, batch, Cause.LOST_LOCK);
            return;
        }
        Member update = aggregate(batch, open);
        Member old = redis.get(id);
        redis.put(id, old == null ? update : merge(old, update));
        counted.computeIfAbsent(id, k -> new HashMap<>()).merge(batch, 1, Integer::sum);
    }

    private long candleTime(long blockTime, int interval) {
        ZonedDateTime time = Instant.ofEpochSecond(blockTime).atZone(zone);
        int minutes = MINUTES[interval];
        ZonedDateTime begin =
                minutes < 60
                        ? time.withMinute(time.getMinute() - time.getMinute() % minutes)
                        : time.withHour(time.getHour() - time.getHour() % (minutes / 60))
                                .withMinute(0);
        return begin.withSecond(0).toEpochSecond();
    }

    private static Member aggregate(Batch batch, long candleTime) {
        Member kline = null;
        for (Trade trade : batch.trades()) {
            if (kline == null) {
                kline = new Member();
                kline.openAt = trade.clamp() ? candleTime + 24 * 60 * 60 : trade.blockTime();
                kline.closeAt = trade.clamp() ? candleTime : trade.blockTime();
                kline.open = kline.close = kline.high = kline.low = trade.price();
                kline.mcapOpen = kline.mcapClose = kline.mcapHigh = kline.mcapLow = trade.mcap();
                kline.openedBy = kline.closedBy = kline.highBy = kline.lowBy = trade;
                kline.mcapHighBy = kline.mcapLowBy = trade;
                kline.closingBatch = batch;
            } else if (!trade.clamp()) {
                if (trade.blockTime() < kline.openAt) {
                    kline.openAt = trade.blockTime();
                    kline.open = trade.price();
                    kline.mcapOpen = trade.mcap();
                    kline.openedBy = trade;
                }
                if (trade.blockTime() > kline.closeAt) {
                    kline.closeAt = trade.blockTime();
                    kline.close = trade.price();
                    kline.mcapClose = trade.mcap();
                    kline.closedBy = trade;
                }
                if (trade.price() > kline.high) {
                    kline.high = trade.price();
                    kline.highBy = trade;
                }
                if (trade.price() < kline.low) {
                    kline.low = trade.price();
                    kline.lowBy = trade;
                }
                if (trade.mcap() > kline.mcapHigh) {
                    kline.mcapHigh = trade.mcap();
                    kline.mcapHighBy = trade;
                }
                if (trade.mcap() < kline.mcapLow) {
                    kline.mcapLow = trade.mcap();
                    kline.mcapLowBy = trade;
                }
            }
            kline.usd += trade.usd();
            kline.token += trade.token();
            kline.trades++;
            kline.buys += trade.side() == Trade.Side.BUY ? 1 : 0;
            kline.sells += trade.side() == Trade.Side.SELL ? 1 : 0;
        }
        return kline;
    }

    private static Member merge(Member old, Member update) {
        // the stored member has no times: its open stays, and the update closes
        update.open = old.open;
        update.mcapOpen = old.mcapOpen;
        update.openedBy = old.openedBy;
        if (update.high < old.high) {
            update.high = old.high;
            update.mcapHigh = old.mcapHigh;
            update.highBy = old.highBy;
            update.mcapHighBy = old.mcapHighBy;
        }
        if (update.low > old.low) {
            update.low = old.low;
            update.mcapLow = old.mcapLow;
            update.lowBy = old.lowBy;
            update.mcapLowBy = old.mcapLowBy;
        }
        update.usd += old.usd;
        update.token += old.token;
        update.trades += old.trades;
        update.buys += old.buys;
        update.sells += old.sells;
        return update;
    }

    /** Returns the faults that were committed in a kline and that its final values show. */
    Set<Named> log(KlineId id, Candle ours) {
        Map<Cause, Set<Trade>> log = new EnumMap<>(Cause.class);
        Map<Batch, Integer> times = counted.getOrDefault(id, Map.of());
        Set<Trade> own = new HashSet<>(right.getOrDefault(id, List.of()));
        Set<Trade> elsewhere = datedElsewhere.getOrDefault(id, Set.of());
        times.forEach(
                (batch, count) -> {
                    for (Trade trade : batch.trades()) {
                        if (count > 1 || trade.excluded().equals("duplicate")) {
                            add(log, Cause.REDELIVERED, trade);
                        }
                        if (trade.excluded().equals("unsupported_type")) {
                            add(log, Cause.LIQUIDITY, trade);
                        }
                        if (trade.excluded().equals("invalid")) {
                            add(log, Cause.PRICE_ZERO, trade);
                        }
                        if (trade.excluded().isEmpty() && !own.contains(trade)) {
                            add(log, Cause.BATCH_DATED, trade);
                        }
                    }
                });
        elsewhere.forEach(trade -> add(log, Cause.BATCH_DATED, trade));
        boolean[] lost = {false};
        notCounted
                .getOrDefault(id, Map.of())
                .forEach(
                        (batch, cause) -> {
                            if (!times.containsKey(batch)) {
                                lost[0] = true;
                                batch.trades().forEach(trade -> add(log, cause, trade));
                            }
                        });
        if (id.open() % (MINUTES[List.of(CODES).indexOf(id.interval())] * 60L) != 0) {
            log.put(Cause.TIME_ZONE, new HashSet<>());
        }
        Member member = redis.get(id);
        if (member != null && ours.exists()) {
            logPrices(log, member, ours, times.keySet(), own);
            boolean rounded = member.usd != ours.volumeUsd() || member.token != ours.volumeToken();
            if (rounded && !lost[0] && log.keySet().stream().noneMatch(Cause::changesSums)) {
                log.put(Cause.ROUNDING, new HashSet<>());
            }
        }
        Set<Named> named = new HashSet<>();
        log.forEach((cause, trades) -> named.add(Named.of(cause, trades)));
        return named;
    }

    private static void logPrices(
            Map<Cause, Set<Trade>> log,
            Member member,
            Candle ours,
            Set<Batch> counted,
            Set<Trade> own) {
        Set<Trade> arrived = new HashSet<>();
        counted.forEach(batch -> arrived.addAll(batch.trades()));
        arrived.retainAll(own);
        if (arrived.stream().anyMatch(trade -> !trade.clamp())) {
            arrived.removeIf(Trade::clamp);
        }
        if (member.open != ours.open() || member.mcapOpen != ours.mcapOpen()) {
            Trade by = member.openedBy;
            if (by.clamp()) {
                add(log, Cause.CLAMP_FIRST, by);
            } else if (own.contains(by)) {
                Trade first = arrived.stream().min(Trade.ORDER).orElseThrow();
                if (first.price() != by.price() || first.mcap() != by.mcap()) {
                    add(log, Cause.ARRIVAL, by, first);
                }
            }
        }
        if (member.close != ours.close() || member.mcapClose != ours.mcapClose()) {
            Trade by = member.closedBy;
            if (by.clamp()) {
                add(log, Cause.CLAMP_FIRST, by);
            } else if (own.contains(by)) {
                Trade ofBatch = by;
                for (Trade trade : member.closingBatch.trades()) {
                    if (arrived.contains(trade) && Trade.ORDER.compare(trade, ofBatch) > 0) {
                        ofBatch = trade;
                    }
                }
                if (ofBatch.price() != by.price() || ofBatch.mcap() != by.mcap()) {
                    add(log, Cause.FIRST_CLOSES, by, ofBatch);
                }
                Trade last = arrived.stream().max(Trade.ORDER).orElseThrow();
                if (last.price() != ofBatch.price() || last.mcap() != ofBatch.mcap()) {
                    add(log, Cause.ARRIVAL, by, last);
                }
            }
        }
        List<Member> updates = counted.stream().map(batch -> aggregate(batch, 0)).toList();
        for (Member update : updates) {
            boolean highest = update.high == member.high;
            boolean lowest = update.low == member.low;
            if (member.high != ours.high() && highest && update.highBy.clamp()) {
                add(log, Cause.CLAMP_FIRST, update.highBy);
            }
            if (member.low != ours.low() && lowest && update.lowBy.clamp()) {
                add(log, Cause.CLAMP_FIRST, update.lowBy);
            }
            if (member.mcapHigh != ours.mcapHigh()
                    && highest
                    && update.mcapHigh == member.mcapHigh
                    && update.mcapHighBy.clamp()) {
                add(log, Cause.CLAMP_FIRST, update.mcapHighBy);
            }
            if (member.mcapLow != ours.mcapLow()
                    && lowest
                    && update.mcapLow == member.mcapLow
                    && update.mcapLowBy.clamp()) {
                add(log, Cause.CLAMP_FIRST, update.mcapLowBy);
            }
        }
        Comparator<Trade> byMcap = Comparator.comparingDouble(Trade::mcap);
        Comparator<Trade> byId = Comparator.comparing(Trade::id);
        if (member.mcapHigh != ours.mcapHigh()) {
            Trade most =
                    updates.stream()
                            .map(update -> update.mcapHighBy)
                            .max(byMcap.thenComparing(byId.reversed()))
                            .orElseThrow();
            if (most.mcap() > member.mcapHigh) {
                add(log, Cause.MCAP_OF_PRICE, most);
            }
        }
        if (member.mcapLow != ours.mcapLow()) {
            Trade least =
                    updates.stream()
                            .map(update -> update.mcapLowBy)
                            .min(byMcap.thenComparing(byId))
                            .orElseThrow();
            if (least.mcap() < member.mcapLow) {
                add(log, Cause.MCAP_OF_PRICE, least);
            }
        }
    }

    private static void add(Map<Cause, Set<Trade>> log, Cause cause, Trade... trades) {
        log.computeIfAbsent(cause, first -> new HashSet<>()).addAll(List.of(trades));
    }

    /** Returns the ids of all klines that exist, or should. */
    Set<KlineId> ids() {
        Set<KlineId> ids = new HashSet<>(redis.keySet());
        ids.addAll(right.keySet());
        return ids;
    }

    /** Returns the pairs of all klines that exist, or should. */
    Set<String> pairs() {
        Set<String> pairs = new TreeSet<>();
        ids().forEach(id -> pairs.add(id.pair()));
        return pairs;
    }
}
