package io.rangefinder.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Arrays;

/** Packages at whatever depth: no cycles, and a package may use those below it, not those above. */
public final class PackageOrder {

    private PackageOrder() {}

    /**
     * Classes know none of a package that theirs is nested in.
     *
     * @return the rule
     */
    public static ArchRule nothingKnowsWhatStandsAbove() {
        return classes().should(knowNothingAbove());
    }

    /**
     * Packages, each with what is nested in it, have no cycles.
     *
     * @param depth the names in their packages' own: 4 for {@code io.rangefinder.engine.export}
     * @return the rule
     */
    public static ArchRule noCyclesAt(int depth) {
        return slices().assignedFrom(new AtDepth(depth))
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true);
    }

    private static ArchCondition<JavaClass> knowNothingAbove() {
        return new ArchCondition<>("know nothing of a package that stands above their own") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    String known =
                            dependency.getTargetClass().getBaseComponentType().getPackageName();
                    if (!known.isEmpty() && type.getPackageName().startsWith(known + ".")) {
                        events.add(
                                SimpleConditionEvent.violated(type, dependency.getDescription()));
                    }
                }
            }
        };
    }

    /** Classes by the first names of their package; those that stand above are in no slice. */
    private record AtDepth(int depth) implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String[] names = type.getPackageName().split("\\.");
            return names.length < depth
                    ? SliceIdentifier.ignore()
                    : SliceIdentifier.of(String.join(".", Arrays.copyOf(names, depth)));
        }

        @Override
        public String getDescription() {
            return "packages at depth " + depth;
        }
    }
}
