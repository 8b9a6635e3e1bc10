package io.dexklines.job.mysql;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.dexklines.kline.DecimalText;
import io.dexklines.kline.Kline;
import java.nio.charset.StandardCharsets;

/**
 * A refused kline as it is written: {@code
 * {"reason","sql_state","error_code","chain_id","pair_addr","interval","open_time","kline":{…}}}.
 * The kline's fields are named after the table's other columns and hold what would be in them, so
 * times are epoch seconds; a number that is not finite is a string, such as {@code "NaN"}.
 */
final class RefusedKlineJson {

    private RefusedKlineJson() {}

    /** The JSON object in UTF-8. */
    static byte[] of(RefusedKline refused) {
        Kline kline = refused.kline();
        StringBuilder json = new StringBuilder(768);
        json.append('{');
        text(json, "reason", refused.reason());
        text(json.append(','), "sql_state", refused.sqlState());
        json.append(",\"error_code\":").append(refused.errorCode());
        text(json.append(','), "chain_id", refused.pair().chainId());
        text(json.append(','), "pair_addr", refused.pair().address());
        text(json.append(','), "interval", kline.interval().code());
        json.append(",\"open_time\":").append(Math.floorDiv(kline.openTimeMs(), 1000L));
        json.append(",\"kline\":{");
        number(json, "open", kline.open());
        number(json.append(','), "high", kline.high());
        number(json.append(','), "low", kline.low());
        number(json.append(','), "close", kline.close());
        number(json.append(','), "mcap_open", kline.mcapOpen());
        number(json.append(','), "mcap_high", kline.mcapHigh());
        number(json.append(','), "mcap_low", kline.mcapLow());
        number(json.append(','), "mcap_close", kline.mcapClose());
        number(json.append(','), "volume_usd", kline.volumeUsd());
        number(json.append(','), "volume_token", kline.volumeToken());
        number(json.append(','), "buy_volume_usd", kline.buyVolumeUsd());
        number(json.append(','), "buy_volume_token", kline.buyVolumeToken());
        json.append(",\"trades\":").append(kline.trades());
        json.append(",\"buys\":").append(kline.buys());
        json.append(",\"sells\":").append(kline.sells());
        number(json.append(','), "vwap", kline.vwap());
        json.append(",\"first_trade_time\":").append(kline.first().blockTimeSeconds());
        json.append(",\"last_trade_time\":").append(kline.last().blockTimeSeconds());
        json.append(",\"closed\":").append(kline.closed()).append("}}");
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void text(StringBuilder json, String name, String value) {
        json.append('"').append(name).append("\":\"");
        JsonStringEncoder.getInstance().quoteAsString(value, json);
        json.append('"');
    }

    private static void number(StringBuilder json, String name, double value) {
        json.append('"').append(name).append("\":");
        if (Double.isFinite(value)) {
            json.append(DecimalText.of(value));
        } else {
            json.append('"').append(value).append('"');
        }
    }
}
