package io.dexklines.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that each test that {@code docs/reliability.md} names exists. */
class ReliabilityPageTest {

    private static final Path PROJECT = Path.of("..");

    private static final Pattern NAMED_TEST =
            Pattern.compile("`([A-Z]\\w+(?:Test|ITCase|Contract))(?:\\.(\\w+))?`");

    @Test
    void everyNamedTestExists() throws IOException {
        String page = Files.readString(PROJECT.resolve("docs/reliability.md"));

        assertThat(NAMED_TEST.matcher(page).results().count()).isGreaterThan(80);
        assertThat(missing(page)).isEmpty();
    }

    @Test
    void aTestThatDoesNotExistIsFound() throws IOException {
        assertThat(
                        missing(
                                "`ReliabilityPageTest`, `NoSuchTest`, `NoSuchITCase.anything`,"
                                        + " `ReliabilityPageTest.everyNamedTestExists` and"
                                        + " `ReliabilityPageTest.noSuchMethod`"))
                .containsExactly(
                        "NoSuchITCase.anything", "NoSuchTest", "ReliabilityPageTest.noSuchMethod");
    }

    private static TreeSet<String> missing(String page) throws IOException {
        Map<String, String> classes = testClasses();
        TreeSet<String> missing = new TreeSet<>();
        for (MatchResult named : NAMED_TEST.matcher(page).results().toList()) {
            String code = classes.get(named.group(1));
            String method = named.group(2);
            if (code == null || (method != null && !code.contains(" void " + method + "("))) {
                missing.add(named.group(1) + (method == null ? "" : "." + method));
            }
        }
        return missing;
    }

    /** Returns the code of all test classes by their simple names, which modules may share. */
    private static Map<String, String> testClasses() throws IOException {
        Map<String, String> classes = new TreeMap<>();
        List<Path> modules;
        try (Stream<Path> folders = Files.list(PROJECT)) {
            modules =
                    folders.map(folder -> folder.resolve("src/test/java"))
                            .filter(Files::isDirectory)
                            .toList();
        }
        for (Path module : modules) {
            try (Stream<Path> files = Files.walk(module)) {
                for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
                    classes.merge(
                            file.getFileName().toString().replace(".java", ""),
                            Files.readString(file),
                            String::concat);
                }
            }
        }
        return classes;
    }
}
