package io.rangefinder.examples.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.engine.tensorrt.plan.PlanBuildException;
import io.rangefinder.examples.Rangefinder;
import io.rangefinder.examples.cli.Failures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the verb says where no plan can be built. What it builds, the plan builder's tests show. */
class BuildCommandTest {

    private static final String MODEL =
            Path.of("models", "resnet_traced.pt").toAbsolutePath().toString();

    @TempDir private static Path folder;

    private record Outcome(int status, String err) {}

    @BeforeAll
    static void writeRanges() throws Exception {
        Provenance provenance =
                new Provenance(
                        Optional.empty(),
                        List.of(
                                new InputDescription(
                                        "input", "float32", List.of(2L, 1L, 28L, 28L))),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        RangeFiles.write(
                DynamicRanges.builder()
                        .add("input", new DynamicRange(3))
                        .optProvenance(provenance)
                        .build(),
                folder.resolve("r.ranges"));
    }

    @Test
    void machineWithoutADeviceIsToldInOneLine() {
        Outcome outcome = run("--output", folder.resolve("m.plan").toString());

        assertEquals(1, outcome.status());
        assertEquals("build: no device of number 0; run rangefinder doctor\n", outcome.err());
    }

    @Test
    void missingFolderIsToldBeforeAnythingIsDone() {
        Outcome outcome = run("--output", folder.resolve("no/m.plan").toString());

        assertEquals(1, outcome.status());
        assertTrue(outcome.err().contains("its folder does not exist"), outcome.err());
    }

    @Test
    void commandLineWorksWithoutTensorRtsClasses() {
        StringWriter out = new StringWriter();
        CommandLine all = Rangefinder.commandLine().setOut(new PrintWriter(out, true));

        assertEquals(0, all.execute("build", "--help"));
        assertTrue(out.toString().contains("--optimization-level"), out.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "--mode, both",
        "--workspace, much",
        "--dla-core, -1",
        "--optimization-level, 9",
        "--tactic-sources, magic",
        "--batch-size, 0",
        "--input-shapes, 1x2"
    })
    void wrongOptionIsWrongUsage(String option, String value) {
        Outcome outcome =
                run("--output", folder.resolve("m.plan").toString(), option + "=" + value);

        assertEquals(2, outcome.status(), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
    }

    private static Outcome run(String... more) {
        StringWriter err = new StringWriter();
        Failures failures = new Failures();
        CommandLine verb =
                new CommandLine(
                                new BuildCommand(
                                        device -> {
                                            throw new PlanBuildException(
                                                    "no device of number "
                                                            + device
                                                            + "; run rangefinder doctor");
                                        }))
                        .setExecutionExceptionHandler(failures)
                        .setParameterExceptionHandler(failures)
                        .setErr(new PrintWriter(err, true));
        String[] words = new String[3 + more.length];
        words[0] = MODEL;
        words[1] = "--ranges";
        words[2] = folder.resolve("r.ranges").toString();
        System.arraycopy(more, 0, words, 3, more.length);
        return new Outcome(verb.execute(words), err.toString());
    }
}
