package io.dexklines.local.wallets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * A wallet of a file of wallets.
 *
 * @param label text to display; may be empty
 */
record WalletLine(WalletKey wallet, String label) {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Parses a JSON object with the fields {@code chain_id}, {@code address} and {@code label}, of
     * which the label may be missing.
     *
     * @throws IllegalArgumentException if the text is something else; the message is for the user
     */
    static WalletLine ofJson(String text) {
        try {
            JsonNode object = JSON.readTree(text);
            JsonNode label = object.path("label");
            if (!label.isMissingNode() && !label.isNull() && !label.isTextual()) {
                throw new IllegalArgumentException("label must be a string");
            }
            return new WalletLine(
                    WalletKey.of(object.path("chain_id").asText(), object.path("address").asText()),
                    label.asText(""));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "invalid JSON: expected an object with chain_id, address and label in one line",
                    e);
        }
    }
}
