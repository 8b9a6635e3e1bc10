package io.dexklines.relay.pairs;

import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;

/**
 * An entry of the pair list.
 *
 * @param statistics null if unknown
 */
public record PairSummary(Pair key, PairLabels labels, DayStatistics statistics) {}
