package io.dexklines.job.sink.mysql;

import io.dexklines.text.JsonObject;
import io.dexklines.trade.Trade;

/**
 * A refused trade as it is written: {@code {"table","reason","sql_state","error_code"}} and the
 * columns of the row, under their names.
 */
final class RefusedSmartMoneyTradeJson {

    private RefusedSmartMoneyTradeJson() {}

    /** The JSON object in UTF-8. */
    static byte[] of(RefusedSmartMoneyTrade refused) {
        Trade trade = refused.trade().trade();
        return new JsonObject()
                .text("table", "smart_money_trade")
                .text("reason", refused.reason())
                .text("sql_state", refused.sqlState())
                .whole("error_code", refused.errorCode())
                .text("chain_id", trade.chainId())
                .text("wallet", refused.trade().wallet().address())
                .whole("block_time", trade.position().blockTimeSeconds())
                .text("id", refused.trade().id())
                .text("label", refused.trade().label())
                .text("pair_addr", trade.pairAddress())
                .text("swap_name", trade.labels().swapName())
                .text("token_addr", trade.labels().tokenAddress())
                .text("token_symbol", trade.labels().tokenSymbol())
                .text("base_token_symbol", trade.labels().baseTokenSymbol())
                .text("side", trade.buy() ? "buy" : "sell")
                .number("usd", trade.totalUsd())
                .number("token_amount", trade.tokenAmount())
                .number("base_token_amount", trade.baseTokenAmount())
                .number("price_usd", trade.tokenPriceUsd())
                .number("mcap", trade.mcapUsd())
                .text("tx_hash", trade.txHash())
                .whole("block_num", trade.position().block())
                .whole("transaction_index", trade.position().transactionIndex())
                .whole("log_index", trade.position().logIndex())
                .flag("clamp", trade.clamp())
                .flag("first_buy", refused.trade().firstBuy())
                .bytes();
    }
}
