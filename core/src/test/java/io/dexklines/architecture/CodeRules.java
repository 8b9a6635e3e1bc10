package io.dexklines.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Clock;
import java.util.UUID;

/** Architecture rules that hold in every module, and an assertion that a rule can fail. */
public final class CodeRules {

    private CodeRules() {}

    /**
     * Returns a rule that no code reads the wall clock or a source of randomness. Both are passed
     * in.
     */
    public static ArchRule noHiddenInputs() {
        return noClasses()
                .should()
                .accessTargetWhere(
                        target(
                                new DescribedPredicate<AccessTarget>(
                                        "reads the clock or randomness") {
                                    @Override
                                    public boolean test(AccessTarget target) {
                                        return isHiddenInput(target);
                                    }
                                }))
                .as("time and randomness are passed in");
    }

    /** Returns a rule that no class name ends in Utils, Util, Helper or Manager. */
    public static ArchRule meaningfulNames() {
        return noClasses()
                .should()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .as("a class is named after its purpose");
    }

    /**
     * Returns a rule that the packages directly below {@code root}, each with its subpackages, form
     * no cycle.
     */
    public static ArchRule noPackageCycles(String root) {
        return SlicesRuleDefinition.slices().matching(root + ".(*)..").should().beFreeOfCycles();
    }

    /** Asserts that {@code violators} break the rule and that its message names each of them. */
    public static void assertBreaks(ArchRule rule, JavaClasses violators, String... named) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> rule.check(violators))
                .satisfies(error -> assertThat(error.getMessage()).contains(named));
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
}
