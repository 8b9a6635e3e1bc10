package io.dexklines.local.goconfig;

import io.dexklines.local.goconfig.YamlValue.Mapping;
import io.dexklines.local.goconfig.YamlValue.Sequence;
import io.dexklines.local.goconfig.YamlValue.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A mapping of the file, whose keys are found in any case, as go-zero finds them.
 *
 * @param path the keys that lead to it, such as {@code Mysql.Master}; empty for the whole file
 * @param values the values by their normalized keys
 * @param names the keys as written by their normalized form
 */
record Block(String path, Map<String, YamlValue> values, Map<String, String> names) {

    static Block of(String path, Mapping mapping) {
        Map<String, YamlValue> values = new LinkedHashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        mapping.entries()
                .forEach(
                        (name, value) -> {
                            values.put(normalized(name), value);
                            names.put(normalized(name), name);
                        });
        return new Block(path, values, names);
    }

    /** Returns the form in which two spellings of one key are equal. */
    static String normalized(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    boolean has(String... keys) {
        return Arrays.stream(keys).anyMatch(values::containsKey);
    }

    /** Returns where a key of this block is in the file. */
    String pathOf(String key) {
        return path.isEmpty() ? names.get(key) : path + "." + names.get(key);
    }

    /** Returns the name of this block, without its number in a list; empty for the whole file. */
    String name() {
        return normalized(path.substring(path.lastIndexOf('.') + 1).replaceFirst("\\[\\d+]$", ""));
    }

    /**
     * Returns the first of the keys that is there and not empty.
     *
     * @throws Refused if its value is not a scalar, or refers to the environment
     */
    Optional<String> text(String... keys) {
        for (String key : keys) {
            Optional<String> text = secret(key);
            if (text.isPresent()) {
                if (text.get().contains("${")) {
                    throw new Refused(
                            "%s refers to a variable of the service's environment: replace it first, for instance with envsubst"
                                    .formatted(pathOf(key)));
                }
                return text.map(String::strip);
            }
        }
        return Optional.empty();
    }

    /** Returns a value as {@link #text} does, but unchanged, and also if it names a variable. */
    Optional<String> secret(String key) {
        if (!values.containsKey(key)) {
            return Optional.empty();
        }
        if (!(values.get(key) instanceof Text text)) {
            throw new Refused(pathOf(key) + " is not a single value");
        }
        return Optional.of(text.text()).filter(given -> !given.isEmpty());
    }

    /** Returns the values of a list, or of a text with commas. */
    List<String> list(String... keys) {
        List<String> texts = new ArrayList<>();
        for (String key : keys) {
            if (values.get(key) instanceof Sequence sequence) {
                for (YamlValue item : sequence.values()) {
                    if (!(item instanceof Text text) || text.text().contains("${")) {
                        throw new Refused(
                                pathOf(key) + " has a member that is not a plain text or address");
                    }
                    texts.add(text.text());
                }
            } else {
                text(key).ifPresent(text -> texts.addAll(List.of(text.split(","))));
            }
        }
        return texts.stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
    }

    /**
     * Returns a number; empty if there is none or if it is 0, which is the default in Go.
     *
     * @throws Refused if it is not between 0 and the given maximum
     */
    Optional<Integer> number(String key, int max) {
        return text(key)
                .map(
                        text -> {
                            if (!text.matches("\\d{1,10}") || Long.parseLong(text) > max) {
                                throw new Refused(
                                        "%s is not a number from 0 to %d"
                                                .formatted(pathOf(key), max));
                            }
                            return Integer.parseInt(text);
                        })
                .filter(number -> number > 0);
    }
}
