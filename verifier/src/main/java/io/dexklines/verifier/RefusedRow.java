package io.dexklines.verifier;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A row that a store refused for its content, as the topic of refused rows names it.
 *
 * @param store the store; records of early versions of the job name none and are of MySQL
 * @param kline the kline; empty if the row is of another table
 * @param trades the kline's version
 * @param tradeId the id of the smart-money trade; empty if the row is of another table
 */
record RefusedRow(Sink store, Optional<KlineKey> kline, long trades, Optional<String> tradeId) {

    /** Parses the value of a record; empty if it is not a refused row. */
    static Optional<RefusedRow> of(byte[] value) {
        JsonNode json = Json.parse(value);
        return switch (json.path("table").asText("kline")) {
            case "kline" -> kline(json);
            case "smart_money_trade" ->
                    Optional.ofNullable(json.path("id").textValue())
                            .map(
                                    id ->
                                            new RefusedRow(
                                                    Sink.MYSQL,
                                                    Optional.empty(),
                                                    0,
                                                    Optional.of(id)));
            default ->
                    Optional.of(new RefusedRow(Sink.MYSQL, Optional.empty(), 0, Optional.empty()));
        };
    }

    private static Optional<RefusedRow> kline(JsonNode json) {
        JsonNode trades = json.at("/kline/trades");
        if (!json.path("open_time").isIntegralNumber() || !trades.isIntegralNumber()) {
            return Optional.empty();
        }
        KlineKey key =
                new KlineKey(
                        json.path("chain_id").asText() + ':' + json.path("pair_addr").asText(),
                        json.path("interval").asText(),
                        json.path("open_time").longValue());
        Sink store = json.path("store").asText().equals("redis") ? Sink.REDIS : Sink.MYSQL;
        return Optional.of(
                new RefusedRow(store, Optional.of(key), trades.longValue(), Optional.empty()));
    }
}
