package io.dexklines.chaos.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.chaos.input.InputLedger.ChainInput;
import io.dexklines.chaos.input.InputLedger.Delivery;
import io.dexklines.chaos.input.InputLedger.LateTrade;
import io.dexklines.chaos.input.InputLedger.Transaction;
import io.dexklines.chaos.input.PlannedTransaction.Ending;
import io.dexklines.chaos.input.WrittenRecords.Written;
import io.dexklines.local.simulator.SimulatedChain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tests the account of what is in the topics, made from records that no broker has seen. */
class InputLedgerTest {

    private static final String TOPIC = "bsc-trades";

    private final Map<Long, RecordFacts> sent = new HashMap<>();
    private final Set<Long> acknowledged = new HashSet<>();
    private final Map<Integer, PlannedTransaction> transactions = new TreeMap<>();
    private final List<Written> written = new ArrayList<>();

    @Test
    void aCopyAddsEntriesButNoTrades() {
        deliver(send(InputKind.PROMPT, 0, Entries.ofMarket(5, 1)));
        deliver(send(InputKind.REDELIVERED, 0, Entries.ofMarket(5, 1)));
        deliver(send(InputKind.INVALID, 1, Entries.ofInvalid(2, 3)));

        InputLedger ledger = ledger();

        assertThat(ledger.chains())
                .isEqualTo(Map.of("56", new ChainInput(3, new Entries(12, 0, 2, 3, 0, 0), 7, 0)));
        assertThat(ledger.totalEntries()).isEqualTo(17);
        assertThat(ledger.duplicates()).isEqualTo(5);
        assertThat(ledger.entriesByKind())
                .isEqualTo(
                        Map.of(
                                InputKind.PROMPT, Map.of("56", 6L),
                                InputKind.REDELIVERED, Map.of("56", 6L),
                                InputKind.INVALID, Map.of("56", 5L)));
        assertThat(ledger.certainlyExcluded())
                .isEqualTo(Map.of("unsupported_type", 2L, "invalid", 3L));
    }

    @Test
    void whatIsNotInATopicIsNoPartOfTheInput() {
        send(InputKind.PROMPT, 0, Entries.ofSwaps(5));
        deliver(send(InputKind.PROMPT, 1, Entries.ofSwaps(2)));

        assertThat(ledger().distinctTrades()).isEqualTo(2);
        assertThat(ledger().delivery()).isEqualTo(new Delivery(1, 0, 0, 0, 0, 0));
    }

    @Test
    void aTradeCountsOnceIfItsTransactionIsAbortedAndItIsPublishedAgain() {
        begin(4, Ending.ABORT);
        send(InputKind.TRANSACTION, 0, Entries.ofSwaps(2), 4);
        deliver(send(InputKind.REDELIVERED, 0, Entries.ofSwaps(2)));

        InputLedger ledger = ledger();

        assertThat(ledger.distinctTrades()).isEqualTo(2);
        assertThat(ledger.duplicates()).isZero();
        assertThat(ledger.transactions())
                .containsExactly(new Transaction(4, "56", "ABORT", 9_000, 1, 0));
        assertThat(ledger.transactions().get(0).isCommitted()).isFalse();
    }

    @Test
    void aTransactionOfWhichOnlyAPartIsThereIsTorn() {
        begin(1, Ending.COMMIT);
        begin(2, Ending.COMMIT);
        deliver(send(InputKind.TRANSACTION, 0, Entries.ofSwaps(1), 1));
        send(InputKind.TRANSACTION, 1, Entries.ofSwaps(1), 1);
        deliver(send(InputKind.TRANSACTION, 2, Entries.ofSwaps(1), 2));

        assertThat(ledger().transactions())
                .extracting(Transaction::isTorn)
                .containsExactly(true, false);
    }

    @Test
    void tellsWhereTheTradesAreThatWereInjectedAsLate() {
        RecordFacts late =
                new RecordFacts(
                        70,
                        InputKind.LATE,
                        SimulatedChain.BSC,
                        9,
                        Entries.ofSwaps(2),
                        List.of("a", "b"),
                        RecordFacts.NO_TRANSACTION);
        sent.put(70L, late);
        deliver(late);
        RecordFacts copy = late.copy(71);
        sent.put(71L, copy);
        deliver(copy);

        InputLedger ledger = ledger();

        assertThat(ledger.late())
                .containsExactly(
                        new LateTrade("a", new EntryPlace(TOPIC, 0, 0, 0)),
                        new LateTrade("b", new EntryPlace(TOPIC, 0, 0, 1)),
                        new LateTrade("a", new EntryPlace(TOPIC, 0, 1, 0)),
                        new LateTrade("b", new EntryPlace(TOPIC, 0, 1, 1)));
        assertThat(ledger.lateTrades()).isEqualTo(2);
        assertThat(ledger.duplicates()).isEqualTo(2);
    }

    @Test
    void findsWhatBrokersHaveLostOrHoldTwice() {
        acknowledged.add(send(InputKind.PROMPT, 0, Entries.ofSwaps(1)).number());
        RecordFacts twice = send(InputKind.PROMPT, 1, Entries.ofSwaps(3));
        deliver(twice);
        deliver(twice);
        RecordFacts unconfirmed = send(InputKind.PROMPT, 2, Entries.ofSwaps(1));
        deliver(unconfirmed);
        acknowledged.remove(unconfirmed.number());

        InputLedger ledger = ledger();

        assertThat(ledger.delivery()).isEqualTo(new Delivery(3, 1, 1, 1, 0, 0));
        assertThat(ledger.duplicates()).isEqualTo(3);
        assertThat(ledger.distinctTrades()).isEqualTo(4);
    }

    private RecordFacts send(InputKind kind, long content, Entries entries) {
        return send(kind, content, entries, RecordFacts.NO_TRANSACTION);
    }

    private RecordFacts send(InputKind kind, long content, Entries entries, int transaction) {
        RecordFacts facts =
                new RecordFacts(
                        sent.size(),
                        kind,
                        SimulatedChain.BSC,
                        content,
                        entries,
                        List.of(),
                        transaction);
        sent.put(facts.number(), facts);
        return facts;
    }

    private void begin(int number, Ending ending) {
        transactions.put(
                number,
                new PlannedTransaction(number, SimulatedChain.BSC, 0, 0, 9_000, ending, List.of()));
    }

    private void deliver(RecordFacts facts) {
        acknowledged.add(facts.number());
        written.add(new Written(TOPIC, 0, written.size(), facts.number()));
    }

    private InputLedger ledger() {
        return InputLedger.of(
                new SentRecords.Snapshot(sent, acknowledged, Set.of(), transactions),
                new WrittenRecords(written, 0));
    }
}
