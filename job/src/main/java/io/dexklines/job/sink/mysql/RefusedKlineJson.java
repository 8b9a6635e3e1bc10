package io.dexklines.job.sink.mysql;

import io.dexklines.kline.Kline;
import io.dexklines.text.JsonObject;

/**
 * A refused kline as it is written: {@code
 * {"table","reason","sql_state","error_code","chain_id","pair_addr","interval","open_time","kline":{…}}}.
 * The kline's fields are named after the table's other columns and hold what would be in them, so
 * times are epoch seconds; a number that is not finite is a string, such as {@code "NaN"}.
 */
final class RefusedKlineJson {

    private RefusedKlineJson() {}

    /** The JSON object in UTF-8. */
    static byte[] of(RefusedKline refused) {
        Kline kline = refused.kline();
        return new JsonObject()
                .text("table", "kline")
                .text("reason", refused.reason())
                .text("sql_state", refused.sqlState())
                .whole("error_code", refused.errorCode())
                .text("chain_id", refused.pair().chainId())
                .text("pair_addr", refused.pair().address())
                .text("interval", kline.interval().code())
                .whole("open_time", Math.floorDiv(kline.openTimeMs(), 1000L))
                .raw("kline", columns(kline).toString())
                .bytes();
    }

    private static JsonObject columns(Kline kline) {
        return new JsonObject()
                .number("open", kline.open())
                .number("high", kline.high())
                .number("low", kline.low())
                .number("close", kline.close())
                .number("mcap_open", kline.mcapOpen())
                .number("mcap_high", kline.mcapHigh())
                .number("mcap_low", kline.mcapLow())
                .number("mcap_close", kline.mcapClose())
                .number("volume_usd", kline.volumeUsd())
                .number("volume_token", kline.volumeToken())
                .number("buy_volume_usd", kline.buyVolumeUsd())
                .number("buy_volume_token", kline.buyVolumeToken())
                .whole("trades", kline.trades())
                .whole("buys", kline.buys())
                .whole("sells", kline.sells())
                .number("vwap", kline.vwap())
                .whole("first_trade_time", kline.first().blockTimeSeconds())
                .whole("last_trade_time", kline.last().blockTimeSeconds())
                .flag("closed", kline.closed());
    }
}
