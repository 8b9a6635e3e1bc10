package io.dexklines.verifier;

import java.util.List;
import java.util.Map;

/** The topics that a job reads and writes, and how far the job has read. */
interface Topics extends AutoCloseable {

    /** Returns the partitions of the topics of trades. The index of a partition is its number. */
    List<Journal.Partition> partitions();

    /**
     * Returns the time before which records may be missing from a topic because retention has
     * removed them, by topic, in epoch milliseconds. A topic that has lost nothing that matters to
     * the verification is missing.
     */
    Map<String, Long> lostUntilMs();

    /** Returns the cut at which reading begins. */
    Cut begin();

    /** Returns the current ends of the topics of trades. */
    Cut ends();

    /**
     * Reads further in the topics of trades, at least up to a cut.
     *
     * @return the cut after the last records that were read
     */
    Cut read(Cut upTo, Journal journal, VerifyProgress progress);

    /** Reads the remaining committed records of the topic of excluded trades. */
    void readExclusions(Journal journal);

    /** Reads the remaining committed records of the topic of refused rows. */
    void readRefusals(Journal journal);

    /**
     * Reads the remaining committed records of the smart-money topics, if smart money is enabled.
     */
    void readSmartMoney(SmartMoneyJournal smartMoney, Journal journal);

    /** Returns the cut that the job's newest completed checkpoint covers. */
    Cut committed();

    @Override
    void close();
}
