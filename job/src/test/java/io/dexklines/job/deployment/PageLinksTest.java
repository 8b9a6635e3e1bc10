package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The links between the pages of this repository lead to files and headings that exist. */
class PageLinksTest {

    private static final Pattern PAGES = Pattern.compile(".*\\.md");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s#]*)(?:#([^)\\s]*))?\\)");

    private static final Pattern ADDRESS = Pattern.compile("[a-z]+:.*");

    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^ *```.*?^ *```");

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    private static final Pattern PAGE_OF_DOCS = Pattern.compile("docs/(?!README)[^/]+\\.md");

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        assertThat(brokenLinks(RepositoryFiles.texts(PAGES))).isEmpty();
    }

    @Test
    void everyPageIsInTheListOfPages() throws IOException {
        String list = RepositoryFiles.text("docs/README.md");

        assertThat(RepositoryFiles.texts(PAGES).keySet())
                .filteredOn(path -> PAGE_OF_DOCS.matcher(path).matches())
                .contains("docs/local.md")
                .allSatisfy(
                        path -> assertThat(list).contains("(" + path.substring("docs/".length())));
    }

    @ParameterizedTest
    @CsvSource({
        "[a](gone.md), docs/b.md: gone.md",
        "[a](a.md#gone), docs/b.md: a.md#gone",
        "[a](#gone), docs/b.md: #gone",
        "![a](../pom.xm), docs/b.md: ../pom.xm",
        "[a](a.md#klines-up), ",
        "[a](a.md#twice-1), ",
        "[a](a.md#a-link-and-code_names-here), ",
        "[a](#b), ",
        "[a](../pom.xml), ",
        "[a](../job), ",
        "[a](https://example.org/gone.md#gone), "
    })
    void aLinkThatLeadsNowhereIsFound(String link, String broken) {
        String page =
                """
                # `./klines up`
                ## Twice
                ## Twice
                ## A [link](#twice), and *code_names* here
                """;
        Map<String, String> pages = Map.of("docs/a.md", page, "docs/b.md", "# B\n" + link);

        assertThat(brokenLinks(pages)).isEqualTo(broken == null ? List.of() : List.of(broken));
    }

    @Test
    void aLinkInACodeBlockIsText() {
        assertThat(brokenLinks(Map.of("a.md", "```\n[a](gone.md)\n```\n"))).isEmpty();
    }

    /** Returns the links that lead nowhere, each as the page and the link. */
    private static List<String> brokenLinks(Map<String, String> pages) {
        Map<String, Set<String>> anchors = new HashMap<>();
        pages.forEach((path, text) -> anchors.put(path, anchors(withoutCode(text))));
        List<String> broken = new ArrayList<>();
        pages.forEach(
                (path, text) -> {
                    Matcher link = LINK.matcher(withoutCode(text));
                    while (link.find()) {
                        String file = link.group(1);
                        String anchor = link.group(2);
                        if (!ADDRESS.matcher(file).matches()
                                && !exists(target(path, file), anchor, anchors)) {
                            broken.add(path + ": " + file + (anchor == null ? "" : "#" + anchor));
                        }
                    }
                });
        return broken;
    }

    private static String target(String page, String file) {
        return file.isEmpty() ? page : Path.of(page).resolveSibling(file).normalize().toString();
    }

    private static boolean exists(String target, String anchor, Map<String, Set<String>> anchors) {
        if (anchor != null) {
            return anchors.getOrDefault(target, Set.of()).contains(anchor);
        }
        return anchors.containsKey(target) || Files.exists(RepositoryFiles.root().resolve(target));
    }

    private static String withoutCode(String page) {
        return CODE_BLOCK.matcher(page).replaceAll("");
    }

    /** Returns the anchors of a page's headings, as GitHub makes them. */
    private static Set<String> anchors(String page) {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> occurrences = new HashMap<>();
        Matcher heading = HEADING.matcher(page);
        while (heading.find()) {
            String anchor =
                    heading.group(1)
                            .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                            .strip()
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-');
            int before = occurrences.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        return anchors;
    }
}
