package io.dexklines.kline;

import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.util.List;

/**
 * The klines of one pair that changed or closed since it was last heard of, all of one moment: each
 * larger one is the merge of the smaller ones in it.
 *
 * @param pair whose
 * @param labels the names that the pair's latest trade gave
 * @param klines at least one; by interval, then by open time, ascending
 */
public record KlineUpdates(Pair pair, PairLabels labels, List<Kline> klines) {}
