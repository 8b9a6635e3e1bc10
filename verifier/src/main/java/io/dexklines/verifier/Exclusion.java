package io.dexklines.verifier;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A record of the topic of excluded trades, and the entry that it names.
 *
 * @param index the entry's place in its record's array, -1 for the whole record
 * @param pair the pair of the trade; null if the exclusion does not show it
 * @param blockTime the trade's block time in epoch seconds; undefined if there is no pair
 * @param lateness why the trade was late; undefined for other reasons than {@code late}
 */
record Exclusion(
        Reason reason,
        String topic,
        int partition,
        long offset,
        int index,
        String pair,
        long blockTime,
        Lateness lateness) {

    /** Parses the value of a record; empty if it is not an exclusion. */
    static Optional<Exclusion> of(byte[] value) {
        JsonNode json = Json.parse(value);
        if (!json.path("partition").isInt()
                || !json.path("offset").isIntegralNumber()
                || !json.path("index").isInt()) {
            return Optional.empty();
        }
        JsonNode trade = json.path("trade");
        boolean shown =
                trade.path("pair_addr").isTextual() && trade.path("block_time").isIntegralNumber();
        return Reason.of(json.path("reason").asText())
                .map(
                        reason ->
                                new Exclusion(
                                        reason,
                                        json.path("topic").asText(),
                                        json.path("partition").intValue(),
                                        json.path("offset").longValue(),
                                        json.path("index").intValue(),
                                        shown ? pair(trade) : null,
                                        trade.path("block_time").longValue(),
                                        Lateness.of(json.path("detail").asText())));
    }

    private static String pair(JsonNode trade) {
        String chain = trade.path("chain_id").asText();
        return chain + ':' + Swap.compared(chain, trade.path("pair_addr").textValue());
    }

    @Override
    public String toString() {
        return "%s %s-%d offset %d index %d"
                .formatted(reason.text(), topic, partition, offset, index);
    }
}
