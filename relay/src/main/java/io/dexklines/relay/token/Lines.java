package io.dexklines.relay.token;

import java.util.function.Consumer;

/** The lines of a file of settings, without empty lines and lines that begin with {@code #}. */
record Lines(String text) {

    /**
     * Passes each line on, without white space at its ends.
     *
     * @throws IllegalArgumentException if the consumer refuses a line, naming its number
     */
    void forEach(Consumer<String> consumer) {
        int number = 0;
        for (String line : text.lines().map(String::strip).toList()) {
            number++;
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                consumer.accept(line);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
            }
        }
    }
}
