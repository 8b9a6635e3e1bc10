package io.dexklines.relay.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.StoreAwayException;
import io.dexklines.relay.store.FollowedTrade;
import io.dexklines.relay.store.MySqlFollowedTrades;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code /api/smartmoney}. */
final class SmartMoneyEndpoint {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final int MAX_AGE_SECONDS = 1;

    /** Without a wallet or a pair; the key by time alone is read that far back at most. */
    private static final long DEFAULT_SPAN_SECONDS = 7 * 86_400;

    private final Optional<MySqlFollowedTrades> trades;
    private final Clock clock;

    SmartMoneyEndpoint(Optional<MySqlFollowedTrades> trades, Clock clock) {
        this.trades = trades;
        this.clock = clock;
    }

    Answer smartMoney(Parameters parameters) {
        parameters.allowOnly("chain_id", "pair_addr", "wallet", "from", "to", "limit");
        boolean anyone = !parameters.has("wallet") && !parameters.has("pair_addr");
        if (!anyone) {
            parameters.requiredText("chain_id");
        }
        long now = clock.instant().getEpochSecond();
        long from = parameters.time("from", anyone ? now - DEFAULT_SPAN_SECONDS : 0);
        long to = parameters.time("to", KlineHistory.END_OF_TIME);
        if (from >= to) {
            throw Parameters.illegal("to", "expected a time after 'from'");
        }
        MySqlFollowedTrades.Selection selection =
                new MySqlFollowedTrades.Selection(
                        parameters.text("chain_id", null),
                        address(parameters.text("wallet", null)),
                        address(parameters.text("pair_addr", null)),
                        from,
                        to,
                        parameters.limit(DEFAULT_LIMIT, MAX_LIMIT));
        List<FollowedTrade> found =
                trades.orElseThrow(
                                () ->
                                        new StoreAwayException(
                                                "this relay was given no MySQL to read from", null))
                        .newest(selection);
        return Answer.ok(
                Json.of(
                        json -> {
                            json.writeStartObject();
                            json.writeArrayFieldStart("trades");
                            for (FollowedTrade trade : found) {
                                write(json, trade);
                            }
                            json.writeEndArray();
                            json.writeEndObject();
                        }),
                MAX_AGE_SECONDS);
    }

    /** EVM addresses are stored in lower case. */
    private static String address(String given) {
        return given != null && given.regionMatches(true, 0, "0x", 0, 2)
                ? given.toLowerCase(Locale.ROOT)
                : given;
    }

    private static void write(JsonGenerator json, FollowedTrade trade) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", trade.id());
        json.writeStringField("chain_id", trade.chainId());
        json.writeStringField("wallet", trade.wallet());
        json.writeStringField("label", trade.label());
        json.writeStringField("pair_addr", trade.pairAddr());
        json.writeStringField("swap_name", trade.swapName());
        json.writeStringField("token_addr", trade.tokenAddr());
        json.writeStringField("token_symbol", trade.tokenSymbol());
        json.writeStringField("base_token_symbol", trade.baseTokenSymbol());
        json.writeStringField("side", trade.side());
        json.writeNumberField("usd", trade.usd());
        json.writeNumberField("token_amount", trade.tokenAmount());
        json.writeNumberField("base_token_amount", trade.baseTokenAmount());
        json.writeNumberField("price_usd", trade.priceUsd());
        json.writeNumberField("mcap", trade.mcap());
        json.writeStringField("tx_hash", trade.txHash());
        json.writeNumberField("block_num", trade.blockNum());
        json.writeNumberField("transaction_index", trade.transactionIndex());
        json.writeNumberField("log_index", trade.logIndex());
        json.writeNumberField("block_time", trade.blockTime());
        json.writeBooleanField("clamp", trade.clamp());
        json.writeBooleanField("first_buy", trade.firstBuy());
        json.writeEndObject();
    }
}
