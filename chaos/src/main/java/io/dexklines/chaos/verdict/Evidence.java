package io.dexklines.chaos.verdict;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Everything that a run recorded, without any judgement. {@link Verdict} judges it.
 *
 * @param seed the seed of the input and of the schedule of faults
 * @param input what was sent to the topics of trades
 * @param verified what the independent verification of all sinks found
 * @param excluded what the topic of excluded trades held at the end
 * @param faults the faults in the order in which they began
 * @param deaths the processes that ended although no fault ended them, one text each; they were
 *     restarted, as a service manager does
 * @param job what Flink said of the job
 * @param clients what all WebSocket clients saw
 * @param notifications what the topic of notifications held at the end
 * @param hangingTransactions the transactions of the job that were still open at the end, one text
 *     each
 */
public record Evidence(
        long seed,
        Input input,
        Verified verified,
        Excluded excluded,
        List<Fault> faults,
        List<String> deaths,
        Job job,
        Clients clients,
        Notifications notifications,
        List<String> hangingTransactions) {

    public Evidence {
        faults = List.copyOf(faults);
        deaths = List.copyOf(deaths);
        hangingTransactions = List.copyOf(hangingTransactions);
    }

    /**
     * What was sent, as consumers of committed records find it in the topics of trades.
     *
     * @param entries the number of entries of all records, redelivered ones included
     * @param swaps the number of valid trades among them, copies included
     * @param distinctTrades the number of different valid trades
     * @param lateTrades the number of them that were sent so late that the job may exclude them
     * @param latePlaces the place of every copy of a late trade, see {@link #place}
     * @param invalid the number of entries that the job must exclude, by the reason
     * @param hungTransactions the number of producers that left a transaction open
     * @param tornTransactions the number of transactions of which only a part was committed
     * @param lostByBrokers the number of acknowledged records that are in no topic
     */
    public record Input(
            long entries,
            long swaps,
            long distinctTrades,
            long lateTrades,
            Set<String> latePlaces,
            Map<String, Long> invalid,
            long hungTransactions,
            long tornTransactions,
            long lostByBrokers) {

        public Input {
            latePlaces = Set.copyOf(latePlaces);
            invalid = Map.copyOf(invalid);
        }
    }

    /** Returns the text by which both accounts name an entry of a topic. */
    public static String place(String topic, int partition, long offset, int index) {
        return topic + "-" + partition + " offset " + offset + " index " + index;
    }

    /**
     * The result of the verification of all sinks against a recomputation from the topics.
     *
     * @param entries the number of entries in the topics, as the verification read them
     * @param compared the number of klines, smart-money trades and notifications compared
     * @param lost how many of them are missing in a sink
     * @param duplicated how many trades, notifications and clusters count twice
     * @param mismatched how many klines and other results differ
     * @param ledgerOffBy by how much the ledger is off; 0 if it balances
     * @param isGood whether the verification found nothing wrong
     * @param lines its whole report
     */
    public record Verified(
            long entries,
            long compared,
            long lost,
            long duplicated,
            long mismatched,
            long ledgerOffBy,
            boolean isGood,
            List<String> lines) {

        public Verified {
            lines = List.copyOf(lines);
        }
    }

    /**
     * The topic of excluded trades.
     *
     * @param reasons the reason of each excluded entry, by its place
     */
    public record Excluded(Map<String, String> reasons) {

        /** The reason of a trade that came too late. */
        static final String LATE = "late";

        /** The reason of a copy of a counted trade. */
        static final String DUPLICATE = "duplicate";

        public Excluded {
            reasons = Map.copyOf(reasons);
        }

        /** Returns the number of excluded entries by reason. */
        Map<String, Long> byReason() {
            return reasons.values().stream()
                    .collect(
                            Collectors.groupingBy(
                                    reason -> reason, TreeMap::new, Collectors.counting()));
        }
    }

    /**
     * A fault that was carried out.
     *
     * @param kind its name
     * @param target the process or folder that it befell
     * @param fromMs when it began, in milliseconds since the start of the run
     * @param toMs when it had ended, in milliseconds since the start of the run
     * @param proven whether it is certain that it took effect
     * @param proof what shows that, such as {@code pid 812 -> 977}
     * @param recoveryMs how long after its beginning all tasks of the job were running again, in
     *     milliseconds; 0 if none of them stopped
     * @param liveFrames the frames that clients received meanwhile
     * @param clientsMustSeeFrames whether the guarantees say that frames go on: only a store was
     *     down
     */
    public record Fault(
            String kind,
            String target,
            long fromMs,
            long toMs,
            boolean proven,
            String proof,
            long recoveryMs,
            long liveFrames,
            boolean clientsMustSeeFrames) {}

    /**
     * What Flink said of the job.
     *
     * @param restarts how often it restarted
     * @param checkpointsCompleted the number of completed checkpoints
     * @param checkpointsFailed the number of failed checkpoints
     * @param longestStallMs the longest time for which the clock of each chain stood still, in
     *     milliseconds; 0 for a chain without trades
     */
    public record Job(
            long restarts,
            long checkpointsCompleted,
            long checkpointsFailed,
            Map<String, Long> longestStallMs) {

        public Job {
            longestStallMs = Map.copyOf(longestStallMs);
        }
    }

    /**
     * What all WebSocket clients saw.
     *
     * @param frames the number of klines received
     * @param backwards the versions of klines that had fewer trades than a version before, or were
     *     open again, one text each
     * @param backwardsAcrossConnections how often the first version in a new connection was older
     *     than one of an earlier connection, as after a relay has lost its memory; no violation
     */
    public record Clients(long frames, List<String> backwards, long backwardsAcrossConnections) {

        public Clients {
            backwards = List.copyOf(backwards);
        }
    }

    /**
     * The topic of notifications, as a reader of committed records sees it.
     *
     * @param expected the number of notifications that the trades and lists make
     * @param committed the number of records
     * @param duplicates the number of records whose id another record has, too
     */
    public record Notifications(long expected, long committed, long duplicates) {}
}
