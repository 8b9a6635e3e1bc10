package io.dexklines.job.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.dexklines.architecture.CodeRules;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The dependencies that the job's packages may have. Each rule is also shown code that breaks it.
 */
class ArchitectureTest {

    private static final String JOB = "io.dexklines.job";
    private static final String VIOLATIONS = JOB + ".violations";

    private static final List<String> SINKS = List.of("mysql", "redis", "relay", "kafka", "check");
    private static final List<String> SOURCES = List.of("trades", "lists");

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(JOB);

    private static final JavaClasses VIOLATORS = new ClassFileImporter().importPackages(VIOLATIONS);

    static Stream<Function<String, ArchRule>> rules() {
        return Stream.of(
                root -> sinkKnowsOnlyTopics(root, "mysql"),
                root -> sinkKnowsOnlyTopics(root, "redis"),
                root -> sourceKnowsNoOther(root, "lists"),
                root -> sourcesKnowNoSink(root),
                root -> connectorsStayAtTheEdges(root),
                root -> kafkaIsWrittenByTransactionalTopicOnly(root),
                root -> environmentIsReadByConfigurationOnly(root),
                root -> CodeRules.noPackageCycles(root),
                root -> CodeRules.noHiddenInputs(),
                root -> CodeRules.meaningfulNames());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holdsInTheProduct(Function<String, ArchRule> rule) {
        rule.apply(JOB).check(PRODUCT);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void isBrokenByTheViolators(Function<String, ArchRule> rule) {
        assertThat(rule.apply(VIOLATIONS).evaluate(VIOLATORS).hasViolation())
                .as(rule.apply(VIOLATIONS).getDescription())
                .isTrue();
    }

    @Test
    void noSinkAndNoSourceKnowsAnother() {
        SINKS.forEach(sink -> sinkKnowsOnlyTopics(JOB, sink).check(PRODUCT));
        SOURCES.forEach(source -> sourceKnowsNoOther(JOB, source).check(PRODUCT));
    }

    private static ArchRule sourceKnowsNoOther(String root, String source) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".source." + source + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others(root + ".source.", SOURCES, source));
    }

    /** MySQL refuses rows to a topic, so a sink may know the topics, but no other sink. */
    private static ArchRule sinkKnowsOnlyTopics(String root, String sink) {
        String[] others =
                Stream.concat(
                                Stream.of(others(root + ".sink.", SINKS, sink))
                                        .filter(other -> !other.endsWith("kafka..")),
                                Stream.of(root + ".source..", root + ".rebuild..", root))
                        .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(root + ".sink." + sink + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others);
    }

    private static ArchRule sourcesKnowNoSink(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".source..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(root + ".sink..", root + ".rebuild..", root);
    }

    private static ArchRule connectorsStayAtTheEdges(String root) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(
                        root + ".sink..",
                        root + ".source..",
                        root + ".rebuild..",
                        root + ".config..")
                .and()
                .doNotHaveSimpleName("Sources")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.flink.connector..",
                        "org.apache.kafka..",
                        "io.dexklines.connector..",
                        "com.mysql..",
                        "redis.clients..",
                        "java.sql..",
                        "java.net.http..");
    }

    /** A sink of the connector as it is ends the TaskManager if it cannot be closed. */
    private static ArchRule kafkaIsWrittenByTransactionalTopicOnly(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .doNotHaveSimpleName("TransactionalTopic")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(KafkaSink.class);
    }

    private static ArchRule environmentIsReadByConfigurationOnly(String root) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + ".config..")
                .should()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv");
    }

    private static String[] others(String prefix, List<String> all, String but) {
        return all.stream()
                .filter(other -> !other.equals(but))
                .map(other -> prefix + other + "..")
                .toArray(String[]::new);
    }
}
