package io.dexklines.job.sink.mysql;

import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.util.Comparator;

/** One row of the table {@code pair}. */
record PairRow(Pair pair, PairLabels labels) {

    /** The order of the primary key. */
    static final Comparator<PairRow> BY_PRIMARY_KEY =
            Comparator.comparing((PairRow row) -> row.pair.chainId())
                    .thenComparing(row -> row.pair.address());
}
