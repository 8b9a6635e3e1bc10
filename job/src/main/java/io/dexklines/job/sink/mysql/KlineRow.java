package io.dexklines.job.sink.mysql;

import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import java.util.Comparator;

/** One row of the table {@code kline}. */
public record KlineRow(Pair pair, Kline kline) {

    /** The order of the primary key: writers that follow it take their locks in one order. */
    public static final Comparator<KlineRow> BY_PRIMARY_KEY =
            Comparator.comparing((KlineRow row) -> row.pair.chainId())
                    .thenComparing(row -> row.pair.address())
                    .thenComparing(row -> row.kline.interval().code())
                    .thenComparingLong(row -> row.kline.openTimeMs());
}
