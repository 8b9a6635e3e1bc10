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
import io.dexklines.decode.JsonTradeDecoder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The allowed dependencies between the relay's packages, and on core. */
class ArchitectureTest {

    private static final String RELAY = "io.dexklines.relay.";

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.dexklines.relay");

    static Stream<ArchRule> rules() {
        return Stream.of(
                dependsOnly("metrics"),
                dependsOnly("http", "metrics"),
                dependsOnly("page", "http"),
                dependsOnly("stream", "metrics"),
                dependsOnly("publish", "stream", "metrics"),
                dependsOnly("token"),
                dependsOnly("subscribe", "resume", "stream", "token", "http", "metrics"),
                dependsOnly("history", "stream"),
                dependsOnly("pairs", "history"),
                dependsOnly("resume", "history", "stream"),
                dependsOnly("store", "history", "pairs", "resume", "stream"),
                dependsOnly("follow", "metrics"),
                dependsOnly(
                        "api", "store", "history", "pairs", "resume", "stream", "follow", "token",
                        "http", "metrics"),
                dependsOnly("compatibility", "api", "subscribe", "history", "stream"),
                withoutStoresAndHttp("history"),
                withoutStoresAndHttp("resume"),
                withoutStoresAndHttp("pairs"),
                ofOtherModulesOnly("kline", "secret", "text", "trade"));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.check(PRODUCT);
    }

    @Test
    void eachKindOfRuleDetectsAViolation() {
        assertThat(dependsOnly("publish", "metrics").evaluate(PRODUCT).hasViolation()).isTrue();
        assertThat(withoutStoresAndHttp("store").evaluate(PRODUCT).hasViolation()).isTrue();
        assertThat(ofOtherModulesOnly("kline", "secret").evaluate(PRODUCT).hasViolation()).isTrue();
        JavaClasses violator = new ClassFileImporter().importClasses(DecoderUser.class);
        assertThat(
                        ofOtherModulesOnly("kline", "secret", "text", "trade")
                                .evaluate(violator)
                                .hasViolation())
                .isTrue();
    }

    /** Uses a package of core that the relay may not depend on. */
    private static final class DecoderUser {
        private JsonTradeDecoder decoder;
    }

    /** The package may depend on the given packages of the relay, and on no others of it. */
    private static ArchRule dependsOnly(String name, String... others) {
        String[] allowed =
                Stream.concat(Stream.of(name), Arrays.stream(others))
                        .map(other -> RELAY + other + "..")
                        .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(RELAY + name + "..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(allowed)
                                .or(resideOutsideOfPackage("io.dexklines.relay..")))
                .as(name + " depends only on " + String.join(", ", others));
    }

    private static ArchRule withoutStoresAndHttp(String name) {
        return noClasses()
                .that()
                .resideInAPackage(RELAY + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "redis..", "com.zaxxer..", "io.vertx..")
                .as(name + " is independent of stores and HTTP");
    }

    /** Of the other modules, the relay may depend on the given packages of core only. */
    private static ArchRule ofOtherModulesOnly(String... names) {
        String[] allowed =
                Arrays.stream(names)
                        .map(name -> "io.dexklines." + name + "..")
                        .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage("io.dexklines.relay..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(allowed)
                                .or(resideInAnyPackage("io.dexklines.relay.."))
                                .or(resideOutsideOfPackage("io.dexklines..")))
                .as("the relay depends on core's " + String.join(", ", names) + " only");
    }
}
