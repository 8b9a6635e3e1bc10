package io.dexklines.job.jars;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The content of the jar that users add to a SQL session. */
class SqlJarITCase {

    private static final Path PROJECT = ProjectHome.find().folder();
    private static final Pattern FUNCTION =
            Pattern.compile("^CREATE FUNCTION \\w+ AS '(.+)' LANGUAGE JAVA;$", Pattern.MULTILINE);

    private static JarFile jar;
    private static Set<String> classes;

    @BeforeAll
    static void open() throws IOException {
        jar = new JarFile(PROJECT.resolve("udfs/target/klines-sql.jar").toFile());
        classes =
                jar.stream()
                        .map(JarEntry::getName)
                        .filter(name -> name.endsWith(".class"))
                        .map(name -> name.replace('/', '.').replaceFirst("\\.class$", ""))
                        .collect(Collectors.toSet());
    }

    @AfterAll
    static void close() throws IOException {
        jar.close();
    }

    @Test
    void containsEveryFunctionThatTheScriptsCreate() throws IOException {
        List<String> functions =
                FUNCTION.matcher(Files.readString(PROJECT.resolve("sql/flink/01-tables.sql")))
                        .results()
                        .map(match -> match.group(1))
                        .toList();

        assertThat(functions).hasSize(4);
        assertThat(classes).containsAll(functions);
    }

    @Test
    void registersTheFormatWithFlink() throws IOException {
        JarEntry services =
                jar.getJarEntry("META-INF/services/org.apache.flink.table.factories.Factory");

        assertThat(new String(jar.getInputStream(services).readAllBytes()))
                .isEqualToIgnoringWhitespace("io.dexklines.sql.TradeFormatFactory");
        assertThat(classes).contains("io.dexklines.sql.TradeFormatFactory");
    }

    @Test
    void containsNothingOfFlinkAndOnlyRelocatedLibraries() {
        assertThat(classes).allMatch(name -> name.startsWith("io.dexklines."));
    }

    @Test
    void needsOnlyJavaAndFlink() {
        assertThat(missing(jar)).isEmpty();
    }

    @Test
    void theUnshadedJarsNeedMore() throws IOException {
        assertThat(missingInUnshaded("udfs")).contains("io.dexklines.kline.Kline");
        assertThat(missingInUnshaded("core"))
                .contains(
                        "com.fasterxml.jackson.core.JsonParser", "com.google.common.hash.Hashing");
    }

    private static Set<String> missingInUnshaded(String module) throws IOException {
        try (Stream<Path> built = Files.list(PROJECT.resolve(module + "/target"))) {
            String name = "klines-" + module + "-[\\d.]+(-SNAPSHOT)?\\.jar";
            Path unshaded =
                    built.filter(file -> file.getFileName().toString().matches(name))
                            .findAny()
                            .orElseThrow();
            try (JarFile unshadedJar = new JarFile(unshaded.toFile())) {
                return missing(unshadedJar);
            }
        }
    }

    /** Returns the classes that our code refers to and that are not in the jar, Java or Flink. */
    private static Set<String> missing(JarFile from) {
        JavaClasses imported = new ClassFileImporter().importJar(from);
        assertThat(imported).isNotEmpty();
        return imported.stream()
                .filter(type -> !type.getPackageName().startsWith("io.dexklines.shaded."))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(type -> !type.isPrimitive())
                .map(JavaClass::getName)
                .filter(name -> from.getEntry(name.replace('.', '/') + ".class") == null)
                .filter(name -> !name.startsWith("java."))
                .filter(name -> !name.startsWith("org.apache.flink."))
                .collect(Collectors.toSet());
    }
}
