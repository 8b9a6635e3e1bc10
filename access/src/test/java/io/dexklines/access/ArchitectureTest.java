package io.dexklines.access;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The proxy cannot issue certificates, and what issues them knows no HTTP. */
class ArchitectureTest {

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.dexklines.access");

    @Test
    void proxyAndCertificatesKnowNothingOfEachOther() {
        none("proxy", "io.dexklines.access.certificate..").check(PRODUCT);
        none("certificate", "io.dexklines.access.proxy..", "io.vertx..").check(PRODUCT);

        assertThat(none("proxy", "io.vertx..").evaluate(PRODUCT).hasViolation()).isTrue();
    }

    private static ArchRule none(String of, String... packages) {
        return noClasses()
                .that()
                .resideInAPackage("io.dexklines.access." + of + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }
}
