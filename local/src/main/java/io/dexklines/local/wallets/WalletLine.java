package io.dexklines.local.wallets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * A line of a file of wallets. It is either CSV {@code chain_id,address,label} or a JSON object
 * with these fields. The label is the rest of the CSV line. It may be missing or in quotes.
 */
record WalletLine(WalletKey wallet, String label) {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Parses a line.
     *
     * @return empty for a blank line and for the header of a CSV file
     * @throws IllegalArgumentException if the line is invalid; the message is for the user
     */
    static Optional<WalletLine> of(String line) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("chain_id,address")) {
            return Optional.empty();
        }
        return Optional.of(text.startsWith("{") ? ofJson(text) : ofCsv(text));
    }

    private static WalletLine ofJson(String text) {
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
            throw new IllegalArgumentException("invalid JSON", e);
        }
    }

    private static WalletLine ofCsv(String text) {
        String[] columns = text.split(",", 3);
        if (columns.length < 2) {
            throw new IllegalArgumentException("expected chain_id,address,label");
        }
        String label = columns.length < 3 ? "" : columns[2].strip();
        if (label.length() > 1 && label.startsWith("\"") && label.endsWith("\"")) {
            label = label.substring(1, label.length() - 1).replace("\"\"", "\"");
        }
        return new WalletLine(WalletKey.of(columns[0].strip(), columns[1].strip()), label);
    }
}
