package io.dexklines.verifier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Holds that the verifier shares no code with what it verifies, and that the rule can fail. */
class IndependenceTest {

    private static final String VERIFIER = "io.dexklines.verifier";

    private static final ArchRule VERDICT_IS_INDEPENDENT =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.dexklines.decode..",
                            "io.dexklines.kline..",
                            "io.dexklines.smartmoney..",
                            "io.dexklines.trade..")
                    .as("the verifier uses no decoder, klines, smart money or trades of core");

    private static final ArchRule ARROWS_POINT_DOWN =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            VERIFIER + "..",
                            "io.dexklines.text..",
                            "io.dexklines.secret..",
                            "java..",
                            "javax..",
                            "com.fasterxml..",
                            "com.google.common..",
                            "me.tongfei..",
                            "org.apache.kafka..",
                            "picocli..",
                            "redis.clients..")
                    .as("of this project, the verifier knows core's text and secret alone");

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(VERIFIER);

    private static final JavaClasses VIOLATIONS =
            new ClassFileImporter().importPackages(VERIFIER + ".violations");

    @Test
    void theVerifierKeepsBothRules() {
        VERDICT_IS_INDEPENDENT.check(PRODUCT);
        ARROWS_POINT_DOWN.check(PRODUCT);
    }

    @Test
    void aClassThatBorrowsFromTheEngineBreaksBothRules() {
        assertThat(VERDICT_IS_INDEPENDENT.evaluate(VIOLATIONS).hasViolation()).isTrue();
        assertThat(ARROWS_POINT_DOWN.evaluate(VIOLATIONS).hasViolation()).isTrue();
    }
}
