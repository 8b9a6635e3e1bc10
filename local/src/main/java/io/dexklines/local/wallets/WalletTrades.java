package io.dexklines.local.wallets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.text.DecimalText;
import io.dexklines.text.PrintableText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The trades of a smart-money wallet, as the relay's {@code /api/wallet} has them. */
final class WalletTrades {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int HTTP_OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode answer;

    private WalletTrades(JsonNode answer) {
        this.answer = answer;
    }

    /**
     * Asks a relay for the newest trades of a wallet.
     *
     * @param relay {@code http://host:port}
     * @param limit the most trades, 1 to 1000
     * @throws IOException if the relay does not answer or refuses; the message is for the user
     */
    static WalletTrades of(String relay, WalletKey wallet, int limit)
            throws IOException, InterruptedException {
        // identifiers need no escaping
        String query =
                "/api/wallet?chain_id=%s&address=%s&limit=%d"
                        .formatted(wallet.chainId(), wallet.address(), limit);
        HttpResponse<String> response;
        try {
            response =
                    HttpClient.newBuilder()
                            .connectTimeout(TIMEOUT)
                            .build()
                            .send(
                                    HttpRequest.newBuilder(URI.create(withoutSlash(relay) + query))
                                            .timeout(TIMEOUT)
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("the relay at " + relay + " does not answer", e);
        }
        if (response.statusCode() != HTTP_OK) {
            throw new IOException(
                    "the relay at %s answered %d: %s"
                            .formatted(relay, response.statusCode(), message(response.body())));
        }
        return parse(response.body());
    }

    /** Parses an answer of {@code /api/wallet}. */
    static WalletTrades parse(String json) throws JsonProcessingException {
        return new WalletTrades(JSON.readTree(json));
    }

    private static String withoutSlash(String address) {
        return address.replaceFirst("/+$", "");
    }

    private static String message(String body) {
        try {
            return JSON.readTree(body).path("msg").asText(body);
        } catch (JsonProcessingException e) {
            return body;
        }
    }

    /** Returns the totals in one line, such as {@code 4: 3 buys of 1.3 USD, …}. */
    String totals() {
        JsonNode totals = answer.path("totals");
        long trades = totals.path("trades").asLong();
        if (trades == 0) {
            return "none";
        }
        return "%s%d: %d buys of %s USD, %d sells of %s USD, %d pairs, from %s to %s"
                .formatted(
                        totals.path("is_whole").asBoolean(true) ? "" : "the newest ",
                        trades,
                        totals.path("buys").asLong(),
                        number(totals.path("buy_usd")),
                        totals.path("sells").asLong(),
                        number(totals.path("sell_usd")),
                        totals.path("pairs").asLong(),
                        time(totals.path("first_trade_time")),
                        time(totals.path("last_trade_time")));
    }

    /** Returns the newest trades, the newest first, each in one line. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (JsonNode trade : answer.path("trades")) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "%s  %-4s  %s USD  %s/%s  %s:%s",
                            time(trade.path("block_time")),
                            trade.path("side").asText(),
                            number(trade.path("usd")),
                            symbol(trade.path("token_symbol")),
                            symbol(trade.path("base_token_symbol")),
                            trade.path("chain_id").asText(),
                            trade.path("pair_addr").asText()));
        }
        return lines;
    }

    private static String symbol(JsonNode symbol) {
        String text = symbol.asText();
        return text.isEmpty() ? "?" : PrintableText.of(text);
    }

    private static String number(JsonNode number) {
        return DecimalText.of(number.asDouble());
    }

    private static Instant time(JsonNode epochSeconds) {
        return Instant.ofEpochSecond(epochSeconds.asLong());
    }
}
