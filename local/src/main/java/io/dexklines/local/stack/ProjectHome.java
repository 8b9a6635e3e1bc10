package io.dexklines.local.stack;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The root folder of the project that this runs from.
 *
 * @param folder where the root {@code pom.xml} and the script {@code klines} stand
 */
public record ProjectHome(Path folder) {

    private static final String PROPERTY = "klines.home";
    private static final String LANDMARK = "local/flink-dist/pom.xml";

    /**
     * The folder that the system property {@code klines.home} names; without it, the nearest one
     * from the working directory upwards that is one.
     *
     * @throws IllegalStateException if there is none
     */
    public static ProjectHome find() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return new ProjectHome(Path.of(named).toAbsolutePath().normalize());
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(LANDMARK))) {
                return new ProjectHome(folder);
            }
        }
        throw new IllegalStateException(
                "neither %s nor a folder above it is the project's; set -D%s"
                        .formatted(start, PROPERTY));
    }

    /** The jar for {@code flink run}, as the build makes it. */
    public Path jobJar() {
        return folder.resolve("job/target/klines-job.jar");
    }

    /** Flink's own jars, as the build found them: a class path in a file. */
    public Path flinkClassPath() {
        return folder.resolve("local/flink-dist/target/flink.classpath");
    }

    /** The migrations {@code V1__….sql}, {@code V2__….sql} … */
    public Path mysqlMigrations() {
        return folder.resolve("sql/mysql");
    }

    /** Where a stack keeps its state unless told otherwise. */
    public Path stackFolder() {
        return folder.resolve(".klines");
    }
}
