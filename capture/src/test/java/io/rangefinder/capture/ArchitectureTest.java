package io.rangefinder.capture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.rangefinder.architecture.PackageOrder;
import java.io.ObjectInputStream;
import java.io.PrintStream;

/** What holds for the module as a whole, whoever adds to it. */
@AnalyzeClasses(
        packages = "io.rangefinder.capture",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** What a cluster or a reader of files has need of. */
    private static final String[] STATISTICS = {
        "io.rangefinder.capture.observers..",
        "io.rangefinder.capture.statistics..",
        "io.rangefinder.capture.calibration..",
        "io.rangefinder.capture.ranges..",
        "io.rangefinder.capture.io..",
        "io.rangefinder.capture.files.."
    };

    @ArchTest
    static final ArchRule nothingKnowsWhatStandsAbove = PackageOrder.nothingKnowsWhatStandsAbove();

    @ArchTest static final ArchRule packagesHaveNoCycles = PackageOrder.noCyclesAt(4);

    @ArchTest static final ArchRule packagesInPackagesHaveNoCycles = PackageOrder.noCyclesAt(5);

    @ArchTest static final ArchRule packagesInTheseHaveNoCycles = PackageOrder.noCyclesAt(6);

    /** TorchScript is one kind of model; what is above goes for any. */
    @ArchTest
    static final ArchRule engineAndSourcesKnowNoKindOfModel =
            noClasses()
                    .that()
                    .resideInAnyPackage("io.rangefinder.capture", "io.rangefinder.capture.source..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.rangefinder.capture.pytorch..",
                            "io.rangefinder.capture.hooks..",
                            "io.rangefinder.capture.archive..",
                            "io.rangefinder.capture.torchscript..",
                            "io.rangefinder.capture.types..");

    @ArchTest
    static final ArchRule readersOfArchivesKnowNothingOfHooks =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.rangefinder.capture.torchscript..",
                            "io.rangefinder.capture.archive..",
                            "io.rangefinder.capture.types..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.rangefinder.capture.hooks..",
                            "io.rangefinder.capture.statistics..",
                            "io.rangefinder.capture.ranges..");

    @ArchTest
    static final ArchRule filesDependOnNothingElseOfRangefinder =
            noClasses()
                    .that()
                    .resideInAPackage("io.rangefinder.capture.files..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.rangefinder..")
                                    .and(not(resideInAPackage("io.rangefinder.capture.files.."))));

    @ArchTest
    static final ArchRule rangesDependOnFilesOnly =
            noClasses()
                    .that()
                    .resideInAPackage("io.rangefinder.capture.ranges..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.rangefinder..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "io.rangefinder.capture.ranges..",
                                                            "io.rangefinder.capture.files.."))));

    @ArchTest
    static final ArchRule observersDependOnNothingElseOfRangefinder =
            noClasses()
                    .that()
                    .resideInAPackage("io.rangefinder.capture.observers..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.rangefinder..")
                                    .and(
                                            not(
                                                    resideInAPackage(
                                                            "io.rangefinder.capture.observers.."))));

    /** What reads and merges statistics needs no model, nor what runs one. */
    @ArchTest
    static final ArchRule statisticsNeedNoModel =
            noClasses()
                    .that()
                    .resideInAnyPackage(STATISTICS)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("io.rangefinder..", "ai.djl.pytorch..")
                                    .and(not(resideInAnyPackage(STATISTICS))));

    @ArchTest
    static final ArchRule namesSayWhatAClassIs =
            noClasses()
                    .should()
                    .haveSimpleNameEndingWith("Utils")
                    .orShould()
                    .haveSimpleNameEndingWith("Util")
                    .orShould()
                    .haveSimpleNameEndingWith("Helper")
                    .orShould()
                    .haveSimpleNameEndingWith("Manager");

    @ArchTest
    static final ArchRule nothingPrints =
            noClasses()
                    .should(ACCESS_STANDARD_STREAMS)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(PrintStream.class);

    @ArchTest
    static final ArchRule nothingIsDeserialized =
            noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class);
}
