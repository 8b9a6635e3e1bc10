package io.dexklines.verifier;

import io.dexklines.secret.SecretReference;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * The job's own properties file, as {@code flink run klines-job.jar --config FILE} reads it. The
 * methods throw an {@link IllegalArgumentException} that names the key if a value is invalid.
 */
public final class JobProperties {

    private final Properties properties;

    JobProperties(Properties properties) {
        this.properties = properties;
    }

    /**
     * Reads a file.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public static JobProperties load(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        return new JobProperties(properties);
    }

    /** Returns the value; empty if it is missing or blank. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(properties.getProperty(key))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /** Returns the value, or another one if it is missing or blank. */
    public String text(String key, String otherwise) {
        return text(key).orElse(otherwise);
    }

    String required(String key) {
        return text(key).orElseThrow(() -> new IllegalArgumentException(key + " is required"));
    }

    /** Returns the reference to a secret; empty if it is missing or blank. */
    public Optional<SecretReference> secret(String key) {
        try {
            return text(key).map(SecretReference::new);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns a duration in Flink's notation: a number and a unit; without a unit, milliseconds.
     */
    public Duration duration(String key, String otherwise) {
        String text = text(key, otherwise);
        String digits = text.replaceFirst("[^0-9].*$", "");
        String unit = text.substring(digits.length()).strip();
        try {
            long count = Long.parseLong(digits);
            return switch (unit) {
                case "", "ms", "milli", "millis", "millisecond", "milliseconds" ->
                        Duration.ofMillis(count);
                case "s", "sec", "secs", "second", "seconds" -> Duration.ofSeconds(count);
                case "m", "min", "minute", "minutes" -> Duration.ofMinutes(count);
                case "h", "hour", "hours" -> Duration.ofHours(count);
                case "d", "day", "days" -> Duration.ofDays(count);
                default -> throw new IllegalArgumentException("unknown unit " + unit);
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": '" + text + "' is not a duration", e);
        }
    }

    /** Returns the keys of the file, in alphabetical order. */
    public Set<String> keys() {
        return new TreeSet<>(properties.stringPropertyNames());
    }

    /** Splits a text at a separator, and drops blanks and empty parts. */
    public static List<String> words(String text, String separator) {
        return Arrays.stream(text.split(separator))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
