package io.dexklines.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Makes images of a project whose jars are a few bytes, on an empty base. */
class ImagesCommandTest {

    private static final Instant JARS_BUILT = Instant.parse("2026-11-30T12:00:00Z");
    private static final List<String> MODULES = List.of("job", "relay", "schema", "access");
    private static final String[] ON_NOTHING = {
        "--flink-base", "scratch", "--java-base", "scratch", "--revision", "0123abc"
    };

    @TempDir private Path folder;
    private Path project;

    /** The end of a run of the command. */
    private record Answer(int status, String out, String err) {}

    @BeforeEach
    void buildTheProject() throws IOException {
        project = Files.createDirectory(folder.resolve("project"));
        Files.writeString(
                project.resolve("pom.xml"),
                """
                <project>
                  <version>1.2.3</version>
                  <url>https://klines.example</url>
                  <licenses><license><name>Apache-2.0</name></license></licenses>
                  <properties>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.outputTimestamp>2026-01-01T00:00:00Z</project.build.outputTimestamp>
                    <flink.version>2.2.1</flink.version>
                  </properties>
                </project>
                """);
        Files.writeString(project.resolve("LICENSE"), "licence");
        Files.writeString(project.resolve("NOTICE"), "notice");
        for (String module : MODULES) {
            Path target = Files.createDirectories(project.resolve(module + "/target"));
            write(target.resolve("klines-" + module + ".jar"), "the jar of " + module, JARS_BUILT);
            write(
                    target.resolve("klines-" + module + ".cdx.json"),
                    "the libraries of " + module,
                    JARS_BUILT.plusSeconds(1));
        }
    }

    @Test
    void twoBuildsAreEqualInEveryByte() throws Exception {
        Path first = images("first", ON_NOTHING);
        for (String module : MODULES) {
            // another machine's files are younger
            for (String type : List.of(".jar", ".cdx.json")) {
                Files.setLastModifiedTime(
                        project.resolve(module + "/target/klines-" + module + type),
                        FileTime.from(JARS_BUILT.plusSeconds(3600)));
            }
        }
        Path second = images("second", ON_NOTHING);

        List<String> names =
                List.of(
                        "SHA256SUMS",
                        "klines-access-1.2.3.tar",
                        "klines-job-1.2.3.tar",
                        "klines-relay-1.2.3.tar",
                        "klines-schema-1.2.3.tar");
        assertThat(names(first)).isEqualTo(names);
        assertThat(names(second)).isEqualTo(names);
        for (String name : names) {
            assertThat(second.resolve(name)).hasSameBinaryContentAs(first.resolve(name));
        }
    }

    @Test
    void anotherJarGivesAnotherImage() throws Exception {
        Path first = images("first", ON_NOTHING);
        write(project.resolve("relay/target/klines-relay.jar"), "another", JARS_BUILT);
        Path second = images("second", ON_NOTHING);

        assertThat(Files.mismatch(archive(first, "relay"), archive(second, "relay")))
                .isNotEqualTo(-1);
        assertThat(archive(second, "job")).hasSameBinaryContentAs(archive(first, "job"));
    }

