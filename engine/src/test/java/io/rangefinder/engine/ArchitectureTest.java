package io.rangefinder.engine;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

@AnalyzeClasses(packages = "io.rangefinder", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] BACKENDS = {
        "io.rangefinder.engine.backend.onnxruntime..",
        "io.rangefinder.engine.backend.providers..",
        "io.rangefinder.engine.backend.tensorrt.."
    };

    @ArchTest
    static final ArchRule noPackageCycles =
            slices().matching("io.rangefinder.engine.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noCyclesWithinTensorRt =
            slices().matching("io.rangefinder.engine.tensorrt.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noCyclesBetweenBackends =
            slices().matching("io.rangefinder.engine.backend.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesDoNotKnowWhatStandsAbove =
            classes()
                    .that()
                    .resideInAPackage("io.rangefinder.engine..")
                    .should(
                            new ArchCondition<>("not depend on packages above their own") {
                                @Override
                                public void check(JavaClass type, ConditionEvents events) {
                                    for (Dependency d : type.getDirectDependenciesFromSelf()) {
                                        String above = d.getTargetClass().getPackageName() + ".";
                                        if (above.startsWith("io.rangefinder.")
                                                && type.getPackageName().startsWith(above)) {
                                            events.add(
                                                    SimpleConditionEvent.violated(
                                                            d, d.getDescription()));
                                        }
                                    }
                                }
                            });

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
                    .whereLayer("graph")
                    .mayOnlyBeAccessedByLayers("operators", "interpret", "export")
                    .whereLayer("operators")
                    .mayOnlyBeAccessedByLayers("interpret")
                    .whereLayer("interpret")
                    .mayOnlyBeAccessedByLayers("export")
                    .whereLayer("export")
                    .mayNotBeAccessedByAnyLayer();

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
                    .resideInAnyPackage("..engine.onnxruntime..", "ai.onnxruntime..");

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
