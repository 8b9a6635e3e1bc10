package io.dexklines.chaos.input;

import io.dexklines.chaos.input.WrittenRecords.Written;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The exact account of a chaos input: what consumers with isolation level {@code read_committed}
 * find in the topics of trades. Records of aborted transactions are not part of it.
 *
 * @param chains what the producer of each chain published, by {@code chain_id}
 * @param entriesByKind the number of entries by the kind of their records and by {@code chain_id}
 * @param late every entry that was injected as late, copies included. No other entry may end as
 *     {@code late}, unless it is a copy that is found late before it is found to be a duplicate
 * @param transactions the upstream transactions that were begun, in their order
 * @param delivery what the brokers did with the records
 */
public record InputLedger(
        SortedMap<String, ChainInput> chains,
        Map<InputKind, SortedMap<String, Long>> entriesByKind,
        List<LateTrade> late,
        List<Transaction> transactions,
        Delivery delivery) {

    /**
     * What the producer of one chain published.
     *
     * @param distinctTrades the number of different valid trades. Each is counted once, but those
     *     that were injected as late may be excluded as such
     * @param lateTrades the number of them that were injected as late
     */
    public record ChainInput(long records, Entries entries, long distinctTrades, long lateTrades) {

        /** Returns the number of entries that repeat another one. */
        public long duplicates() {
            return entries.swaps() - distinctTrades;
        }

        private ChainInput plus(ChainInput other) {
            return new ChainInput(
                    records + other.records,
                    entries.plus(other.entries),
                    distinctTrades + other.distinctTrades,
                    lateTrades + other.lateTrades);
        }
    }

    /** A trade that was injected as late, and where it is. */
    public record LateTrade(String txHash, EntryPlace place) {}

    /**
     * An upstream transaction.
     *
     * @param chain the {@code chain_id}
     * @param planned how it was to end: {@code COMMIT}, {@code ABORT}, or {@code ABANDON} if its
     *     producer was to disappear
     * @param holdMs how long it was to stay open after its records were written, milliseconds
     * @param sent the number of records that were passed to its producer
     * @param written the number of them that were committed
     */
    public record Transaction(
            int number, String chain, String planned, long holdMs, long sent, long written) {

        public boolean isCommitted() {
            return written > 0;
        }

        /** Returns whether only some of its records were committed, which must not happen. */
        public boolean isTorn() {
            return written > 0 && written < sent;
        }
    }

    /**
     * What the brokers did with the records.
     *
     * @param written records in the topics, each as often as it is there
     * @param lost records that a broker has acknowledged and that are in no topic, which must not
     *     happen
     * @param unconfirmed records that are in a topic although no broker has acknowledged them
     * @param repeated how often a record is in the topics again because its producer did not know
     *     of the first time
     * @param rejected records that a broker or producer refused for their size
     * @param others records in the same topics that are not of this input
     */
    public record Delivery(
            long written, long lost, long unconfirmed, long repeated, long rejected, long others) {}

    private static final ChainInput NOTHING = new ChainInput(0, Entries.NONE, 0, 0);

    static InputLedger of(SentRecords.Snapshot sent, WrittenRecords found) {
        SortedMap<String, ChainInput> chains = new TreeMap<>();
        Map<InputKind, SortedMap<String, Long>> byKind = new EnumMap<>(InputKind.class);
        List<LateTrade> late = new ArrayList<>();
        Set<Long> numbers = new HashSet<>();
        Set<Long> contents = new HashSet<>();
        Map<Integer, Long> writtenInTransactions = new TreeMap<>();
        for (Written written : found.written()) {
            RecordFacts facts = sent.sent().get(written.number());
            boolean isNew = contents.add(facts.content());
            long distinct = isNew ? facts.entries().swaps() : 0;
            chains.merge(
                    facts.chain().id(),
                    new ChainInput(
                            1,
                            facts.entries(),
                            distinct,
                            facts.lateTxHashes().isEmpty() ? 0 : distinct),
                    ChainInput::plus);
            byKind.computeIfAbsent(facts.kind(), kind -> new TreeMap<>())
                    .merge(facts.chain().id(), facts.entries().total(), Long::sum);
            addLate(facts, written, late);
            if (numbers.add(written.number())
                    && facts.transaction() != RecordFacts.NO_TRANSACTION) {
                writtenInTransactions.merge(facts.transaction(), 1L, Long::sum);
            }
        }
        return new InputLedger(
                Collections.unmodifiableSortedMap(chains),
                Collections.unmodifiableMap(byKind),
                List.copyOf(late),
                transactions(sent, writtenInTransactions),
                new Delivery(
                        found.written().size(),
                        sent.acknowledged().stream()
                                .filter(number -> !numbers.contains(number))
                                .count(),
                        numbers.stream()
                                .filter(number -> !sent.acknowledged().contains(number))
                                .count(),
                        found.written().size() - numbers.size(),
                        sent.rejected().size(),
                        found.others()));
    }

    private static void addLate(RecordFacts facts, Written written, List<LateTrade> late) {
        for (int index = 0; index < facts.lateTxHashes().size(); index++) {
            late.add(
                    new LateTrade(
                            facts.lateTxHashes().get(index),
                            new EntryPlace(
                                    written.topic(),
                                    written.partition(),
                                    written.offset(),
                                    index)));
        }
    }

    private static List<Transaction> transactions(
            SentRecords.Snapshot sent, Map<Integer, Long> written) {
        Map<Integer, Long> sentIn = new TreeMap<>();
        for (RecordFacts facts : sent.sent().values()) {
            if (facts.transaction() != RecordFacts.NO_TRANSACTION) {
                sentIn.merge(facts.transaction(), 1L, Long::sum);
            }
        }
        List<Transaction> transactions = new ArrayList<>();
        for (PlannedTransaction begun : new TreeMap<>(sent.transactions()).values()) {
            transactions.add(
                    new Transaction(
                            begun.number(),
                            begun.chain().id(),
                            begun.ending().name(),
                            begun.holdMs(),
                            sentIn.getOrDefault(begun.number(), 0L),
                            written.getOrDefault(begun.number(), 0L)));
        }
        return List.copyOf(transactions);
    }

    private ChainInput sum() {
        return chains.values().stream().reduce(NOTHING, ChainInput::plus);
    }

    /** Returns the number of all entries: the counted ones and the excluded ones together. */
    public long totalEntries() {
        return sum().entries().total();
    }

    /** Returns the entries of all chains by what the contract says of them. */
    public Entries entries() {
        return sum().entries();
    }

    /** Returns the number of different valid trades of all chains. */
    public long distinctTrades() {
        return sum().distinctTrades();
    }

    /** Returns the number of different trades that were injected as late. */
    public long lateTrades() {
        return sum().lateTrades();
    }

    /** Returns the number of entries that repeat another one. */
    public long duplicates() {
        return sum().duplicates();
    }

    /**
     * Returns how many entries must be excluded, by the reasons for which the number is certain:
     * all but {@code late} and {@code duplicate}.
     */
    public SortedMap<String, Long> certainlyExcluded() {
        Entries all = entries();
        SortedMap<String, Long> excluded = new TreeMap<>();
        excluded.put("malformed", all.malformed());
        excluded.put("unsupported_type", all.unsupportedType());
        excluded.put("invalid", all.invalid());
        excluded.put("unknown_chain", all.unknownChain());
        excluded.put("future", all.future());
        excluded.values().removeIf(count -> count == 0);
        return excluded;
    }
}
