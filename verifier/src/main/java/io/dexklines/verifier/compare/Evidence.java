package io.dexklines.verifier.compare;

import io.dexklines.verifier.compare.Batch.PartitionId;
import io.dexklines.verifier.compare.Batch.RecordId;
import io.dexklines.verifier.compare.Finding.Explanation;
import io.dexklines.verifier.compare.Finding.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/** What all klines say about the records that some of them did not count. */
final class Evidence {

    /** Stands for a number of deliveries that is not known. */
    static final int UNKNOWN = -1;

    /** Most updates of one kline that an explanation takes as lost with their locks. */
    private static final int MAX_LOST_LOCKS = 8;

    /** Number of lost records in a row from which only a split group explains them. */
    private static final int LONG_RUN = 10;

    /** Largest number of places in a partition by which records near each other are apart. */
    private static final int NEAR_RECORDS = 3;

    /** Largest number of batches of a kline for which all combinations of reasons are listed. */
    private static final int MAX_APART = 4;

    /** How often each kline of a pair counted each batch; {@link #UNKNOWN} if that is not known. */
    record Seen(RecordId[] records, int[][] times) {}

    /**
     * Batches that were lost for the same reason.
     *
     * @param reasons the reasons that fit
     * @param alone the only batch of the group; null if it can have several
     */
    private record Group(Set<Cause> reasons, Batch alone) {}

    private final Map<PartitionId, NavigableMap<Long, Long>> offsets;

    /** In how many klines each record was not counted. */
    private final Map<RecordId, Integer> lost = new HashMap<>();

    private final Set<RecordId> counted = new HashSet<>();

    /** The records that some kline counted more than once, and how often, by their timestamps. */
    private final NavigableMap<Long, Map<RecordId, Integer>> redelivered = new TreeMap<>();

    /** The records of which it is not known whether they or their copies were counted. */
    private final Set<RecordId> doubtful = new HashSet<>();

    /**
     * @param offsets the timestamps of the records of each partition by their offsets
     */
    Evidence(List<Seen> seen, Map<PartitionId, NavigableMap<Long, Long>> offsets) {
        this.offsets = offsets;
        for (Seen pair : seen) {
            for (int[] times : pair.times()) {
                for (int i = 0; i < times.length; i++) {
                    RecordId record = pair.records()[i];
                    if (times[i] == 0) {
                        lost.merge(record, 1, Integer::sum);
                    } else if (times[i] > 0) {
                        counted.add(record);
                    }
                    if (times[i] > 1) {
                        redelivered
                                .computeIfAbsent(writtenMs(record), first -> new HashMap<>())
                                .merge(record, times[i], Math::max);
                    }
                }
            }
        }
    }

    private long writtenMs(RecordId record) {
        return offsets.get(record.partition()).get(record.offset());
    }

    /**
     * Returns how often a record can have been delivered, as the records near it say.
     *
     * @param copies the record and its copies, whose own numbers say nothing
     */
    int mostNear(RecordId record, Set<RecordId> copies) {
        NavigableMap<Long, Long> partition = offsets.get(record.partition());
        if (isSkipped(partition.lowerKey(record.offset()), record)
                && isSkipped(partition.higherKey(record.offset()), record)) {
            return 0;
        }
        long from = record.offset();
        long to = record.offset();
        for (int i = 0; i < NEAR_RECORDS; i++) {
            from = Objects.requireNonNullElse(partition.lowerKey(from), from);
            to = Objects.requireNonNullElse(partition.higherKey(to), to);
        }
        long fromMs = Math.min(partition.get(from), partition.get(to));
        long toMs = Math.max(partition.get(from), partition.get(to));
        int most = 1;
        for (Map<RecordId, Integer> near : redelivered.subMap(fromMs, true, toMs, true).values()) {
            for (Map.Entry<RecordId, Integer> each : near.entrySet()) {
                most = copies.contains(each.getKey()) ? most : Math.max(most, each.getValue());
            }
        }
        return most;
    }

    private boolean isSkipped(Long neighbour, RecordId record) {
        if (neighbour == null) {
            return false;
        }
        RecordId other = new RecordId(record.partition(), neighbour);
        return lost.containsKey(other) && !counted.contains(other);
    }

    /** Notes that copies of a record may have been counted in its place, or it in theirs. */
    void doubt(RecordId record) {
        doubtful.add(record);
    }

