package io.dexklines.job.sink;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.kline.KlineColumns;

/** A kline in the topic of refused rows. */
public final class RefusedKline {

    private RefusedKline() {}

    /**
     * Adds a kline to a record: {@code "chain_id","pair_addr","interval","open_time"}, and an
     * object {@code kline} with all other columns of the table {@code kline}.
     */
    public static void add(ObjectNode record, PairKline row) {
        record.put("chain_id", row.pair().chainId())
                .put("pair_addr", row.pair().address())
                .put("interval", row.kline().interval().code())
                .put("open_time", Math.floorDiv(row.kline().openTimeMs(), 1000L));
        Json.Fields values = new Json.Fields(record.putObject("kline"));
        KlineColumns.TABLE.stream().skip(1).forEach(column -> column.write(row.kline(), values));
    }
}
