package io.dexklines.job.sink.relay;

import io.dexklines.text.DecimalText;
import io.dexklines.text.JsonObject;
import io.dexklines.trade.Swap;

/**
 * The payload of one trade, in the form of Binance's trade stream with members of this project
 * behind its own. The text is pure ASCII. It is written without a JSON library for speed.
 */
final class TradePayload {

    private static final int TYPICAL_LENGTH = 512;

    private TradePayload() {}

    /**
     * Returns the payload.
     *
     * @param pair {@code {chain_id}:{pair_addr}}
     * @param omitted how many trades before this one were left out
     * @param eventTimeMs when the trade is sent, epoch milliseconds
     */
    static String of(String pair, Swap trade, long omitted, long eventTimeMs) {
        StringBuilder text = new StringBuilder(TYPICAL_LENGTH);
        text.append("{\"e\":\"trade\",\"E\":").append(eventTimeMs);
        quoted("s", pair, text);
        quoted("t", trade.identity().text(), text);
        quoted("p", DecimalText.of(trade.priceUsd()), text);
        quoted("q", DecimalText.of(trade.volumeToken()), text);
        text.append(",\"T\":").append(trade.position().blockTimeSeconds() * 1000);
        // the buyer is the market's maker where the wallet sells to the pool
        text.append(",\"m\":").append(!trade.buy());
        quoted("usd", DecimalText.of(trade.volumeUsd()), text);
        quoted("maker", trade.position().fields().maker(), text);
        quoted("tx", trade.position().fields().txHash(), text);
        quoted("pos", trade.position().text(), text);
        text.append(",\"clamp\":").append(trade.clamp());
        text.append(",\"omitted\":").append(omitted).append('}');
        return text.toString();
    }

    private static void quoted(String name, String value, StringBuilder to) {
        to.append(",\"").append(name).append("\":");
        JsonObject.quote(value, to);
    }
}
