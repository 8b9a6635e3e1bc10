package io.dexklines.relay.pairs;

import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.util.Comparator;
import java.util.Locale;

/** A pair of the list, as the thread that refreshes the list knows it. */
final class ListedPair {

    /** The pairs that trade most recently first, and among them those with most volume. */
    static final Comparator<ListedPair> MOST_RECENT =
            Comparator.<ListedPair>comparingLong(pair -> pair.lastTradeTime)
                    .thenComparingDouble(ListedPair::volumeUsd)
                    .reversed();

    /**
     * The memory of a pair apart from its strings, in bytes: this object and its entry in a map,
     * key, labels, two versions of statistics and entry, a bit in each row of the index, and its
     * places in the orders and in the map of positions.
     */
    private static final int BYTES = 104 + 24 + 32 + 2 * (64 + 24) + TextIndex.ROWS / 8 + 150;

    /** What separates the fields of the text. Words contain none, so none is found across two. */
    private static final String SEPARATOR = "\n";

    private static final int BYTES_PER_STRING = 24 + 16 + 4;

    final Pair key;

    /** Epoch seconds; 0 if unknown. */
    long lastTradeTime;

    /** Null if unknown. */
    DayStatistics statistics;

    /** Whether the last price was looked up in vain or found, since there were no recent trades. */
    boolean lookedUp;

    /** Whether a table has the pair. */
    boolean stored;

    private PairLabels labels;
    private String text;
    private PairSummary summary;

    ListedPair(Pair key) {
        this.key = key;
        setLabels(PairLabels.UNKNOWN);
    }

    void setLabels(PairLabels newLabels) {
        if (!newLabels.equals(labels)) {
            labels = newLabels;
            text =
                    String.join(
                                    SEPARATOR,
                                    labels.tokenSymbol(),
                                    labels.baseTokenSymbol(),
                                    labels.swapName(),
                                    key.address(),
                                    labels.tokenAddress())
                            .toLowerCase(Locale.ROOT);
            summary = null;
        }
    }

    /** Returns a word that is in the text of every pair whose token has this symbol. */
    static String wordOf(String tokenSymbol) {
        return (tokenSymbol + SEPARATOR).toLowerCase(Locale.ROOT);
    }

    /** Returns the text in which words are searched, in lower case. */
    String text() {
        return text;
    }

    PairSummary summary() {
        if (summary == null || summary.statistics() != statistics) {
            summary = new PairSummary(key, labels, statistics);
        }
        return summary;
    }

    private double volumeUsd() {
        return statistics == null ? 0 : statistics.volumeUsd();
    }

    /** Returns about how much memory the pair takes, in bytes. */
    long bytes() {
        // the fields of the text, and the text
        int strings = 6;
        int characters = key.chainId().length() + 2 * text.length() + strings * BYTES_PER_STRING;
        return BYTES + characters;
    }
}
