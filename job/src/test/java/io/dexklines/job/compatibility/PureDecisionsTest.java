package io.dexklines.job.compatibility;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The package knows the JDK and core only, so that its decisions are tested without servers. */
class PureDecisionsTest {

    @Test
    void compatibilityKnowsNeitherFlinkNorAClient() {
        String own = RedisCompatibility.class.getPackageName();

        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        own,
                        "java..",
                        "io.dexklines.kline",
                        "io.dexklines.text",
                        "io.dexklines.trade")
                .check(
                        new ClassFileImporter()
                                .withImportOption(new ImportOption.DoNotIncludeTests())
                                .importPackages(own));
    }
}
