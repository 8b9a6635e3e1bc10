package io.dexklines.local.goconfig;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The job's configuration that a YAML file became, and what is to be said of each of its keys.
 * Filled by one thread.
 */
final class Imported {

    /** What became of a key of the YAML. */
    enum Outcome {
        /** It became a key of the job. */
        BECAME,
        /** The job has nothing like it, for a reason. */
        NONE,
        /** This program does not know it. */
        UNKNOWN
    }

    /**
     * What became of a key.
     *
     * @param key where it is in the YAML
     * @param text what it became, or why it has no counterpart; never a secret
     */
    record Note(String key, Outcome outcome, String text) {}

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    private final Path secretsFolder;
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<Path, String> secrets = new LinkedHashMap<>();
    private final List<Note> notes = new ArrayList<>();

    /**
     * @param secretsFolder the absolute path of the folder in which the files of the passwords will
     *     be
     */
    Imported(Path secretsFolder) {
        this.secretsFolder = secretsFolder;
    }

    void set(String property, String value) {
        properties.put(property, value);
    }

    /** Notes that a key became a property, which has been set. */
    void became(String key, String property, String remark) {
        notes.add(
                new Note(
                        key,
                        Outcome.BECAME,
                        property
                                + "="
                                + properties.get(property)
                                + (remark.isEmpty() ? "" : ": " + remark)));
    }

    void none(String key, String why) {
        notes.add(new Note(key, Outcome.NONE, why));
    }

    void unknown(String key) {
        notes.add(
                new Note(
                        key,
                        Outcome.UNKNOWN,
                        "not a key of go-queue or go-zero that this command knows; nothing was"
                                + " taken from it"));
    }

    /**
     * Sets the reference to a secret: the variable that {@code ${NAME}} names, or a file that is
     * still to be written.
     *
     * @param key where the secret is in the YAML
     * @throws Refused if a file cannot hold the secret
     */
    void setSecret(String key, String property, String secret) {
        Matcher variable = VARIABLE.matcher(secret);
        if (variable.matches()) {
            set(property, "env:" + variable.group(1));
            became(key, property, "the variable has to exist on every TaskManager and JobManager");
            return;
        }
        if (!secret.equals(secret.stripTrailing())) {
            throw new Refused(
                    "%s ends with white space, which a file of a secret cannot hold: write ${NAME} there, and give the job that variable"
                            .formatted(key));
        }
        Path file = secretsFolder.resolve(property.replace('.', '-'));
        secrets.put(file, secret);
        set(property, "file:" + file);
        became(
                key,
                property,
                "the file has the password; it has to be there on every TaskManager and"
                        + " JobManager");
    }

    String property(String property) {
        return properties.get(property);
    }

    List<Note> notes() {
        return Collections.unmodifiableList(notes);
    }

    /** Returns the secrets by the files that are to hold them. */
    Map<Path, String> secrets() {
        return Collections.unmodifiableMap(secrets);
    }

    /** Returns the number of properties. */
    int size() {
        return properties.size();
    }

    /** Returns the lines of the properties file, without comments. */
    List<String> lines() {
        return properties.entrySet().stream()
                .map(each -> line(each.getKey(), each.getValue()))
                .toList();
    }

    /** Returns a line whose value is read back as it is, whatever characters it has. */
    private static String line(String key, String value) {
        Properties one = new Properties();
        one.setProperty(key, value);
        StringWriter text = new StringWriter();
        try {
            one.store(text, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // the first line is a comment with the time. Colons need no backslash behind the first =
        return text.toString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .findFirst()
                .orElseThrow()
                .replace("\\:", ":")
                .replace("\\=", "=");
    }
}
