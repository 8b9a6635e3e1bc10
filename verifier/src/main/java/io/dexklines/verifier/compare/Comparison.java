package io.dexklines.verifier.compare;

import io.dexklines.verifier.compare.Batch.PartitionId;
import io.dexklines.verifier.compare.Batch.RecordId;
import io.dexklines.verifier.compare.Finding.Explanation;
import io.dexklines.verifier.compare.Finding.Store;
import io.dexklines.verifier.compare.Finding.Verdict;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares the klines of the Go consumers with ours, pair by pair, and explains the differences.
 *
 * <p>The intervals of a pair are compared from the shortest to the longest. How often a batch was
 * counted in shorter klines is the first assumption for longer ones. Why a batch was not counted is
 * decided at the end, by what the other klines say about its record: one that some kline counts was
 * not lost, but an update was.
 */
public final class Comparison {

    private static final int MAX_BASES = 32;
    private static final int MAX_EXPLANATIONS = 64;

    private final Settings settings;
    private final Reference reference;
    private final List<Pending> pending = new ArrayList<>();
    private final List<Evidence.Seen> seen = new ArrayList<>();

    /** The klines for which the klines of their pair suggest no explanation. */
    private final List<Unequal> retries = new ArrayList<>();

    private final List<WithCopies> withCopies = new ArrayList<>();

    /** The timestamps of the records of each partition by their offsets. */
    private final Map<PartitionId, NavigableMap<Long, Long>> offsets = new HashMap<>();

    private long compared;
    private long notCompared;

    /**
     * What a comparison covers.
     *
     * @param zone the local time zone of the Go writer's servers
     * @param from the first second of the klines that are compared, in epoch seconds
     * @param to the first second after them
     * @param nowSeconds the time at which the stores were read, in epoch seconds. What is missing
     *     in Redis may have expired until then
     * @param bothWriters whether dex-klines may have written to the keys that are compared
     */
    public record Settings(ZoneId zone, long from, long to, long nowSeconds, boolean bothWriters) {}

    /**
     * The result of a comparison.
     *
     * @param compared the number of klines that were compared
     * @param notCompared the number of klines that were not, because Redis need not hold them
     * @param findings those that are not equal
     */
    public record Result(long compared, long notCompared, List<Finding> findings) {}

    /** A kline that is not equal, for which the causes of lost batches are not known yet. */
    private record Pending(
            Store store,
            String pair,
            Interval interval,
            long open,
            Candle theirs,
            Candle ours,
            boolean incomparable,
            List<Attribution.Draft> drafts,
            Set<RecordId> countedInRedis) {}

    /**
     * A kline of which the topics hold copies of batches, because the producer wrote a record
     * twice. Its values do not tell which of the copies were counted.
     *
     * @param solutions those that the search has found
     */
    private record WithCopies(Unequal unequal, List<KlineSearch.Solution> solutions) {}

    /** A kline that is not equal, with the drafts of its explanations so far. */
    private record Unequal(
            Series.One kline,
            Store store,
            Candle theirs,
            List<Named> ofRows,
            List<Attribution.Draft> drafts) {}

    public Comparison(Settings settings, Reference reference) {
        this.settings = settings;
        this.reference = reference;
    }

    /** Compares the klines of one pair. */
    public void add(PairKlines pair) {
        new Series(pair).compare();
    }

    /** Returns the result for all pairs that were added. */
    public Result finish() {
        retry();
        Evidence evidence = new Evidence(seen, offsets);
        withCopies.forEach(each -> each.unequal().kline().addOtherCopies(each, evidence));
        List<Finding> findings = new ArrayList<>();
        for (Pending each : pending) {
            Set<Explanation> explanations = new LinkedHashSet<>();
            for (Attribution.Draft draft : each.drafts()) {
                explanations.addAll(
                        evidence.explanations(each.store(), each.countedInRedis(), draft));
            }
            findings.add(
                    new Finding(
                            each.store(),
                            each.pair(),
                            each.interval(),
                            each.open(),
                            each.theirs(),
                            each.ours(),
                            each.incomparable()
                                    ? Verdict.INCOMPARABLE
                                    : switch (explanations.size()) {
                                        case 0 -> Verdict.UNEXPLAINED;
                                        case 1 -> Verdict.EXPLAINED;
                                        default -> Verdict.AMBIGUOUS;
                                    },
                            explanations.stream().limit(MAX_EXPLANATIONS).toList()));
        }
        return new Result(compared, notCompared, findings);
    }

