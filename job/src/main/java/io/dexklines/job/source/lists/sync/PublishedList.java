package io.dexklines.job.source.lists.sync;

import io.dexklines.smartmoney.ListChange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The newest record of each key of one of the topics, and who published it. Not thread-safe. */
final class PublishedList {

    /** The parser of the records of a topic. */
    interface Parser {

        /**
         * @param value null for a tombstone
         * @throws IllegalArgumentException if the record is invalid
         */
        ListChange parse(byte[] key, byte[] value);
    }

    /**
     * A record.
     *
     * @param change null if the job refuses the record
     * @param source the value of the header {@code source}; null if there is none
     */
    record Entry(ListChange change, String source) {}

    private final Parser parser;
    private final Map<String, Entry> byKey = new HashMap<>();

    /** The keys that name the same as another key in another form, by that key. */
    private final Map<String, Set<String>> otherForms = new HashMap<>();

    PublishedList(Parser parser) {
        this.parser = parser;
    }

    /**
     * Applies a record of the topic. A record without a key is ignored, as the job refuses it.
     *
     * @param value null for a tombstone
     * @param source the value of the header {@code source}; null if there is none
     */
    void apply(byte[] key, byte[] value, String source) {
        if (key == null) {
            return;
        }
        String text = new String(key, StandardCharsets.ISO_8859_1);
        ListChange change;
        try {
            change = parser.parse(key, value);
        } catch (IllegalArgumentException e) {
            change = null;
        }
        String current = change == null ? text : currentKey(change);
        if (!current.equals(text)) {
            applyOtherForm(text, current, value != null);
        } else if (value == null) {
            byKey.remove(text);
        } else {
            byKey.put(text, new Entry(change, source));
        }
    }

    private void applyOtherForm(String text, String current, boolean exists) {
        if (exists) {
            otherForms.computeIfAbsent(current, first -> new HashSet<>()).add(text);
        } else if (otherForms.containsKey(current)) {
            otherForms.get(current).remove(text);
        }
    }

    private static String currentKey(ListChange change) {
        String wallet = change.wallet().text();
        return change.userId().isEmpty() ? wallet : wallet + ":" + change.userId();
    }

    /** Returns the record of a key, or null. */
    Entry get(String key) {
        return byKey.get(key);
    }

    /** Returns whether a record says something about the key, whose own key has another form. */
    boolean hasOtherForm(String key) {
        return !otherForms.getOrDefault(key, Set.of()).isEmpty();
    }

    /** Returns the keys of the records of a source. */
    List<String> keysOf(String source) {
        List<String> keys = new ArrayList<>();
        byKey.forEach(
                (key, entry) -> {
                    if (source.equals(entry.source())) {
                        keys.add(key);
                    }
                });
        return keys;
    }
}
