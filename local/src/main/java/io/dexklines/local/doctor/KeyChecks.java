package io.dexklines.local.doctor;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides whether the job knows the keys of its properties file. It refuses all others. */
final class KeyChecks {

    /** A key with its value or, behind a {@code #}, with its default. */
    private static final Pattern KEY = Pattern.compile("#?([a-z0-9-]+(?:[.][a-z0-9-]+)+)=.*");

    private KeyChecks() {}

    /**
     * @param keys those of the job's file
     * @param reference the lines of {@code flink-conf/klines.properties}, which names every key
     */
    static Finding finding(Set<String> keys, Collection<String> reference) {
        Set<String> unknown = new TreeSet<>(keys);
        reference.stream()
                .map(KEY::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .forEach(unknown::remove);
        return unknown.isEmpty()
                ? Finding.ok("configuration", "the job knows all keys")
                : Finding.problem(
                        "configuration",
                        "the job knows no %s, and refuses to start"
                                .formatted(String.join(", ", List.copyOf(unknown))),
                        "correct or remove it (docs/configuration.md)");
    }
}