    /**
     * Searches again, from how often the klines of other pairs counted the same records: after a
     * crash, all pairs of a record are redelivered.
     */
    private void retry() {
        Set<RecordId> records = new HashSet<>();
        retries.forEach(each -> records.addAll(each.kline().records()));
        Map<RecordId, Map<Integer, Integer>> votes = new HashMap<>();
        for (Evidence.Seen pair : seen) {
            for (int i = 0; i < pair.records().length; i++) {
                if (records.contains(pair.records()[i])) {
                    for (int[] times : pair.times()) {
                        if (times[i] != Evidence.UNKNOWN) {
                            votes.computeIfAbsent(pair.records()[i], first -> new HashMap<>())
                                    .merge(times[i], 1, Integer::sum);
                        }
                    }
                }
            }
        }
        Map<RecordId, Integer> usual = new HashMap<>();
        votes.forEach(
                (record, counts) ->
                        usual.put(
                                record,
                                Collections.max(counts.entrySet(), Map.Entry.comparingByValue())
                                        .getKey()));
        retries.stream()
                .sorted(Comparator.comparing((Unequal each) -> each.kline().interval))
                .forEach(each -> each.kline().retry(each, usual));
    }

    /** The klines of one pair. */
    private final class Series {

        private final PairKlines input;
        private final List<Batch> batches;
        private final Map<PartitionId, Integer> partitions = new HashMap<>();
        private final int[][] times = new int[Interval.values().length][];

        /** The batches of records that the producer wrote more than once, one list for each. */
        private final List<List<Integer>> copiesOfPair;

        /**
         * The solutions of each kline that has several: how often each of them counts the batches,
         * by their indexes, on which the solutions differ.
         */
        private final List<List<Map<Integer, Integer>>> ambiguities = new ArrayList<>();

        Series(PairKlines input) {
            this.input = input;
            this.batches =
                    input.batches().stream()
                            .sorted(
                                    Comparator.comparing(Batch::topic)
                                            .thenComparingInt(Batch::partition)
                                            .thenComparingLong(Batch::offset))
                            .toList();
            for (Batch batch : batches) {
                PartitionId partition = batch.record().partition();
                partitions.putIfAbsent(partition, partitions.size());
                offsets.computeIfAbsent(partition, first -> new TreeMap<>())
                        .put(batch.offset(), batch.writtenMs());
            }
            copiesOfPair = copiesOfPair();
            for (int[] each : allTimes()) {
                Arrays.fill(each, Evidence.UNKNOWN);
            }
            seen.add(
                    new Evidence.Seen(
                            batches.stream().map(Batch::record).toArray(RecordId[]::new), times));
        }

        private List<List<Integer>> copiesOfPair() {
            Map<List<Trade>, List<Integer>> byContent = new HashMap<>();
            for (int i = 0; i < batches.size(); i++) {
                List<Trade> content =
                        batches.get(i).trades().stream().map(Trade::withoutPlace).toList();
                byContent.computeIfAbsent(content, first -> new ArrayList<>()).add(i);
            }
            return byContent.values().stream().filter(set -> set.size() > 1).toList();
        }

        private int[][] allTimes() {
            for (int i = 0; i < times.length; i++) {
                times[i] = new int[batches.size()];
            }
            return times;
        }

        void compare() {
            for (Interval interval : Interval.values()) {
                compare(interval);
            }
        }

