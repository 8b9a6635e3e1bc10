package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The version of the root pom is the version that every other file names. */
class ProjectVersionTest {

    private static final Pattern OF_A_POM =
            Pattern.compile("<artifactId>dex-klines</artifactId>\\s*<version>([^<]+)<");

    /** What names the version of this project; the first group is the version. */
    private static final List<Pattern> MENTIONS =
            List.of(
                    OF_A_POM,
                    // images
                    Pattern.compile("klines-(?:job|relay|schema|access):(\\d[\\w.-]*\\w)"),
                    Pattern.compile("newTag: \"?([^\\s\"]+)"),
                    // the job that migrates the tables on Kubernetes
                    Pattern.compile("klines-schema-(\\d+-\\d+-\\d+)"),
                    // the vulnerabilities, the table of libraries, the changelog
                    Pattern.compile("\"name\": \"dex-klines\",\\s*\"version\": \"([^\"]+)\""),
                    Pattern.compile("\\| io\\.dexklines \\| (\\S+) \\|"),
                    Pattern.compile("## \\[Unreleased\\] – (\\S+)"));

    private static final Pattern FILES =
            Pattern.compile("pom\\.xml|Dockerfile|vex\\.cdx\\.json|.*\\.(md|yaml|yml|sh)");

    @Test
    void everyFileNamesTheVersionOfTheRootPom() throws IOException {
        Map<String, String> texts = RepositoryFiles.texts(FILES);

        assertThat(texts)
                .containsKeys(
                        "relay/pom.xml", "bench/pom.xml", "docs/deploying.md", "vex.cdx.json");
        assertThat(others(texts, version())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<artifactId>dex-klines</artifactId>\n    <version>9.0.1</version>",
                "image: klines-relay:9.0.1",
                "docker build -t registry.example/klines-job:9.0.1 .",
                "newTag: \"9.0.1\"",
                "job/klines-schema-9-0-1",
                "\"name\": \"dex-klines\",\n      \"version\": \"9.0.1\"",
                "| io.dexklines | 9.0.1 | klines-core |",
                "## [Unreleased] – 9.0.1"
            })
    void anotherVersionIsFound(String text) {
        assertThat(others(Map.of("a.md", text), version())).containsExactly("a.md: 9.0.1");
        assertThat(others(Map.of("a.md", text), "9.0.1")).isEmpty();
    }

    private static String version() {
        Matcher version = OF_A_POM.matcher(RepositoryFiles.text("pom.xml"));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    /** Returns the files that name another version, each with that version. */
    private static List<String> others(Map<String, String> texts, String version) {
        List<String> others = new ArrayList<>();
        texts.forEach(
                (path, text) -> {
                    for (Pattern mention : MENTIONS) {
                        Matcher named = mention.matcher(text);
                        while (named.find()) {
                            // the names of Kubernetes have no dots
                            String found = named.group(1).replace('-', '.');
                            if (!found.equals(version)) {
                                others.add(path + ": " + found);
                            }
                        }
                    }
                });
        return others;
    }
}
