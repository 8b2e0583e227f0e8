package io.rangefinder.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.rangefinder.architecture.PackageOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

@AnalyzeClasses(packages = "io.rangefinder", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule nothingKnowsWhatStandsAbove = PackageOrder.nothingKnowsWhatStandsAbove();

    @ArchTest static final ArchRule packagesHaveNoCycles = PackageOrder.noCyclesAt(4);

    @ArchTest static final ArchRule packagesInPackagesHaveNoCycles = PackageOrder.noCyclesAt(5);

    @ArchTest static final ArchRule packagesInTheseHaveNoCycles = PackageOrder.noCyclesAt(6);

    @ArchTest
    static final ArchRule nothingDependsOnTheExamples =
            noClasses()
                    .that()
                    .resideInAnyPackage("io.rangefinder.capture..", "io.rangefinder.engine..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.rangefinder.examples..");

    @ArchTest
    static final ArchRule sharedPartsKnowNoVerb =
            classes()
                    .that()
                    .resideInAnyPackage("..examples.cli..", "..examples.npz..", "..examples.data..")
                    .should()
                    .onlyDependOnClassesThat(
                            com.tngtech.archunit.base.DescribedPredicate.not(
                                            resideInAnyPackage("io.rangefinder.examples.."))
                                    .or(
                                            resideInAnyPackage(
                                                    "..examples.cli..",
                                                    "..examples.npz..",
                                                    "..examples.data..")));

    @ArchTest
    static void noTwoClassesHaveOneName(JavaClasses all) {
        Map<String, List<String>> byName =
                all.stream()
                        .filter(
                                c ->
                                        c.isTopLevelClass()
                                                && !c.getSimpleName().equals("package-info"))
                        .collect(
                                groupingBy(
                                        JavaClass::getSimpleName,
                                        TreeMap::new,
                                        mapping(JavaClass::getName, toList())));
        byName.values().removeIf(classes -> classes.size() == 1);
        assertEquals(Map.of(), byName);
    }
}
