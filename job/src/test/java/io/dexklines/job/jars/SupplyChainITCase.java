package io.dexklines.job.jars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries in the shipped jars: without known vulnerabilities, listed, and in NOTICE. */
class SupplyChainITCase {

    private static final Path PROJECT = ProjectHome.find().folder();

    /** The first versions without known vulnerabilities. */
    private static final int[] JACKSON_AT_LEAST = {2, 18, 12};

    private static final int[] NETTY_4_1_AT_LEAST = {4, 1, 135};
    private static final int[] NETTY_4_2_AT_LEAST = {4, 2, 15};

    /** The shipped jars, each with its bill of materials beside it. */
    enum Shipped {
        JOB("job/target/klines-job", "klines-core", "klines-udfs", "flink-connector-redis"),
        RELAY("relay/target/klines-relay", "klines-core"),
        SCHEMA("schema/target/klines-schema", "klines-core"),
        ACCESS("access/target/klines-access", "klines-core"),
        SQL("udfs/target/klines-sql", "klines-core");

        private final String path;
        private final List<String> modules;

        Shipped(String path, String... modules) {
            this.path = path;
            this.modules = List.of(modules);
        }

        String jarName() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        JarFile jar() throws IOException {
            return new JarFile(PROJECT.resolve(path + ".jar").toFile());
        }

        List<Artifact> listed() throws IOException {
            Path bill = PROJECT.resolve(path + ".cdx.json");
            // an offline build skips the plugin that writes it; CI builds online
            assumeThat(Files.exists(bill) || System.getenv("CI") != null).isTrue();
            JsonNode components = new ObjectMapper().readTree(bill.toFile()).get("components");
            return StreamSupport.stream(components.spliterator(), false)
                    .map(
                            component ->
                                    new Artifact(
                                            component.get("group").asText(),
                                            component.get("name").asText(),
                                            component.get("version").asText()))
                    .toList();
        }
    }

    record Artifact(String group, String name, String version) {

        boolean isOurs() {
            return group.equals("io.dexklines");
        }

        /** Returns whether this version has a known vulnerability. */
        boolean isTooOld() {
            if (group.startsWith("com.fasterxml.jackson")) {
                // the version of the annotations has no third number
                return isBelow(
                        name.equals("jackson-annotations") ? new int[] {2, 18} : JACKSON_AT_LEAST);
            }
            if (group.equals("io.netty") && !name.startsWith("netty-tcnative")) {
                return isBelow(
                        version.startsWith("4.1.") ? NETTY_4_1_AT_LEAST : NETTY_4_2_AT_LEAST);
            }
            return false;
        }

