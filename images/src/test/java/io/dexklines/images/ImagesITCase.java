package io.dexklines.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.stack.ProjectHome;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Makes images of the jars of this build, on an empty base. */
class ImagesITCase {

    private static final Path PROJECT = ProjectHome.find().folder();

    @TempDir private Path folder;

    @Test
    void theImagesOfTheBuiltJarsAreReproducible() throws Exception {
        Path project = projectWithBills();

        Path first = images(project, "first");
        Path second = images(project, "second");

        String version = Release.of(PROJECT).version();
        for (ImageRecipe image : ImageRecipe.all()) {
            String archive = "%s-%s.tar".formatted(image.name(), version);
            assertThat(Files.mismatch(first.resolve(archive), second.resolve(archive)))
                    .isEqualTo(-1);
            SavedImage saved = SavedImage.read(first.resolve(archive));
            String jar = "%s/%s.jar".formatted(image.jarFolder(), image.name());
            assertThat(saved.files().get(jar))
                    .isEqualTo(Files.readAllBytes(PROJECT.resolve(image.jar())));
            assertThat(saved.container().at("/Labels/org.opencontainers.image.version").asText())
                    .isEqualTo(version);
        }
    }

    /** An offline build writes no bills of materials, for which this copy has others. */
    private Path projectWithBills() throws Exception {
        Path project = folder.resolve("project");
        List<String> files = new ArrayList<>(List.of("pom.xml", "LICENSE", "NOTICE"));
        ImageRecipe.all().forEach(image -> files.add(image.jar()));
        for (String file : files) {
            Files.createDirectories(project.resolve(file).getParent());
            Files.copy(PROJECT.resolve(file), project.resolve(file));
        }
        for (ImageRecipe image : ImageRecipe.all()) {
            Files.writeString(project.resolve(image.bill()), "{\"bomFormat\": \"CycloneDX\"}");
        }
        return project;
    }

    private Path images(Path project, String name) {
        Path out = folder.resolve(name);
        int status =
                ImagesCommand.commandLine(
                                project,
                                folder.resolve(name + "-cache"),
                                new PrintStream(OutputStream.nullOutputStream()))
                        .execute(
                                "--flink-base",
                                "scratch",
                                "--java-base",
                                "scratch",
                                "--out",
                                out.toString());
        assertThat(status).isZero();
        return out;
    }
}