        private void compare(Interval interval) {
            Map<Long, List<Integer>> dated = new TreeMap<>();
            Map<Long, List<Trade>> own = new TreeMap<>();
            Map<Long, List<Trade>> ofUtc = new TreeMap<>();
            for (int i = 0; i < batches.size(); i++) {
                List<Trade> trades = batches.get(i).trades();
                long goOpen = interval.open(trades.get(0).blockTime(), settings.zone());
                dated.computeIfAbsent(goOpen, first -> new ArrayList<>()).add(i);
                for (Trade trade : trades) {
                    if (trade.counts()) {
                        long open = interval.open(trade.blockTime(), settings.zone());
                        own.computeIfAbsent(open, first -> new ArrayList<>()).add(trade);
                        if (!settings.zone().equals(ZoneOffset.UTC)) {
                            long utc = interval.open(trade.blockTime(), ZoneOffset.UTC);
                            ofUtc.computeIfAbsent(utc, first -> new ArrayList<>()).add(trade);
                        }
                    }
                }
            }
            Map<Long, List<Candle>> redis = input.redis().getOrDefault(interval, Map.of());
            Map<Long, List<PairKlines.Row>> rows = input.mysql().get(interval);
            SortedSet<Long> opens = new TreeSet<>(dated.keySet());
            opens.addAll(own.keySet());
            opens.addAll(redis.keySet());
            if (rows != null) {
                opens.addAll(rows.keySet());
            }
            for (long open : opens) {
                if (covers(interval, open)) {
                    One one =
                            new One(
                                    interval,
                                    open,
                                    dated.getOrDefault(open, List.of()),
                                    own.getOrDefault(open, List.of()));
                    one.compareRedis(redis.getOrDefault(open, List.of()));
                    if (rows != null) {
                        one.compareMySql(rows.getOrDefault(open, List.of()));
                    }
                }
            }
            ofUtc.forEach(
                    (open, trades) -> {
                        if (!opens.contains(open) && covers(interval, open)) {
                            missingForTheZone(interval, open, trades);
                        }
                    });
        }

        private boolean covers(Interval interval, long open) {
            return open >= settings.from() && open + interval.seconds() <= settings.to();
        }

        private void missingForTheZone(Interval interval, long open, List<Trade> trades) {
            compared++;
            Attribution.Draft zone =
                    new Attribution.Draft(List.of(Named.of(Cause.TIME_ZONE, List.of())), List.of());
            pending.add(
                    new Pending(
                            Store.REDIS,
                            input.pair(),
                            interval,
                            open,
                            Candle.NONE,
                            reference.of(trades),
                            open < input.comparableFrom(),
                            List.of(zone),
                            Set.of()));
        }

        /** Returns how often a batch was counted in most of the shorter klines. */
        private int assumed(int batch, Interval interval) {
            Map<Integer, Integer> votes = new HashMap<>();
            int best = Evidence.UNKNOWN;
            for (int i = 0; i < interval.ordinal(); i++) {
                int value = times[i][batch];
                if (value != Evidence.UNKNOWN) {
                    int count = votes.merge(value, 1, Integer::sum);
                    best = best == Evidence.UNKNOWN || count >= votes.get(best) ? value : best;
                }
            }
            return best != Evidence.UNKNOWN ? best : usual(batch);
        }

        /**
         * Returns how often the next longer kline counted a batch. If the process died between two
         * updates of a record, longer klines agree with each other, and shorter ones do not.
         */
        private int timesInLonger(int batch, Interval interval) {
            for (int i = interval.ordinal() + 1; i < times.length; i++) {
                if (times[i][batch] != Evidence.UNKNOWN) {
                    return times[i][batch];
                }
            }
            return assumed(batch, interval);
        }

        private int usual(int batch) {
            return batches.get(batch).readable() ? 1 : 0;
        }

        /** One kline. */
        private final class One {

            private final Interval interval;
            private final long open;
            private final List<Integer> dated;
            private final List<Trade> own;
            private final Candle ours;
            private final boolean incomparable;

