package io.dexklines.relay.token;

import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value parsed from a text that may change. While the text cannot be read or parsed, the value is
 * that of the last valid text. {@link #get} is thread-safe, {@link #reload} is for one thread.
 */
final class Reloaded<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Reloaded.class);

    private final String name;
    private final Supplier<String> source;
    private final Function<String, T> parser;

    private String text;
    private String failure;
    private volatile T value;

    /**
     * @param name what the text contains, for logs
     * @throws RuntimeException if the text cannot be read or parsed
     */
    Reloaded(String name, Supplier<String> source, Function<String, T> parser) {
        this.name = name;
        this.source = source;
        this.parser = parser;
        this.text = source.get();
        this.value = parser.apply(text);
    }

    T get() {
        return value;
    }

    /** Reads the text. Returns false if that failed, which is logged once. */
    boolean reload() {
        try {
            String current = source.get();
            if (!current.equals(text)) {
                value = parser.apply(current);
                text = current;
                LOG.info("{} changed: {}", name, value);
            }
            failure = null;
            return true;
        } catch (RuntimeException e) {
            if (!String.valueOf(e.getMessage()).equals(failure)) {
                failure = String.valueOf(e.getMessage());
                LOG.error("{} cannot be read, the former ones are kept: {}", name, failure);
            }
            return false;
        }
    }
}
