package io.dexklines.job.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;

/** The keys and values of the command line and of the file that it names, not yet parsed. */
final class GivenKeys {

    private static final String CONFIG = "config";

    private GivenKeys() {}

    /** Returns the values of the file that {@code --config} names, overridden by the arguments. */
    static Map<String, String> of(String[] args) {
        Map<String, String> given = arguments(args);
        String file = given.remove(CONFIG);
        if (file == null) {
            return given;
        }
        Map<String, String> values = properties(Path.of(file));
        values.putAll(given);
        return values;
    }

    /**
     * @throws IllegalArgumentException if no option has that key; suggests the nearest one
     */
    static void refuseUnknown(String key) {
        List<String> keys =
                KlineJobOptions.all().stream().map(ConfigOption::key).collect(Collectors.toList());
        if (keys.contains(key)) {
            return;
        }
        String nearest =
                Collections.min(keys, Comparator.comparingInt(each -> editDistance(key, each)));
        boolean near = editDistance(key, nearest) <= Math.max(2, key.length() / 3);
        throw new IllegalArgumentException(
                "there is no key '"
                        + key
                        + (near
                                ? "': did you mean '" + nearest + "'?"
                                : "'; there are: " + String.join(" ", keys)));
    }

    private static Map<String, String> arguments(String[] args) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                // the argument is not shown, because it may be a secret without its key
                throw new IllegalArgumentException(
                        "argument " + (i + 1) + " is neither a --key nor the value of one");
            }
            String key = args[i].substring(2);
            int equals = key.indexOf('=');
            if (equals >= 0) {
                values.put(key.substring(0, equals), key.substring(equals + 1));
            } else if (i + 1 < args.length && !args[i + 1].startsWith("--")) {
                i++;
                values.put(key, args[i]);
            } else {
                throw new IllegalArgumentException("--" + key + " has no value");
            }
        }
        return values;
    }

    private static Map<String, String> properties(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("--config: cannot read " + file + ": " + e, e);
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String key : properties.stringPropertyNames()) {
            values.put(key, properties.getProperty(key));
        }
        return values;
    }

    /** Returns the Levenshtein distance. */
    private static int editDistance(String one, String other) {
        int[] previous = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] current = new int[other.length() + 1];
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                int insertedOrDeleted = 1 + Math.min(previous[j], current[j - 1]);
                current[j] = Math.min(previous[j - 1] + replaced, insertedOrDeleted);
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
