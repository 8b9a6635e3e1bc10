package io.dexklines.local.wallets;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The numbered lines of a text, without a byte order mark. Lines can be put back. */
final class TextLines {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final BufferedReader text;
    private final Deque<String> putBack = new ArrayDeque<>();
    private long number;

    TextLines(Reader text) {
        this.text = new BufferedReader(text);
    }

    /** Returns the next line without its line break, or null at the end of the text. */
    String next() throws IOException {
        String line = putBack.isEmpty() ? text.readLine() : putBack.pop();
        if (line != null && ++number == 1 && line.startsWith(BYTE_ORDER_MARK)) {
            return line.substring(BYTE_ORDER_MARK.length());
        }
        return line;
    }

    /** Returns the number of the line that was returned last, from 1; 0 before the first. */
    long number() {
        return number;
    }

    /**
     * Makes lines that were returned last the next ones again.
     *
     * @param lines in the order in which they were returned
     */
    void putBack(List<String> lines) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            putBack.push(lines.get(i));
            number--;
        }
    }
}
