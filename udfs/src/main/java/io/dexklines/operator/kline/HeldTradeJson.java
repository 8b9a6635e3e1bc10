package io.dexklines.operator.kline;

import io.dexklines.trade.Pair;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradePosition;

/** What the engine holds of a trade, in the words of the topic it came from. */
final class HeldTradeJson {

    private HeldTradeJson() {}

    static String of(Pair pair, Swap swap) {
        TradePosition position = swap.position();
        StringBuilder json = new StringBuilder(256);
        text(json.append("{\"chain_id\":"), pair.chainId());
        text(json.append(",\"pair_addr\":"), pair.address());
        return json.append(",\"type\":")
                .append(swap.buy() ? "\"buy\"" : "\"sell\"")
                .append(",\"block_time\":")
                .append(position.blockTimeSeconds())
                .append(",\"block_num\":")
                .append(position.block())
                .append(",\"transaction_index\":")
                .append(position.transactionIndex())
                .append(",\"log_index\":")
                .append(position.logIndex())
                .append(",\"token_price_usd\":")
                .append(swap.priceUsd())
                .append(",\"mcap\":")
                .append(swap.mcapUsd())
                .append(",\"total_usd\":")
                .append(swap.volumeUsd())
                .append(",\"token_amount\":")
                .append(swap.volumeToken())
                .append(",\"clamp\":")
                .append(swap.clamp())
                .append('}')
                .toString();
    }

    /** A JSON string: addresses come from strangers and may hold anything. */
    private static void text(StringBuilder json, String value) {
        json.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
