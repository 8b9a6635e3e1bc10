package io.dexklines.local.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The root folder of the project.
 *
 * @param folder contains the root {@code pom.xml} and the script {@code klines}
 */
public record ProjectHome(Path folder) {

    private static final String PROPERTY = "klines.home";
    private static final String LANDMARK = "local/flink-dist/pom.xml";

    /** The version of the root project is the first of its pom. */
    private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

    /**
     * Finds the project by the system property {@code klines.home}. Without it, searches the
     * working directory and the folders above it.
     *
     * @throws IllegalStateException if the project is not found
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
                "neither %s nor a folder above it is the project; set -D%s"
                        .formatted(start, PROPERTY));
    }

    /** Returns the version of the project, such as 0.2.0. */
    public String version() {
        Path pom = folder.resolve("pom.xml");
        try {
            Matcher version = VERSION.matcher(Files.readString(pom));
            if (version.find()) {
                return version.group(1);
            }
            throw new IllegalStateException("no version in " + pom);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the jar for {@code flink run}, which the build creates. */
    public Path jobJar() {
        return folder.resolve("job/target/klines-job.jar");
    }

    /** Returns the file with the class path of Flink's own jars, which the build creates. */
    public Path flinkClassPath() {
        return folder.resolve("local/flink-dist/target/flink.classpath");
    }

    /** Returns the file with the class path of Flink's SQL client, which its profile creates. */
    Path sqlClientClassPath() {
        return folder.resolve("local/flink-sql/target/sql-client.classpath");
    }

    /** Returns the jar with the functions and the format of Flink SQL. */
    Path sqlJar() {
        return folder.resolve("udfs/target/klines-sql.jar");
    }

    /** Returns the script that defines the tables and functions of Flink SQL. */
    Path sqlTables() {
        return folder.resolve("sql/flink/01-tables.sql");
    }

    /** Returns the file with the alert rules of Prometheus. */
    public Path alertRules() {
        return folder.resolve("flink-conf/monitoring/rules.yml");
    }

    /** Returns the default folder for the state of a stack. */
    public Path stackFolder() {
        return folder.resolve(".klines");
    }
}
