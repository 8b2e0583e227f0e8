package io.rangefinder.engine;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.rangefinder.architecture.PackageOrder;

@AnalyzeClasses(packages = "io.rangefinder", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] BACKENDS = {
        "io.rangefinder.engine.backend.onnxruntime..",
        "io.rangefinder.engine.backend.providers..",
        "io.rangefinder.engine.backend.tensorrt.."
    };

    @ArchTest
    static final ArchRule nothingKnowsWhatStandsAbove = PackageOrder.nothingKnowsWhatStandsAbove();

    @ArchTest static final ArchRule packagesHaveNoCycles = PackageOrder.noCyclesAt(4);

    @ArchTest static final ArchRule packagesInPackagesHaveNoCycles = PackageOrder.noCyclesAt(5);

    @ArchTest static final ArchRule packagesInTheseHaveNoCycles = PackageOrder.noCyclesAt(6);

    @ArchTest
    static final ArchRule onlyTheListKnowsBackends =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(BACKENDS)
                    .and()
                    .resideInAPackage("io.rangefinder.engine..")
                    .and()
                    .doNotHaveSimpleName("Backends")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(BACKENDS);

    /** What is not written against their interface is written against one of them. */
    @ArchTest
    static final ArchRule theEngineKnowsNoBackend =
            noClasses()
                    .that()
                    .resideInAPackage("io.rangefinder.engine")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("..engine.tensorrt..", "..engine.onnxruntime..");

    @ArchTest
    static final ArchRule exportIsLayered =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("symbolic")
                    .definedBy("..engine.export.symbolic")
                    .layer("graph")
                    .definedBy("..engine.export.graph")
                    .layer("operators")
                    .definedBy("..engine.export.operators")
                    .layer("interpret")
                    .definedBy("..engine.export.interpret")
                    .layer("export")
                    .definedBy("..engine.export")
                    .layer("torchscript")
                    .definedBy("..engine.torchscript")
                    .whereLayer("graph")
                    .mayOnlyBeAccessedByLayers("operators", "interpret", "export", "torchscript")
                    .whereLayer("operators")
                    .mayOnlyBeAccessedByLayers("interpret")
                    .whereLayer("interpret")
                    .mayOnlyBeAccessedByLayers("torchscript")
                    .whereLayer("export")
                    .mayOnlyBeAccessedByLayers("torchscript")
                    .whereLayer("torchscript")
                    .mayNotBeAccessedByAnyLayer();

    /** TorchScript is one kind of model; what is around goes for any. */
    @ArchTest
    static final ArchRule onlyItsFrontendKnowsTorchScript =
            noClasses()
                    .that()
                    .resideInAPackage("io.rangefinder.engine..")
                    .and()
                    .resideOutsideOfPackages(
                            "..engine.torchscript..",
                            "..engine.export.interpret..",
                            "..engine.export.operators..",
                            "..engine.export.symbolic..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "..capture.pytorch..",
                            "..capture.hooks..",
                            "..capture.archive..",
                            "..capture.torchscript..",
                            "..capture.types..");

    @ArchTest
    static final ArchRule quantizationSeesOnlyRangesAndFilesOfCapture =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "..engine.onnx..",
                            "..engine.match..",
                            "..engine.quantization..",
                            "..engine.onnxruntime..",
                            "..engine.backend.providers..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("io.rangefinder.capture..")
                                    .and(
                                            not(
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
                    .resideInAnyPackage(
                            "..engine.onnxruntime..",
                            "..engine.backend.providers..",
                            "ai.onnxruntime..");

    @ArchTest
    static final ArchRule boundSessionsKnowNoBackend =
            noClasses()
                    .that()
                    .resideInAPackage("..engine.session..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("io.rangefinder..", "ai.onnxruntime..")
                                    .and(not(resideInAnyPackage("..engine.session.."))));

    /** Its jars may be missing, so whatever links to them must be reached through the bring-up. */
    @ArchTest
    static final ArchRule onlyItsOwnPackagesLinkToTensorRt =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..engine.tensorrt..")
                    .and()
                    .resideInAPackage("io.rangefinder.engine..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl.tensorrt..", "org.bytedeco..");

    @ArchTest
    static final ArchRule laddersKnowNobody =
            noClasses()
                    .that()
                    .resideInAPackage("..engine.ladder")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("io.rangefinder..")
                                    .and(not(resideInAnyPackage("..engine.ladder"))));
}
