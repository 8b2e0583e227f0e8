package io.rangefinder.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.rangefinder", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.rangefinder.examples.(*)..").should().beFreeOfCycles();

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
}