    @Test
    void theRelayIsStartedByAUserWithoutRights() throws Exception {
        SavedImage relay = SavedImage.read(archive(images("out", ON_NOTHING), "relay"));

        assertThat(relay.tag()).isEqualTo("klines-relay:1.2.3");
        assertThat(relay.configuration().get("architecture").asText()).isEqualTo("amd64");
        assertThat(relay.configuration().get("created").asText()).isEqualTo("2026-01-01T00:00:00Z");
        JsonNode container = relay.container();
        assertThat(container.get("User").asText()).isEqualTo("10001:10001");
        assertThat(strings(container.get("Entrypoint")))
                .containsExactly(
                        "java", "-XX:MaxRAMPercentage=60", "-jar", "/opt/klines/klines-relay.jar");
        assertThat(container.get("ExposedPorts").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("8080/tcp", "8090/tcp");
    }

    @Test
    void theJobIsWhereFlinkLooksForIt() throws Exception {
        SavedImage job = SavedImage.read(archive(images("out", ON_NOTHING), "job"));

        assertThat(text(job, "/opt/flink/usrlib/klines-job.jar")).isEqualTo("the jar of job");
        assertThat(job.container().get("User").asText()).isEqualTo("9999:9999");
        assertThat(job.container().get("ExposedPorts").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("6123/tcp", "8081/tcp", "9249/tcp");
    }

    @Test
    void theLabelsNameTheRelease() throws Exception {
        SavedImage job = SavedImage.read(archive(images("out", ON_NOTHING), "job"));

        Map<String, String> labels = new TreeMap<>();
        job.container()
                .get("Labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        assertThat(labels)
                .isEqualTo(
                        Map.of(
                                "org.opencontainers.image.title",
                                "dex-klines: the job on Flink",
                                "org.opencontainers.image.version",
                                "1.2.3",
                                "org.opencontainers.image.revision",
                                "0123abc",
                                "org.opencontainers.image.source",
                                "https://klines.example",
                                "org.opencontainers.image.licenses",
                                "Apache-2.0"));
    }

    @Test
    void everyImageHasItsJarAndBillOfMaterialsAndNothingElse() throws Exception {
        Path out = images("out", ON_NOTHING);

        for (String module : MODULES) {
            SavedImage image = SavedImage.read(archive(out, module));
            String jars = module.equals("job") ? "/opt/flink/usrlib" : "/opt/klines";
            String jar = jars + "/klines-" + module + ".jar";
            assertThat(image.files())
                    .containsOnlyKeys(
                            "/usr/share/doc/dex-klines/bom.json",
                            "/usr/share/doc/dex-klines/LICENSE",
                            "/usr/share/doc/dex-klines/NOTICE",
                            jar);
            assertThat(text(image, jar)).isEqualTo("the jar of " + module);
            assertThat(text(image, "/usr/share/doc/dex-klines/bom.json"))
                    .isEqualTo("the libraries of " + module);
            // root owns everything, and nobody else can write it
            assertThat(image.entries().values())
                    .allSatisfy(
                            entry -> {
                                assertThat(entry.getLongUserId()).isZero();
                                assertThat(entry.getMode() & 0022).isZero();
                            });
        }
    }

    @Test
    void flinkLoadsAPluginFromAFolderOfItsOwn() throws Exception {
        Path plugin = Files.writeString(folder.resolve("flink-s3-2.2.1.jar"), "plugin");
        List<String> arguments = new ArrayList<>(List.of(ON_NOTHING));
        arguments.addAll(List.of("--plugin", plugin.toString()));

        Path out = images("out", arguments.toArray(String[]::new));

        String path = "/opt/flink/plugins/flink-s3-2.2.1/flink-s3-2.2.1.jar";
        assertThat(text(SavedImage.read(archive(out, "job")), path)).isEqualTo("plugin");
        assertThat(SavedImage.read(archive(out, "relay")).files()).doesNotContainKey(path);
    }

    @Test
    void aBaseKeepsItsFilesAndItsEntrypoint() throws Exception {
        Path base = archive(images("base", ON_NOTHING), "schema");

        Path out = images("out", "--flink-base", "tar://" + base, "--java-base", "scratch");

        SavedImage job = SavedImage.read(archive(out, "job"));
        assertThat(text(job, "/opt/klines/klines-schema.jar")).isEqualTo("the jar of schema");
        assertThat(text(job, "/opt/flink/usrlib/klines-job.jar")).isEqualTo("the jar of job");
        assertThat(strings(job.container().get("Entrypoint"))).startsWith("java");
        assertThat(job.container().get("User").asText()).isEqualTo("9999:9999");
    }

    @Test
    void theSumsAreReadBySha256sum() throws Exception {
        Path out = images("out", ON_NOTHING);

        Process check =
                new ProcessBuilder("sha256sum", "--check", "--strict", "SHA256SUMS")
                        .directory(out.toFile())
                        .start();

        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        klines-job-1.2.3.tar: OK
                        klines-relay-1.2.3.tar: OK
                        klines-schema-1.2.3.tar: OK
                        klines-access-1.2.3.tar: OK
                        """);
        assertThat(check.waitFor()).isZero();
    }

    @Test
    void theOutputNamesEveryImage() throws Exception {
        Answer answer = run("--out", folder.resolve("out").toString(), ON_NOTHING);

        assertThat(answer.out().lines())
                .hasSize(4)
                .allMatch(
                        line ->
                                line.matches(
                                        "klines-[a-z]+:1\\.2\\.3  sha256:[0-9a-f]{64}  "
                                                + folder
                                                + "/out/klines-[a-z]+-1\\.2\\.3\\.tar"));
        assertThat(answer.err()).isEmpty();
    }

    @Test
    void theDefaultBasesAreThoseOfTheRelease() throws Exception {
        Release release = Release.of(project);

        assertThat(release.flinkBase()).isEqualTo("flink:2.2.1-java17");
        assertThat(release.javaBase()).isEqualTo("eclipse-temurin:17-jre");
        // a copy of the sources, such as an archive of a release, has no commit
        assertThat(Release.revision(project)).isEmpty();
    }

    @Test
    void withoutABillOfMaterialsThereIsNoImage() throws Exception {
        Path bill = project.resolve("relay/target/klines-relay.cdx.json");
        Files.delete(bill);

        Answer answer = run("--out", folder.resolve("out").toString(), ON_NOTHING);

        assertThat(answer.err())
                .isEqualTo(
                        "klines: there is no %s, which the build writes: run `klines build`, connected to the internet\n"
                                .formatted(bill));
        assertThat(answer.status()).isEqualTo(3);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void theBillOfAFormerBuildIsNotThatOfTheJar() throws Exception {
        Path bill = project.resolve("relay/target/klines-relay.cdx.json");
        Files.setLastModifiedTime(bill, FileTime.from(JARS_BUILT.minusSeconds(1)));

        Answer answer = run("--out", folder.resolve("out").toString(), ON_NOTHING);

        assertThat(answer.err())
                .isEqualTo(
                        "klines: %s is older than its jar: run `klines build`, connected to the internet\n"
                                .formatted(bill));
        assertThat(answer.status()).isEqualTo(3);
    }

    @Test
    void aBaseThatCannotBeReadIsNamed() throws Exception {
        // online, Jib tries a registry for a minute
        Answer unreachable = run("--flink-base", "127.0.0.1:1/flink", "--offline");
        Answer invalid = run("--flink-base", "Flink latest");
        Answer noFile = run("--flink-base", "tar://" + folder.resolve("none.tar"));

        assertThat(unreachable.err())
                .startsWith("klines: cannot read the base image 127.0.0.1:1/flink: ")
                .endsWith("\nName another registry, or a file with tar://FILE\n");
        assertThat(unreachable.status()).isEqualTo(4);
        assertThat(invalid.err())
                .isEqualTo(
                        "klines: 'Flink latest' is not the name of an image\n"
                                + "Try `klines images --help`\n");
        assertThat(invalid.status()).isEqualTo(2);
        assertThat(noFile.err())
                .isEqualTo("klines: " + folder.resolve("none.tar") + ": no such file\n");
        assertThat(noFile.status()).isEqualTo(3);
    }

    /** Writes the images to a new folder, with a cache of their own, and returns the folder. */
    private Path images(String name, String... arguments) throws Exception {
        Path out = folder.resolve(name);
        Answer answer = run("--out", out.toString(), arguments);
        assertThat(answer.err()).isEmpty();
        assertThat(answer.status()).isZero();
        return out;
    }

    private Answer run(String option, String value, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(option, value));
        arguments.addAll(List.of(more));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringWriter err = new StringWriter();
        CommandLine command =
                ImagesCommand.commandLine(
                        project,
                        Files.createTempDirectory(folder, "cache"),
                        new PrintStream(out, true, StandardCharsets.UTF_8));
        command.setErr(new PrintWriter(err, true));
        int status = command.execute(arguments.toArray(String[]::new));
        return new Answer(status, out.toString(StandardCharsets.UTF_8), err.toString());
    }

    private static Path archive(Path images, String module) {
        return images.resolve("klines-" + module + "-1.2.3.tar");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String text(SavedImage image, String path) {
        return new String(image.files().get(path), StandardCharsets.UTF_8);
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(element -> strings.add(element.asText()));
        return strings;
    }

    private static void write(Path file, String text, Instant time) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(time));
    }
}
