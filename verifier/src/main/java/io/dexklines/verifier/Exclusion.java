package io.dexklines.verifier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * What an entry in the topic of excluded trades names.
 *
 * @param index in the record's array, -1 for the whole record
 */
record Exclusion(Reason reason, String topic, int partition, long offset, int index) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Empty if it is none. */
    static Optional<Exclusion> of(byte[] value) {
        try {
            JsonNode json = JSON.readTree(value);
            if (!json.path("partition").isInt()
                    || !json.path("offset").isIntegralNumber()
                    || !json.path("index").isInt()) {
                return Optional.empty();
            }
            return Reason.of(json.path("reason").asText())
                    .map(
                            reason ->
                                    new Exclusion(
                                            reason,
                                            json.path("topic").asText(),
                                            json.path("partition").intValue(),
                                            json.path("offset").longValue(),
                                            json.path("index").intValue()));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "%s %s-%d offset %d index %d"
                .formatted(reason.text(), topic, partition, offset, index);
    }
}
