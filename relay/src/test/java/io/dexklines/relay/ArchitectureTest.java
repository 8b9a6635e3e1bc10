package io.dexklines.relay;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The directions in which the relay's packages may know each other. */
class ArchitectureTest {

    private static final String RELAY = "io.dexklines.relay.";

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.dexklines.relay");

    static Stream<ArchRule> rules() {
        return Stream.of(
                knowsOnly("metrics"),
                knowsOnly("page"),
                knowsOnly("stream", "metrics"),
                knowsOnly("publish", "stream", "metrics"),
                knowsOnly("subscribe", "stream", "metrics"),
                knowsOnly("history", "stream"),
                knowsOnly("pairs", "history"),
                knowsOnly("store", "history", "pairs", "stream"),
                knowsOnly("api", "store", "history", "pairs", "stream", "metrics"),
                withoutStoresAndHttp("history"),
                withoutStoresAndHttp("pairs"));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holdsInTheProduct(ArchRule rule) {
        rule.check(PRODUCT);
    }

    @Test
    void aRuleIsBrokenByCodeThatBreaksIt() {
        assertThat(knowsOnly("publish", "metrics").evaluate(PRODUCT).hasViolation()).isTrue();
        assertThat(withoutStoresAndHttp("store").evaluate(PRODUCT).hasViolation()).isTrue();
    }

    private static ArchRule knowsOnly(String name, String... others) {
        String[] known =
                Stream.concat(Stream.of(name), Arrays.stream(others))
                        .map(other -> RELAY + other + "..")
                        .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(RELAY + name + "..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(known).or(resideOutsideOfPackage("io.dexklines..")))
                .as(name + " knows only " + String.join(", ", others));
    }

    private static ArchRule withoutStoresAndHttp(String name) {
        return noClasses()
                .that()
                .resideInAPackage(RELAY + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "redis..", "com.zaxxer..", "io.vertx..")
                .as(name + " decides without stores and HTTP");
    }
}
