package io.dexklines.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dependencies that core's packages may have. Each rule is also shown code that breaks it. */
class CoreArchitectureTest {

    private static final String ROOT = "io.dexklines";
    private static final String VIOLATIONS = "io.dexklines.architecture.violations";

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    private static final JavaClasses VIOLATORS = new ClassFileImporter().importPackages(VIOLATIONS);

    @Test
    void coreClassesAreFound() {
        assertThat(PRODUCT.size()).isGreaterThan(20);
        assertThat(PRODUCT.stream().noneMatch(type -> type.getName().startsWith(VIOLATIONS)))
                .isTrue();
    }

    @Test
    void textAndSecretsUseTheJdkOnly() {
        dependOnly(ROOT, "text").check(PRODUCT);
        dependOnly(ROOT, "secret", "javax.net.ssl").check(PRODUCT);

        CodeRules.assertBreaks(dependOnly(VIOLATIONS, "kline"), VIOLATORS, "ParsesJson");
    }

    @Test
    void tradesAndClocksAndKlinesAndSmartMoneyUseTheJdkAndGuavaOnly() {
        dependOnly(ROOT, "clock", ROOT + ".trade").check(PRODUCT);
        dependOnly(ROOT, "trade", "com.google.common").check(PRODUCT);
        dependOnly(ROOT, "kline", "com.google.common", ROOT + ".trade", ROOT + ".text")
                .check(PRODUCT);
        dependOnly(ROOT, "smartmoney", "com.google.common", ROOT + ".trade", ROOT + ".text")
                .check(PRODUCT);

        CodeRules.assertBreaks(
                dependOnly(VIOLATIONS, "kline", "com.google.common"), VIOLATORS, "ParsesJson");
    }

    @Test
    void theDecoderUsesAStreamingParserTextAndTradesOnly() {
        decoder(ROOT).check(PRODUCT);

        CodeRules.assertBreaks(decoder(VIOLATIONS), VIOLATORS, "BuildsTrees");
    }

    @Test
    void packagesFormNoCycle() {
        CodeRules.noPackageCycles(ROOT).check(PRODUCT);

        CodeRules.assertBreaks(
                CodeRules.noPackageCycles(VIOLATIONS + ".cycle"), VIOLATORS, "First", "Second");
    }

    @Test
    void timeAndRandomnessArePassedIn() {
        ArchRule rule = CodeRules.noHiddenInputs();
        rule.check(PRODUCT);

        CodeRules.assertBreaks(
                rule,
                VIOLATORS,
                "System.currentTimeMillis()",
                "Instant.now()",
                "LocalDate.now()",
                "UUID.randomUUID()",
                "asksByReference()");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> rule.check(VIOLATORS))
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain("asksAClock()"));
    }

    @Test
    void classesAreNamedAfterTheirPurpose() {
        CodeRules.meaningfulNames().check(PRODUCT);

        CodeRules.assertBreaks(
                CodeRules.meaningfulNames(),
                VIOLATORS,
                "KlineUtils",
                "KlineHelper",
                "KlineManager");
    }

    private static ArchRule decoder(String root) {
        return dependOnly(
                root,
                "decode",
                "com.google.common",
                "com.fasterxml.jackson.core",
                root + ".text",
                root + ".trade");
    }

    private static ArchRule dependOnly(String root, String name, String... others) {
        String[] known =
                Stream.concat(Stream.of("java", root + "." + name), Arrays.stream(others))
                        .map(prefix -> prefix + "..")
                        .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(root + "." + name + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(known);
    }
}
