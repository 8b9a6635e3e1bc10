package io.dexklines.job.sink.kafka;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.dexklines.trade.ExcludedTrade;
import java.nio.charset.StandardCharsets;

/**
 * An excluded trade as it is written: {@code
 * {"reason","detail","topic","partition","offset","index","trade"}}.
 */
public final class ExcludedTradeJson {

    private ExcludedTradeJson() {}

    /** The JSON object in UTF-8. */
    public static byte[] of(ExcludedTrade excluded) {
        StringBuilder json = new StringBuilder(256 + excluded.tradeJson().length());
        json.append("{\"reason\":\"").append(excluded.reason().text());
        json.append("\",\"detail\":\"");
        JsonStringEncoder.getInstance().quoteAsString(excluded.detail(), json);
        json.append("\",\"topic\":\"");
        JsonStringEncoder.getInstance().quoteAsString(excluded.topic(), json);
        json.append("\",\"partition\":").append(excluded.partition());
        json.append(",\"offset\":").append(excluded.offset());
        json.append(",\"index\":").append(excluded.index());
        json.append(",\"trade\":").append(excluded.tradeJson()).append('}');
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
