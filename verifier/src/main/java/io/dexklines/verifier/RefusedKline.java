package io.dexklines.verifier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A version of a kline that MySQL refused for its content, as the topic of refused klines names it.
 *
 * @param trades the version
 */
record RefusedKline(KlineKey key, long trades) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Empty if it is none. */
    static Optional<RefusedKline> of(byte[] value) {
        try {
            JsonNode json = JSON.readTree(value);
            JsonNode trades = json.at("/kline/trades");
            if (!json.path("open_time").isIntegralNumber() || !trades.isIntegralNumber()) {
                return Optional.empty();
            }
            String pair = json.path("chain_id").asText() + ':' + json.path("pair_addr").asText();
            return Optional.of(
                    new RefusedKline(
                            new KlineKey(
                                    pair,
                                    json.path("interval").asText(),
                                    json.path("open_time").longValue()),
                            trades.longValue()));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
