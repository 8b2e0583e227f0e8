package io.rangefinder.engine;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.rangefinder", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule noPackageCycles =
            slices().matching("io.rangefinder.engine.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule quantizationSeesOnlyRangesAndFilesOfCapture =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "..engine.onnx..",
                            "..engine.match..",
                            "..engine.quantization..",
                            "..engine.onnxruntime..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("io.rangefinder.capture..")
                                    .and(
                                            com.tngtech.archunit.base.DescribedPredicate.not(
                                                    resideInAnyPackage(
                                                            "..capture.ranges..",
                                                            "..capture.files.."))));

    @ArchTest
    static final ArchRule quantizationRunsNothing =
            noClasses()
                    .that()
                    .resideInAnyPackage("..engine.onnx..", "..engine.quantization..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("..engine.onnxruntime..", "ai.onnxruntime..");
}
