package io.dexklines.relay.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes one series of what several stores hold of it. */
final class KlineMerge {

    private KlineMerge() {}

    /** Every kline once, in its newest version, ascending; as many as the window wants. */
    static List<PastKline> of(Collection<List<PastKline>> answers, Window window) {
        Map<Long, PastKline> byOpenTime = new TreeMap<>();
        for (List<PastKline> answer : answers) {
            for (PastKline kline : answer) {
                if (window.holds(kline.openTime())) {
                    byOpenTime.merge(kline.openTime(), kline, PastKline::newer);
                }
            }
        }
        return window.limited(new ArrayList<>(byOpenTime.values()));
    }
}