            One(Interval interval, long open, List<Integer> dated, List<Trade> own) {
                this.interval = interval;
                this.open = open;
                this.dated = dated;
                this.own = own;
                this.ours = own.isEmpty() ? Candle.NONE : reference.of(own);
                this.incomparable = open < input.comparableFrom();
            }

            private Set<Trade> ownSet() {
                Set<Trade> set = Collections.newSetFromMap(new IdentityHashMap<>());
                set.addAll(own);
                return set;
            }

            private List<Part> parts() {
                return dated.stream()
                        .map(batches::get)
                        .map(
                                batch ->
                                        new Part(
                                                batch,
                                                partitions.get(batch.record().partition()),
                                                open))
                        .toList();
            }

            void compareRedis(List<Candle> members) {
                if (members.isEmpty()) {
                    if (open < settings.nowSeconds() - interval.keptSeconds()) {
                        notCompared++;
                    } else if (ours.exists()) {
                        compare(Store.REDIS, Candle.NONE, List.of());
                    } else {
                        setTimes(0);
                    }
                    return;
                }
                for (Candle member : members) {
                    compare(Store.REDIS, member, List.of());
                }
                if (members.size() > 1) {
                    setTimes(Evidence.UNKNOWN);
                }
            }

            void compareMySql(List<PairKlines.Row> rows) {
                int month = Instant.ofEpochSecond(open).atZone(ZoneOffset.UTC).getMonthValue();
                Candle newest =
                        rows.stream()
                                .filter(row -> row.month() == month)
                                .max(Comparator.comparingLong(PairKlines.Row::id))
                                .map(PairKlines.Row::candle)
                                .orElse(Candle.NONE);
                List<Named> ofRows = new ArrayList<>();
                if (rows.stream().filter(row -> row.month() == month).count() > 1) {
                    ofRows.add(Named.of(Cause.APPENDED_ROWS, List.of()));
                }
                if (rows.stream().anyMatch(row -> row.month() != month)) {
                    ofRows.add(Named.of(Cause.WRONG_MONTH, List.of()));
                }
                if (newest.exists() || ours.exists() || !ofRows.isEmpty()) {
                    compare(Store.MYSQL, newest, ofRows);
                }
            }

            private void compare(Store store, Candle theirs, List<Named> ofRows) {
                compared++;
                boolean equal =
                        theirs.exists() == ours.exists() && theirs.differences(ours).isEmpty();
                if (equal && ofRows.isEmpty()) {
                    if (store == Store.REDIS) {
                        rememberEqual(theirs);
                    }
                    return;
                }
                List<Attribution.Draft> drafts = new ArrayList<>();
                Set<RecordId> inRedis = new HashSet<>();
                if (equal) {
                    drafts.add(new Attribution.Draft(ofRows, List.of()));
                } else if (!incomparable) {
                    if (store == Store.MYSQL) {
                        dated.stream()
                                .filter(i -> times[interval.ordinal()][i] > 0)
                                .map(i -> batches.get(i).record())
                                .forEach(inRedis::add);
                    }
                    explain(new Unequal(this, store, theirs, ofRows, drafts));
                }
                pending.add(
                        new Pending(
                                store,
                                input.pair(),
                                interval,
                                open,
                                theirs,
                                ours,
                                incomparable && !equal,
                                drafts,
                                inRedis));
            }

            /**
             * Notes how often a kline that is equal counted each batch. It can lack batches that do
             * not count here.
             */
            private void rememberEqual(Candle theirs) {
                long trades = dated.stream().mapToLong(i -> batches.get(i).trades().size()).sum();
                if (trades == theirs.trades()) {
                    setTimes(1);
                } else {
                    remember(search(theirs).solve(bases(Store.REDIS)));
                }
            }

            private void explain(Unequal unequal) {
                List<KlineSearch.Solution> solutions =
                        unequal.theirs().exists()
                                ? search(unequal.theirs()).solve(bases(unequal.store()))
                                : List.of(
                                        new KlineSearch.Solution(
                                                new int[dated.size()], null, null));
                if (solutions.isEmpty()) {
                    retries.add(unequal);
                }
                draft(solutions, unequal);
            }

