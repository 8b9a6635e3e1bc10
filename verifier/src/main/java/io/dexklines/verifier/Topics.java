package io.dexklines.verifier;

import java.util.List;

/**
 * The topics of trades, of excluded trades and of refused klines, and how far the job has come in
 * them.
 */
interface Topics extends AutoCloseable {

    /** Those of the topics of trades; their places in the list are their numbers. */
    List<Journal.Partition> partitions();

    /** Where the topics of trades end now. */
    Cut ends();

    /**
     * Reads on in the topics of trades, at least up to there.
     *
     * @return behind the last records there are before that place, from the first on
     */
    Cut read(Cut upTo, Journal journal, VerifyProgress progress);

    /** Reads on in the topic of excluded trades, up to its end, what is committed in it. */
    void readExclusions(Journal journal);

    /** Reads on in the topic of refused klines, up to its end, what is committed in it. */
    void readRefusals(Journal journal);

    /**
     * What the job has taken in for good: its newest checkpoint covers it and all that came of it.
     */
    Cut committed();

    @Override
    void close();
}