    /**
     * Returns the explanations that a draft gives, one for each way in which its batches can have
     * been lost.
     *
     * @param countedInRedis the records that the same kline of Redis counts, if the store is MySQL
     */
    List<Explanation> explanations(
            Store store, Set<RecordId> countedInRedis, Attribution.Draft draft) {
        List<Set<Named>> all = List.of(new HashSet<>(draft.named()));
        for (Map.Entry<Group, List<Batch>> group :
                groups(store, countedInRedis, draft.lost()).entrySet()) {
            List<Set<Named>> more = new ArrayList<>();
            for (Set<Named> each : all) {
                for (Cause reason : group.getKey().reasons()) {
                    add(each, reason, group.getValue()).ifPresent(more::add);
                }
            }
            all = more;
        }
        return all.stream().filter(each -> !each.isEmpty()).map(Explanation::new).toList();
    }

    /**
     * Returns the batches in groups of which all batches were lost for the same reason. A few
     * batches that may have been lost with a lock have a group each.
     */
    private Map<Group, List<Batch>> groups(
            Store store, Set<RecordId> countedInRedis, List<Batch> batches) {
        Map<Batch, Set<Cause>> reasons = new LinkedHashMap<>();
        batches.forEach(batch -> reasons.put(batch, reasons(store, countedInRedis, batch)));
        boolean apart =
                reasons.values().stream().filter(Evidence::mayBeLostLock).count() <= MAX_APART;
        Map<Group, List<Batch>> groups = new LinkedHashMap<>();
        reasons.forEach(
                (batch, causes) -> {
                    boolean alone = apart && mayBeLostLock(causes);
                    groups.computeIfAbsent(
                                    new Group(causes, alone ? batch : null),
                                    first -> new ArrayList<>())
                            .add(batch);
                });
        return groups;
    }

    private static boolean mayBeLostLock(Set<Cause> reasons) {
        return reasons.size() > 1 && reasons.contains(Cause.LOST_LOCK);
    }

    private Optional<Set<Named>> add(Set<Named> causes, Cause cause, List<Batch> batches) {
        SortedSet<TradeId> ids = Attribution.ids(batches);
        Set<Named> all = new HashSet<>();
        for (Named named : causes) {
            if (named.cause() == cause) {
                ids.addAll(named.trades());
            } else {
                all.add(named);
            }
        }
        if (cause == Cause.LOST_LOCK && batches.size() > MAX_LOST_LOCKS) {
            return Optional.empty();
        }
        all.add(new Named(cause, ids));
        return Optional.of(all);
    }

    private Set<Cause> reasons(Store store, Set<RecordId> countedInRedis, Batch batch) {
        RecordId record = batch.record();
        if (doubtful.contains(record)) {
            Set<Cause> reasons = reasonsOfRecord(batch);
            reasons.add(Cause.LOST_LOCK);
            if (store == Store.MYSQL) {
                reasons.add(Cause.STALE_ROW);
            }
            return reasons;
        }
        if (countedInRedis.contains(record)) {
            return EnumSet.of(Cause.STALE_ROW);
        }
        if (counted.contains(record)) {
            return store == Store.MYSQL
                    ? EnumSet.of(Cause.LOST_LOCK, Cause.STALE_ROW)
                    : EnumSet.of(Cause.LOST_LOCK);
        }
        Set<Cause> reasons = reasonsOfRecord(batch);
        if (batch.readable() && lost.getOrDefault(record, 0) < 2) {
            reasons.add(Cause.LOST_LOCK);
        }
        return reasons;
    }

    /** Returns the reasons for which no kline has counted a record. */
    private Set<Cause> reasonsOfRecord(Batch batch) {
        int run = batch.readable() ? run(batch.record()) : 1;
        if (run >= LONG_RUN) {
            return EnumSet.of(Cause.SPLIT_GROUP);
        }
        return run > 1
                ? EnumSet.of(Cause.LOST_RECORD, Cause.SPLIT_GROUP)
                : EnumSet.of(Cause.LOST_RECORD);
    }

    /** Returns how many records in a row, with this one, no kline has counted. */
    private int run(RecordId record) {
        NavigableSet<Long> read = offsets.get(record.partition()).navigableKeySet();
        return 1
                + lostIn(read.tailSet(record.offset(), false), record)
                + lostIn(read.headSet(record.offset(), false).descendingSet(), record);
    }

    private int lostIn(Collection<Long> neighbours, RecordId record) {
        int count = 0;
        for (long offset : neighbours) {
            RecordId neighbour = new RecordId(record.partition(), offset);
            if (count >= LONG_RUN || counted.contains(neighbour)) {
                break;
            }
            count++;
        }
        return count;
    }
}
