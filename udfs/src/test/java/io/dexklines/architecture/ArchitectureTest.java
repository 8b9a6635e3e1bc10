package io.dexklines.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/**
 * The dependencies that the user functions may have. Each rule is also shown code that breaks it.
 */
class ArchitectureTest {

    private static final String ROOT = "io.dexklines";
    private static final String VIOLATIONS = "io.dexklines.architecture.violations";

    /** The classes of this module. Those of core are checked in core. */
    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT + ".codec", ROOT + ".operator", ROOT + ".sql");

    private static final JavaClasses VIOLATORS = new ClassFileImporter().importPackages(VIOLATIONS);

    @Test
    void userFunctionsAreFound() {
        assertThat(PRODUCT.size()).isGreaterThan(20);
    }

    @Test
    void serializersKnowTheTypesOfCoreAndNoOperator() {
        serializers(ROOT).check(PRODUCT);

        CodeRules.assertBreaks(serializers(VIOLATIONS), VIOLATORS, "KnowsAnOperator");
    }

    @Test
    void operatorsAreFreeOfConnectorsAndTables() {
        operators(ROOT).check(PRODUCT);

        CodeRules.assertBreaks(operators(VIOLATIONS), VIOLATORS, "ReadsATable");
    }

    @Test
    void theFunctionsOfFlinkSqlKnowCoreAndFlinksTableTypesOnly() {
        tableFunctions(ROOT).check(PRODUCT);

        CodeRules.assertBreaks(tableFunctions(VIOLATIONS), VIOLATORS, "StartsAJob");
    }

    @Test
    void packagesFormNoCycle() {
        CodeRules.noPackageCycles(ROOT).check(PRODUCT);
    }

    @Test
    void timeAndRandomnessArePassedIn() {
        CodeRules.noHiddenInputs().check(PRODUCT);
    }

    @Test
    void classesAreNamedAfterTheirPurpose() {
        CodeRules.meaningfulNames().check(PRODUCT);
    }

    private static ArchRule serializers(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".codec..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.apache.flink.api.common..",
                        "org.apache.flink.core.memory",
                        root + ".clock..",
                        root + ".codec..",
                        root + ".kline..",
                        root + ".smartmoney..",
                        root + ".trade..");
    }

    private static ArchRule operators(String root) {
        return classes()
                .that()
                .resideInAPackage(root + ".operator..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.slf4j..",
                        "com.google.common..",
                        "org.apache.flink.api..",
                        "org.apache.flink.metrics..",
                        "org.apache.flink.runtime..",
                        "org.apache.flink.streaming..",
                        "org.apache.flink.util..",
                        root + ".operator..",
                        root + ".clock..",
                        root + ".codec..",
                        root + ".kline..",
                        root + ".smartmoney..",
                        root + ".text..",
                        root + ".trade..");
    }

    /** Allows Flink's packages in flink-table-common and the types of flink-core that it uses. */
    private static ArchRule tableFunctions(String root) {
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
}
