package io.dexklines.job.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.deployment.RepositoryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Invariant: test code stands in the package of its story, not in the root package of the job. */
class TestLayoutTest {

    private static final Path ROOT = Path.of("job/src/test/java/io/dexklines/job");

    /** Classes that still stand in the root package. */
    private static final Set<String> IN_THE_ROOT =
            Set.of(
                    "ArchitectureTest.java",
                    "JobGraphSecretsTest.java",
                    "KafkaEdgesTest.java",
                    "OperatorUidsTest.java",
                    "OutletTypesTest.java",
                    "SampleKlines.java",
                    "SampleSmartMoney.java");

    @Test
    void noOtherTestClassStandsInTheRootPackage() throws IOException {
        try (Stream<Path> files = Files.list(RepositoryFiles.root().resolve(ROOT))) {
            List<String> classes =
                    files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString())
                            .toList();
            assertThat(classes).isSubsetOf(IN_THE_ROOT);
        }
    }
}