            private KlineSearch search(Candle theirs) {
                return new KlineSearch(parts(), theirs, copies());
            }

            /** Returns the sets of copies among the batches of the kline, by their indexes here. */
            private List<int[]> copies() {
                List<int[]> here = new ArrayList<>();
                for (List<Integer> set : copiesOfPair) {
                    int[] found =
                            set.stream()
                                    .mapToInt(batch -> Collections.binarySearch(dated, batch))
                                    .filter(i -> i >= 0)
                                    .toArray();
                    if (found.length > 1) {
                        here.add(found);
                    }
                }
                return here;
            }

            /**
             * Adds the explanations that count other copies of a record. A copy can have been
             * counted as often as some record near it.
             */
            void addOtherCopies(WithCopies kline, Evidence evidence) {
                List<int[]> sets = copies();
                Map<Integer, Integer> most = new HashMap<>();
                for (int[] set : sets) {
                    Set<RecordId> records =
                            Arrays.stream(set).mapToObj(this::record).collect(Collectors.toSet());
                    for (int i : set) {
                        most.put(i, evidence.mostNear(record(i), records));
                    }
                }
                KlineSearch search = search(kline.unequal().theirs());
                for (KlineSearch.Solution solution : kline.solutions()) {
                    List<KlineSearch.Solution> others =
                            search.withOtherCopies(solution.times(), most::get);
                    for (KlineSearch.Solution other : others) {
                        for (int i : most.keySet()) {
                            if (other.times()[i] != solution.times()[i]) {
                                evidence.doubt(record(i));
                            }
                        }
                    }
                    attribute(others, kline.unequal());
                }
            }

            private RecordId record(int index) {
                return batches.get(dated.get(index)).record();
            }

            Set<RecordId> records() {
                return dated.stream().map(i -> batches.get(i).record()).collect(Collectors.toSet());
            }

            /**
             * @param usual how often most klines counted a record
             */
            void retry(Unequal former, Map<RecordId, Integer> usual) {
                List<int[]> bases = new ArrayList<>();
                bases.add(dated.stream().mapToInt(i -> timesInLonger(i, interval)).toArray());
                bases.add(
                        dated.stream()
                                .mapToInt(
                                        i -> usual.getOrDefault(batches.get(i).record(), usual(i)))
                                .toArray());
                bases.addAll(bases(former.store()));
                former.drafts().clear();
                draft(search(former.theirs()).solve(bases), former);
            }

            private void draft(List<KlineSearch.Solution> solutions, Unequal unequal) {
                Candle theirs = unequal.theirs();
                List<Named> ofRows = unequal.ofRows();
                List<Attribution.Draft> drafts = unequal.drafts();
                if (unequal.store() == Store.REDIS) {
                    remember(solutions);
                }
                attribute(solutions, unequal);
                if (theirs.exists() && !solutions.isEmpty() && !copies().isEmpty()) {
                    withCopies.add(new WithCopies(unequal, solutions));
                }
                if (!theirs.exists() && ofRows.stream().anyMatch(Comparison::isWrongMonth)) {
                    // readers find nothing, but the kline was written
                    drafts.clear();
                    drafts.add(new Attribution.Draft(ofRows, List.of()));
                }
                if (settings.bothWriters() && theirs.exists()) {
                    SharedKey.explain(theirs, parts(), ownByRecord(), reference)
                            .map(shared -> new Attribution.Draft(List.of(shared), List.of()))
                            .map(draft -> with(draft, ofRows))
                            .ifPresent(drafts::add);
                }
            }

            private void attribute(List<KlineSearch.Solution> solutions, Unequal unequal) {
                Attribution attribution =
                        new Attribution(
                                unequal.theirs(),
                                ours,
                                parts(),
                                ownSet(),
                                datedElsewhere(),
                                interval.isUtc(open));
                for (KlineSearch.Solution solution : solutions) {
                    attribution
                            .of(solution)
                            .map(draft -> with(draft, unequal.ofRows()))
                            .ifPresent(unequal.drafts()::add);
                }
            }

