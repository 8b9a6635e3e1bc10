package io.dexklines.job.jars;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The content of the jar that operators submit. */
class JobJarITCase {

    private static JarFile jar;
    private static List<String> classes;

    @BeforeAll
    static void open() throws Exception {
        jar = new JarFile(ProjectHome.find().jobJar().toFile());
        classes =
                jar.stream()
                        .map(JarEntry::getName)
                        .filter(name -> name.endsWith(".class"))
                        .toList();
    }

    @AfterAll
    static void close() throws Exception {
        jar.close();
    }

    @Test
    void namesItsMainClass() throws Exception {
        assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
                .isEqualTo("io.dexklines.job.KlineJob");
    }

    @Test
    void holdsNoFlinkClassesExceptTheKafkaAndJdbcConnectors() throws Exception {
        Set<String> ofConnectors = new HashSet<>();
        for (Class<?> of : List.of(KafkaSource.class, JdbcExecutionOptions.class)) {
            Path connector =
                    Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (JarFile connectorJar = new JarFile(connector.toFile())) {
                connectorJar.stream().map(JarEntry::getName).forEach(ofConnectors::add);
            }
        }

        assertThat(classes)
                .filteredOn(name -> name.startsWith("org/apache/flink/"))
                .contains(
                        "org/apache/flink/connector/kafka/source/KafkaSource.class",
                        "org/apache/flink/connector/jdbc/JdbcExecutionOptions.class")
                .isSubsetOf(ofConnectors);
    }

    @Test
    void containsNoLogger() {
        assertThat(classes)
                .noneMatch(
                        name ->
                                name.startsWith("org/slf4j/")
                                        || name.startsWith("org/apache/logging/")
                                        || name.startsWith("org/apache/log4j/"));
    }

    @Test
    void containsWhatTheClusterLacks() {
        assertThat(classes)
                .contains(
                        "io/dexklines/job/KlineJob.class",
                        "io/dexklines/operator/kline/KlineOperator.class",
                        "io/dexklines/connector/redis/RedisSink.class",
                        "org/apache/kafka/clients/consumer/KafkaConsumer.class",
                        "com/mysql/cj/jdbc/Driver.class",
                        "redis/clients/jedis/UnifiedJedis.class",
                        "net/jpountz/lz4/LZ4Factory.class");
    }

    @Test
    void containsNoTestCode() {
        assertThat(classes)
                .noneMatch(
                        name ->
                                name.startsWith("io/dexklines/local/")
                                        || name.startsWith("org/junit/")
                                        || name.startsWith("org/assertj/"));
    }
}
