package io.dexklines.relay.pairs;

import java.util.BitSet;
import java.util.List;

/**
 * An index over short texts that finds those which contain given words. Immutable.
 *
 * <p>Each row stands for some sequences of one, two or three characters, by their hash, and has a
 * bit for every text that contains one of them. The texts in which a word may occur have a bit in
 * each row of its sequences; only these are compared. The index takes {@value #ROWS} bits a text.
 */
final class TextIndex {

    /** The number of rows for sequences of one, two and three characters. */
    private static final int[] ROWS_BY_LENGTH = {64, 256, 704};

    static final int ROWS = 64 + 256 + 704;

    /** How many texts are compared between two calls of {@code mayGoOn}. */
    private static final int STRIDE = 1024;

    static final TextIndex EMPTY = new TextIndex(List.of(), new long[ROWS][0]);

    private final List<String> texts;
    private final long[][] rows;

    private TextIndex(List<String> texts, long[][] rows) {
        this.texts = texts;
        this.rows = rows;
    }

    /**
     * Returns an index over other texts. Takes over what this index knows of the texts with which
     * both begin, so appending to a long list is cheap.
     */
    TextIndex with(List<String> otherTexts) {
        int same = 0;
        int most = Math.min(texts.size(), otherTexts.size());
        while (same < most && texts.get(same).equals(otherTexts.get(same))) {
            same++;
        }
        if (same == texts.size() && same == otherTexts.size()) {
            return this;
        }
        long[][] otherRows = new long[ROWS][];
        int words = (otherTexts.size() + Long.SIZE - 1) / Long.SIZE;
        for (int row = 0; row < ROWS; row++) {
            otherRows[row] = new long[words];
            System.arraycopy(rows[row], 0, otherRows[row], 0, (same + Long.SIZE - 1) / Long.SIZE);
            if (same % Long.SIZE != 0) {
                otherRows[row][same / Long.SIZE] &= (1L << same) - 1;
            }
        }
        for (int text = same; text < otherTexts.size(); text++) {
            add(otherRows, text, otherTexts.get(text));
        }
        return new TextIndex(List.copyOf(otherTexts), otherRows);
    }

    private static void add(long[][] rows, int index, String text) {
        for (int length = 1; length <= ROWS_BY_LENGTH.length; length++) {
            for (int start = 0; start + length <= text.length(); start++) {
                rows[row(text, start, length)][index / Long.SIZE] |= 1L << index;
            }
        }
    }

    private static int row(String text, int start, int length) {
        int first = 0;
        for (int shorter = 1; shorter < length; shorter++) {
            first += ROWS_BY_LENGTH[shorter - 1];
        }
        int hash = 0;
        for (int index = start; index < start + length; index++) {
            hash = (hash + text.charAt(index)) * 0x9E3779B1;
        }
        return first + (hash >>> 8) % ROWS_BY_LENGTH[length - 1];
    }

    /**
     * Returns the texts that contain all words.
     *
     * @param among the texts to search
     * @param mayGoOn throws an exception if the search has to end
     */
    BitSet containing(List<String> words, BitSet among, Runnable mayGoOn) {
        long[] found = new long[(texts.size() + Long.SIZE - 1) / Long.SIZE];
        long[] searched = among.toLongArray();
        System.arraycopy(searched, 0, found, 0, searched.length);
        for (String word : words) {
            int length = Math.min(word.length(), ROWS_BY_LENGTH.length);
            for (int start = 0; start + length <= word.length(); start++) {
                and(found, rows[row(word, start, length)]);
            }
        }
        BitSet matches = BitSet.valueOf(found);
        int compared = 0;
        for (int text = matches.nextSetBit(0); text >= 0; text = matches.nextSetBit(text + 1)) {
            if (compared++ % STRIDE == 0) {
                mayGoOn.run();
            }
            if (!containsAll(texts.get(text), words)) {
                matches.clear(text);
            }
        }
        return matches;
    }

    private static void and(long[] bits, long[] others) {
        for (int index = 0; index < bits.length; index++) {
            bits[index] &= others[index];
        }
    }

    private static boolean containsAll(String text, List<String> words) {
        for (String word : words) {
            if (!text.contains(word)) {
                return false;
            }
        }
        return true;
    }
}
