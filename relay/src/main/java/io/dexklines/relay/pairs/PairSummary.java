package io.dexklines.relay.pairs;

/**
 * One line of the list of pairs.
 *
 * @param figures null while they are unknown
 */
public record PairSummary(PairKey key, PairLabels labels, DayFigures figures) {}
