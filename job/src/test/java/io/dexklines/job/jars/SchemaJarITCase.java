package io.dexklines.job.jars;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that migrates the tables, which Compose and Kubernetes run. */
class SchemaJarITCase {

    private static final Path PROJECT = ProjectHome.find().folder();

    @TempDir private Path folder;

    @Test
    void migratesADatabaseByItself() throws Exception {
        try (EmbeddedMariaDb server = EmbeddedMariaDb.start(folder, 0)) {
            assertThat(migrate(server))
                    .startsWith(
                            server.jdbcUrl() + ": version 6, applied V1 klines, V2 smart money,");
            assertThat(migrate(server)).isEqualTo(server.jdbcUrl() + ": version 6\n");
        }
    }

    @Test
    void flywayIsInNoOtherJar() throws IOException {
        assertThat(hasFlyway("schema/target/klines-schema.jar")).isTrue();
        assertThat(hasFlyway("job/target/klines-job.jar")).isFalse();
        assertThat(hasFlyway("relay/target/klines-relay.jar")).isFalse();
    }

    private static boolean hasFlyway(String path) throws IOException {
        try (JarFile jar = new JarFile(PROJECT.resolve(path).toFile())) {
            return jar.getEntry("org/flywaydb/core/Flyway.class") != null;
        }
    }

    /** Returns what the command prints, errors and warnings included. */
    private static String migrate(EmbeddedMariaDb server) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-jar",
                                PROJECT.resolve("schema/target/klines-schema.jar").toString(),
                                "--mysql-url",
                                server.jdbcUrl(),
                                "--mysql-user",
                                server.migrator().user(),
                                "--mysql-password",
                                server.migrator().passwordReference())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
