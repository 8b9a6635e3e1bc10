package io.dexklines.job.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.deployment.RepositoryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Invariant: test code stands in the package of its story, not in the root package of the job. */
class TestLayoutTest {

    private static final Path ROOT = Path.of("job/src/test/java/io/dexklines/job");

    @Test
    void noTestClassStandsInTheRootPackage() throws IOException {
        try (Stream<Path> files = Files.list(RepositoryFiles.root().resolve(ROOT))) {
            List<String> classes =
                    files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString())
                            .toList();
            assertThat(classes).isEmpty();
        }
    }
}
