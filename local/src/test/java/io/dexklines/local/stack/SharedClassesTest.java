package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedClassesTest {

    private static final String MAIN = "java.lang.Object";

    @TempDir private Path folder;

    private Path archives;
    private Path jar;

    @BeforeEach
    void createJar() throws Exception {
        archives = folder.resolve("archives");
        jar = Files.createFile(folder.resolve("some.jar"));
    }

    private SharedClasses shared(String classPath, Path... more) {
        return SharedClasses.in(archives, MAIN, classPath, List.of(more));
    }

    @Test
    void theFirstJvmRecordsItsClassesAndLaterOnesUseThem() throws Exception {
        SharedClasses shared = shared(jar.toString());
        assertThat(shared.options()).contains("-XX:+RecordDynamicDumpInfo");
        assertThat(shared.shellOption()).contains("-XX:ArchiveClassesAtExit=");

        write(shared);

        assertThat(shared.options())
                .contains("-XX:SharedArchiveFile=" + archive())
                .doesNotContain("-XX:+RecordDynamicDumpInfo");
    }

    @Test
    void classesOfAFolderAreNotArchived() throws Exception {
        assertThat(shared(jar + File.pathSeparator + folder).options()).isEmpty();

        SharedClasses followed = shared(jar.toString(), folder);
        assertThat(followed.options()).isEmpty();
        assertThat(followed.shellOption()).doesNotContain("ArchiveClassesAtExit");
        write(shared(jar.toString()));
        assertThat(followed.options()).contains("-XX:SharedArchiveFile=" + archive());
    }

    @Test
    void anotherJarHasAnotherArchive() throws Exception {
        write(shared(jar.toString()));
        Files.setLastModifiedTime(jar, FileTime.from(1, TimeUnit.DAYS));

        assertThat(shared(jar.toString()).options()).contains("-XX:+RecordDynamicDumpInfo");
    }

    /** Writes the archive by a JVM that ends by itself, as the shell's option makes it. */
    private void write(SharedClasses shared) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process shell =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                shared.shellOption() + "; exec \"$0\" \"$shared\" -version",
                                java)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(shell.waitFor()).isZero();
    }

    /** Returns the only archive. */
    private Path archive() throws Exception {
        try (Stream<Path> files = Files.list(archives)) {
            return files.reduce(
                            (one, other) -> {
                                throw new AssertionError(one + " and " + other);
                            })
                    .orElseThrow();
        }
    }
}
