package io.dexklines.job.source.lists.sync;

import io.dexklines.smartmoney.ListChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a list lacks to be equal to the database. The newest record of a key decides whose the key
 * is. Records of others are neither changed nor removed.
 *
 * @param added records whose keys nobody has
 * @param changed records of this source that say something else
 * @param removed keys of this source that the database no longer has, in ascending order
 * @param unchanged the number of records of this source that agree with the database
 * @param foreign the number of rows whose keys others have
 * @param published the number of records of this source, with those to remove
 */
record ListDifference(
        Map<String, ListChange> added,
        Map<String, ListChange> changed,
        List<String> removed,
        long unchanged,
        long foreign,
        long published) {

    /**
     * Compares a list.
     *
     * @param wanted the list as the database has it
     * @param published the list as the topic has it
     * @param source the name under which this source publishes
     * @param adopts whether records of others for which there is a row become those of this source
     */
    static ListDifference between(
            WantedList wanted, PublishedList published, String source, boolean adopts) {
        Map<String, ListChange> added = new LinkedHashMap<>();
        Map<String, ListChange> changed = new LinkedHashMap<>();
        long unchanged = 0;
        long foreign = 0;
        for (Map.Entry<String, ListChange> each : wanted.records().entrySet()) {
            String key = each.getKey();
            PublishedList.Entry entry = published.get(key);
            boolean implied = wanted.isImplied(key);
            if (entry != null && source.equals(entry.source())) {
                if (each.getValue().equals(entry.change())) {
                    unchanged++;
                } else {
                    changed.put(key, each.getValue());
                }
            } else if (entry == null && !published.hasOtherForm(key)) {
                added.put(key, each.getValue());
            } else if (adopts && !implied) {
                changed.put(key, each.getValue());
            } else if (!implied) {
                foreign++;
            }
        }
        List<String> own = published.keysOf(source);
        List<String> removed = new ArrayList<>();
        for (String key : own) {
            if (!wanted.records().containsKey(key) && !wanted.isUnclear(key)) {
                removed.add(key);
            }
        }
        removed.sort(null);
        return new ListDifference(added, changed, removed, unchanged, foreign, own.size());
    }
}
