package io.dexklines.job.source.lists.sync;

import io.dexklines.smartmoney.ListChange;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** One of the lists as the database has it. Filled by {@link WantedLists}. */
final class WantedList {

    private final SortedMap<String, ListChange> records = new TreeMap<>();
    private final Set<String> implied = new HashSet<>();
    private final Set<String> unclear = new HashSet<>();
    private long rows;
    private long validRows;

    /** Returns the records by their keys, with those that {@link #isImplied follows imply}. */
    SortedMap<String, ListChange> records() {
        return Collections.unmodifiableSortedMap(records);
    }

    /** Returns whether no row has the key: it is a wallet that somebody follows. */
    boolean isImplied(String key) {
        return implied.contains(key);
    }

    /** Returns whether an invalid row has the key. What is published under it stays. */
    boolean isUnclear(String key) {
        return unclear.contains(key);
    }

    /** Returns the number of rows of the answer. */
    long rows() {
        return rows;
    }

    /** Returns the number of rows of the answer that are valid. */
    long validRows() {
        return validRows;
    }

    void countRow() {
        rows++;
    }

    /** Adds a row. Returns the record that another row already has under the key, or null. */
    ListChange add(String key, ListChange record) {
        validRows++;
        return records.putIfAbsent(key, record);
    }

    void replace(String key, ListChange record) {
        records.put(key, record);
    }

    /** Adds a record without a row, unless a row has the key. */
    void imply(String key, ListChange record) {
        if (records.putIfAbsent(key, record) == null) {
            implied.add(key);
        }
    }

    void keep(String key) {
        unclear.add(key);
    }
}
