package io.dexklines.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/**
 * What the images of one release have in common, from the root {@code pom.xml}.
 *
 * @param version of the project
 * @param created the time that images have as their creation; the same for every build
 * @param licences in the form of SPDX
 * @param source the project's address; empty if the pom has none
 * @param flinkVersion version of Flink that the job runs on
 * @param javaVersion major version of Java that all programs run on
 */
record Release(
        String version,
        Instant created,
        String licences,
        Optional<String> source,
        String flinkVersion,
        String javaVersion) {

    /**
     * Reads the root pom.
     *
     * @param project the folder with the pom
     * @throws IOException if the pom cannot be read
     */
    static Release of(Path project) throws IOException {
        Path pom = project.resolve("pom.xml");
        try {
            Document document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
            XPath path = XPathFactory.newInstance().newXPath();
            String properties = "/project/properties/";
            return new Release(
                    path.evaluate("/project/version", document),
                    Instant.parse(
                            path.evaluate(properties + "project.build.outputTimestamp", document)),
                    path.evaluate("/project/licenses/license/name", document),
                    Optional.of(path.evaluate("/project/url", document))
                            .filter(url -> !url.isEmpty()),
                    path.evaluate(properties + "flink.version", document),
                    path.evaluate(properties + "maven.compiler.release", document));
        } catch (ParserConfigurationException | SAXException | XPathExpressionException e) {
            throw new IOException(pom + ": " + e.getMessage(), e);
        }
    }

    /** Returns the image of Flink on which the job's image is built. */
    String flinkBase() {
        return "flink:%s-java%s".formatted(flinkVersion, javaVersion);
    }

    /** Returns the image of Java on which the other images are built. */
    String javaBase() {
        return "eclipse-temurin:%s-jre".formatted(javaVersion);
    }

    /**
     * Returns the labels of an image, by the names that the Open Container Initiative gives them.
     *
     * @param revision the commit; empty for none
     */
    Map<String, String> labels(ImageRecipe image, Optional<String> revision) {
        Map<String, String> labels = new TreeMap<>();
        labels.put("title", image.title());
        labels.put("version", version);
        labels.put("licenses", licences);
        source.ifPresent(url -> labels.put("source", url));
        revision.ifPresent(commit -> labels.put("revision", commit));
        Map<String, String> named = new TreeMap<>();
        labels.forEach((name, value) -> named.put("org.opencontainers.image." + name, value));
        return named;
    }

    /**
     * Returns the commit that is checked out, with {@code -dirty} behind it if a tracked file
     * differs from it. Empty if the project is not in a repository, or Git is not installed.
     *
     * @param project the folder with the root pom
     */
    static Optional<String> revision(Path project) throws InterruptedException {
        // Git would take the repository around a copy of the project
        if (!Files.exists(project.resolve(".git"))) {
            return Optional.empty();
        }
        try {
            Process git =
                    new ProcessBuilder(
                                    "git",
                                    "describe",
                                    "--always",
                                    "--dirty",
                                    "--abbrev=40",
                                    "--exclude=*")
                            .directory(project.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String commit =
                    new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? Optional.of(commit) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