            private List<List<Trade>> ownByRecord() {
                Set<Trade> ownSet = ownSet();
                Map<RecordId, List<Trade>> byRecord = new LinkedHashMap<>();
                Map<RecordId, Long> written = new HashMap<>();
                for (Batch batch : batches) {
                    for (Trade trade : batch.trades()) {
                        if (ownSet.contains(trade)) {
                            byRecord.computeIfAbsent(batch.record(), first -> new ArrayList<>())
                                    .add(trade);
                            written.put(batch.record(), batch.writtenMs());
                        }
                    }
                }
                return byRecord.entrySet().stream()
                        .sorted(Comparator.comparingLong(each -> written.get(each.getKey())))
                        .map(Map.Entry::getValue)
                        .toList();
            }

            private List<Trade> datedElsewhere() {
                Set<Trade> here = Collections.newSetFromMap(new IdentityHashMap<>());
                dated.forEach(i -> here.addAll(batches.get(i).trades()));
                return own.stream().filter(trade -> !here.contains(trade)).toList();
            }

            private List<int[]> bases(Store store) {
                List<int[]> bases = new ArrayList<>();
                if (store == Store.MYSQL) {
                    int[] redis =
                            dated.stream().mapToInt(i -> times[interval.ordinal()][i]).toArray();
                    if (Arrays.stream(redis).noneMatch(value -> value == Evidence.UNKNOWN)) {
                        bases.add(redis);
                        return bases;
                    }
                }
                int[] first = dated.stream().mapToInt(i -> assumed(i, interval)).toArray();
                bases.add(first);
                for (List<Map<Integer, Integer>> ways : ambiguities) {
                    if (ways.get(0).keySet().stream().noneMatch(this::isDatedHere)) {
                        continue;
                    }
                    List<int[]> more = new ArrayList<>();
                    for (int[] base : bases) {
                        for (Map<Integer, Integer> way : ways) {
                            int[] changed = base.clone();
                            for (int i = 0; i < changed.length; i++) {
                                changed[i] = way.getOrDefault(dated.get(i), changed[i]);
                            }
                            more.add(changed);
                        }
                    }
                    bases = new ArrayList<>(more.subList(0, Math.min(more.size(), MAX_BASES)));
                }
                return bases;
            }

            private boolean isDatedHere(int batch) {
                return Collections.binarySearch(dated, batch) >= 0;
            }

            private void setTimes(int value) {
                dated.forEach(i -> times[interval.ordinal()][i] = value);
            }

            private void remember(List<KlineSearch.Solution> solutions) {
                if (solutions.isEmpty()) {
                    return;
                }
                Set<List<Integer>> ways = new LinkedHashSet<>();
                solutions.forEach(each -> ways.add(Arrays.stream(each.times()).boxed().toList()));
                List<Integer> first = ways.iterator().next();
                Set<Integer> open = new HashSet<>();
                for (int i = 0; i < first.size(); i++) {
                    boolean certain = true;
                    for (List<Integer> way : ways) {
                        certain &= Objects.equals(way.get(i), first.get(i));
                    }
                    if (certain) {
                        times[interval.ordinal()][dated.get(i)] = first.get(i);
                    } else {
                        open.add(i);
                    }
                }
                if (!open.isEmpty()) {
                    List<Map<Integer, Integer>> alternatives = new ArrayList<>();
                    for (List<Integer> way : ways) {
                        Map<Integer, Integer> values = new HashMap<>();
                        open.forEach(i -> values.put(dated.get(i), way.get(i)));
                        alternatives.add(values);
                    }
                    ambiguities.add(alternatives);
                }
            }
        }
    }

    private static boolean isWrongMonth(Named named) {
        return named.cause() == Cause.WRONG_MONTH;
    }

    private static Attribution.Draft with(Attribution.Draft draft, List<Named> more) {
        List<Named> named = new ArrayList<>(draft.named());
        named.addAll(more);
        return new Attribution.Draft(named, draft.lost());
    }
}