        private boolean isBelow(int[] least) {
            String[] numbers = version.split("\\.");
            for (int i = 0; i < least.length; i++) {
                int number = Integer.parseInt(numbers[i]);
                if (number != least[i]) {
                    return number < least[i];
                }
            }
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource
    void noLibraryHasAKnownVulnerability(Shipped shipped) throws IOException {
        List<Artifact> held = held(shipped);

        assertThat(held).extracting(Artifact::group).contains("com.fasterxml.jackson.core");
        assertThat(held).noneMatch(Artifact::isTooOld);
        assertThat(shipped.listed()).noneMatch(Artifact::isTooOld);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.fasterxml.jackson.core:jackson-core:2.18.2",
                "com.fasterxml.jackson.core:jackson-databind:2.9.99",
                "io.netty:netty-handler:4.1.134.Final",
                "io.netty:netty-handler:4.2.14.Final",
                "io.netty:netty-handler:4.0.56.Final"
            })
    void anOlderVersionIsFound(String artifact) {
        assertThat(artifact(artifact).isTooOld()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.fasterxml.jackson.core:jackson-core:2.18.12",
                "com.fasterxml.jackson.core:jackson-databind:2.21.8",
                "com.fasterxml.jackson.core:jackson-annotations:2.21",
                "io.netty:netty-handler:4.1.135.Final",
                "io.netty:netty-handler:4.2.15.Final"
            })
    void aNewerVersionPasses(String artifact) {
        assertThat(artifact(artifact).isTooOld()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void theBillOfMaterialsListsWhatIsInTheJar(Shipped shipped) throws IOException {
        List<Artifact> of = held(shipped).stream().filter(artifact -> !artifact.isOurs()).toList();

        assertThat(of).isNotEmpty();
        // what a library has shaded into itself is not listed
        assertThat(shipped.listed())
                .containsAll(of.stream().filter(artifact -> !isWithinAnother(artifact)).toList());
    }

    @ParameterizedTest
    @EnumSource
    void theBillOfMaterialsListsOurModulesInTheJar(Shipped shipped) throws IOException {
        assertThat(shipped.listed())
                .filteredOn(Artifact::isOurs)
                .extracting(Artifact::name)
                .containsExactlyInAnyOrderElementsOf(shipped.modules);
    }

    /** Prints the rows that the table must have if it has others. The last column is looked up. */
    @Test
    void theTableOfLibrariesIsThatOfTheBills() throws IOException {
        Map<String, Set<String>> names = new TreeMap<>();
        Map<String, Set<String>> jars = new TreeMap<>();
        for (Shipped shipped : Shipped.values()) {
            for (Artifact artifact : shipped.listed()) {
                String library = artifact.group() + " | " + artifact.version();
                names.computeIfAbsent(library, key -> new TreeSet<>()).add(artifact.name());
                jars.computeIfAbsent(library, key -> new TreeSet<>()).add(shipped.jarName());
            }
        }
        List<String> expected =
                names.keySet().stream()
                        .map(
                                library ->
                                        "| %s | %s | %s |"
                                                .formatted(
                                                        library,
                                                        String.join(", ", names.get(library)),
                                                        String.join(", ", jars.get(library))))
                        .toList();

        List<String> rows =
                Files.readAllLines(PROJECT.resolve("docs/supply-chain.md")).stream()
                        .filter(line -> line.matches("\\| [a-z][\\w.-]+ \\| v?\\d.*"))
                        .map(line -> line.replaceFirst("[^|]+\\|$", ""))
                        .map(String::strip)
                        .toList();
        assertThat(rows).as(String.join("\n", expected)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void theNoticeIsInTheJarAndNamesEveryLibrary(Shipped shipped) throws IOException {
        String notice = Files.readString(PROJECT.resolve("NOTICE"));

        try (JarFile jar = shipped.jar();
                InputStream in = jar.getInputStream(jar.getJarEntry("META-INF/NOTICE"))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("GNU General Public License 2.0 with the Universal FOSS Exception");
        }
        assertNames(notice, held(shipped));
        assertNames(notice, shipped.listed());
    }

    private static void assertNames(String notice, List<Artifact> artifacts) {
        assertThat(artifacts)
                .filteredOn(artifact -> !artifact.isOurs())
                .isNotEmpty()
                .allSatisfy(
                        artifact ->
                                assertThat(notice)
                                        .containsPattern("\n  " + artifact.group() + " "));
    }

    /** Returns whether the artifact is shaded into another one, as JCTools is into Vert.x. */
    private static boolean isWithinAnother(Artifact artifact) {
        return artifact.group().equals("org.jctools");
    }

    private static Artifact artifact(String coordinates) {
        String[] parts = coordinates.split(":");
        return new Artifact(parts[0], parts[1], parts[2]);
    }

    /** Returns the artifacts whose Maven descriptions are in the jar. */
    private static List<Artifact> held(Shipped shipped) throws IOException {
        List<Artifact> held = new ArrayList<>();
        try (JarFile jar = shipped.jar()) {
            for (JarEntry entry : jar.stream().toList()) {
                if (entry.getName().matches("META-INF/maven/.*/pom.properties")) {
                    Properties properties = new Properties();
                    try (InputStream in = jar.getInputStream(entry)) {
                        properties.load(in);
                    }
                    held.add(
                            new Artifact(
                                    properties.getProperty("groupId"),
                                    properties.getProperty("artifactId"),
                                    properties.getProperty("version")));
                }
            }
        }
        return held;
    }
}
