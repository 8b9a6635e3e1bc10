package io.dexklines.job;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.dexklines.job.violations.ClockHelper;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The directions in which the job's packages may know each other, and proof that each is held. */
class ArchitectureTest {

    private static final String JOB = "io.dexklines.job";

    /** The packages of one end of the job each. */
    private static final List<String> STAGES =
            List.of("ingest", "lists", "mysql", "redis", "relay", "excluded", "notify");

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(JOB);

    private static final JavaClasses VIOLATIONS =
            new ClassFileImporter().importPackagesOf(ClockHelper.class);

    static Stream<ArchRule> stageRules() {
        return STAGES.stream().map(ArchitectureTest::knowsNoOtherStage);
    }

    static Stream<ArchRule> rules() {
        return Stream.of(timeIsHandedIn(), configurationIsReadInOnePlace(), namesSayWhatAThingIs());
    }

    @ParameterizedTest
    @MethodSource({"rules", "stageRules"})
    void holdsInTheProduct(ArchRule rule) {
        rule.allowEmptyShould(true).check(PRODUCT);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void isBrokenByCodeThatBreaksIt(ArchRule rule) {
        assertThat(rule.evaluate(VIOLATIONS).hasViolation()).as(rule.getDescription()).isTrue();
    }

    @Test
    void everyStageIsThere() {
        assertThat(STAGES)
                .allSatisfy(
                        stage ->
                                assertThat(
                                                PRODUCT.stream()
                                                        .anyMatch(
                                                                type ->
                                                                        type.getPackageName()
                                                                                .startsWith(
                                                                                        JOB + "."
                                                                                                + stage)))
                                        .as(stage)
                                        .isTrue());
    }

    private static ArchRule knowsNoOtherStage(String stage) {
        String[] others =
                Stream.concat(STAGES.stream(), Stream.of("rebuild"))
                        .filter(other -> !other.equals(stage))
                        .map(other -> JOB + "." + other + "..")
                        .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(JOB + "." + stage + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .as(stage + " knows no other stage, nor what is done by hand");
    }

    private static ArchRule timeIsHandedIn() {
        return noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .as("time and identities are handed in");
    }

    private static ArchRule configurationIsReadInOnePlace() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(JOB + ".config..")
                .should()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .as("the environment is read by the configuration only");
    }

    private static ArchRule namesSayWhatAThingIs() {
        return classes()
                .should()
                .haveSimpleNameNotEndingWith("Utils")
                .andShould()
                .haveSimpleNameNotEndingWith("Util")
                .andShould()
                .haveSimpleNameNotEndingWith("Helper")
                .andShould()
                .haveSimpleNameNotEndingWith("Manager")
                .as("a name says what a thing is");
    }
}
