package io.dexklines.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What may depend on what. Each rule is also shown classes that break it. */
class ArchitectureTest {

    private static final String OURS = "io.dexklines";
    private static final String VIOLATIONS = "io.dexklines.architecture.violations";

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(OURS);

    private static final JavaClasses BREAKING = new ClassFileImporter().importPackages(VIOLATIONS);

    @Test
    void thereIsSomethingToCheck() {
        assertThat(PRODUCT.size()).isGreaterThan(20);
        assertThat(PRODUCT.stream().noneMatch(type -> type.getName().startsWith(VIOLATIONS)))
                .isTrue();
    }

    @Test
    void thePurePackagesKnowTheJdkGuavaAndEachOtherOnly() {
        purePackages(OURS).check(PRODUCT);

        assertBreaks(purePackages(VIOLATIONS), "UsesFlink");
    }

    @Test
    void theDecoderKnowsTradesAndAParserOfJsonBesides() {
        decoder(OURS).check(PRODUCT);

        assertBreaks(decoder(VIOLATIONS), "BuildsTrees");
    }

    @Test
    void theAdaptersForTablesKnowThePurePackagesAndWhatFlinksTablesAreMadeOfOnly() {
        tableAdapters(OURS).check(PRODUCT);

        assertBreaks(tableAdapters(VIOLATIONS), "StartsAJob");
    }

    @Test
    void nothingAsksForTheTimeOrForChance() {
        ArchRule rule = noHiddenInputs();
        rule.check(PRODUCT);

        assertBreaks(
                rule,
                "System.currentTimeMillis()",
                "Instant.now()",
                "LocalDate.now()",
                "UUID.randomUUID()",
                "asksByReference()");
        assertDoesNotBreak(rule, "asksAClock()");
    }

    @Test
    void nothingIsNamedAfterNoPurpose() {
        ArchRule rule =
                noClasses()
                        .should()
                        .haveSimpleNameEndingWith("Utils")
                        .orShould()
                        .haveSimpleNameEndingWith("Util")
                        .orShould()
                        .haveSimpleNameEndingWith("Helper")
                        .orShould()
                        .haveSimpleNameEndingWith("Manager");
        rule.check(PRODUCT);

        assertBreaks(rule, "KlineUtils", "KlineHelper", "KlineManager");
    }

    private static ArchRule purePackages(String root) {
        String[] pure = {root + ".trade..", root + ".kline..", root + ".wallet.."};
        return classes()
                .that()
                .resideInAnyPackage(pure)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "com.google.common..", pure[0], pure[1], pure[2]);
    }

    private static ArchRule decoder(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".decode..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "com.google.common..",
                        "com.fasterxml.jackson.core..",
                        root + ".decode..",
                        root + ".trade..");
    }

    /** The packages of Flink are those of flink-table-common and the types of flink-core in it. */
    private static ArchRule tableAdapters(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".sql..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.apache.flink.table..",
                        "org.apache.flink.api.common.serialization",
                        "org.apache.flink.api.common.typeinfo",
                        "org.apache.flink.configuration",
                        "org.apache.flink.util",
                        root + ".sql..",
                        root + ".decode..",
                        root + ".kline..",
                        root + ".trade..");
    }

    private static ArchRule noHiddenInputs() {
        return noClasses()
                .should()
                .accessTargetWhere(
                        target(
                                new DescribedPredicate<AccessTarget>("gives the time or chance") {
                                    @Override
                                    public boolean test(AccessTarget target) {
                                        return isHiddenInput(target);
                                    }
                                }));
    }

    private static boolean isHiddenInput(AccessTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        boolean givenAClock =
                target instanceof AccessTarget.CodeUnitAccessTarget unit
                        && unit.getRawParameterTypes().stream()
                                .anyMatch(type -> type.isEquivalentTo(Clock.class));
        return owner.equals(System.class.getName()) && name.equals("currentTimeMillis")
                || owner.startsWith("java.time.") && name.equals("now") && !givenAClock
                || owner.equals(UUID.class.getName()) && name.equals("randomUUID")
                || owner.equals(Math.class.getName()) && name.equals("random");
    }

    private static void assertBreaks(ArchRule rule, String... named) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> rule.check(BREAKING))
                .satisfies(error -> assertThat(error.getMessage()).contains(named));
    }

    private static void assertDoesNotBreak(ArchRule rule, String named) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> rule.check(BREAKING))
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain(named));
    }
}
