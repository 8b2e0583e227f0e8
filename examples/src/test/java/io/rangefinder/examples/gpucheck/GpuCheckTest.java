package io.rangefinder.examples.gpucheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rangefinder.engine.backend.providers.OnnxRuntimeGpu;
import io.rangefinder.engine.backend.providers.Provider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole check where there is no GPU: the CPU's contestants run, the others say why not. */
class GpuCheckTest {

    private static final List<String> ON_THE_CPU =
            List.of("PyTorch, float, CPU", "INT8, simulate, CPU", "INT8, ONNX Runtime, CPU");

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        CommandLine command =
                GpuCheck.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true));
        return command.execute(words);
    }

    @Test
    void withoutAGpuTheReportIsWholeAndTheStatusIs1() throws Exception {
        OnnxRuntimeGpu here = OnnxRuntimeGpu.here();
        assumeTrue(here.ladder(Provider.CUDA, 0).firstFailure().isPresent(), "a GPU is here");
        Path report = folder.resolve("report.md");
        int status =
                run(
                        "--work",
                        folder.resolve("work").toString(),
                        "--output",
                        report.toString(),
                        "--images",
                        "320",
                        "--runs",
                        "12",
                        "--seconds",
                        "0.1");
        assertEquals("", err.toString());
        assertEquals(1, status, out::toString);
        String text = Files.readString(report);
        assertFalse(text.contains("The process ended"), text);
        for (String name : ON_THE_CPU) {
            for (int batch : List.of(1, 8, 32)) {
                Matcher row =
                        Pattern.compile(
                                        Pattern.quote("| " + name + " | " + batch)
                                                + " \\| ([\\d.]+) \\| ([\\d.]+) \\| (\\d+) \\|"
                                                + " (\\d+) \\|")
                                .matcher(text);
                assertTrue(row.find(), () -> name + " at " + batch + " is not in\n" + text);
                double median = Double.parseDouble(row.group(1));
                assertTrue(median <= Double.parseDouble(row.group(2)), row.group());
                assertTrue(Double.parseDouble(row.group(3)) >= 0, row.group());
                int passes = Integer.parseInt(row.group(4));
                assertTrue(passes >= 10 && passes <= 12, row.group());
            }
        }
        for (Provider provider : Provider.values()) {
            String why = here.ladder(provider, 0).problem().orElseThrow();
            String row = "| INT8, ONNX Runtime's provider " + provider.id() + " | " + why + " |";
            assertTrue(text.contains(row), () -> row + " is not in\n" + text);
        }
        assertTrue(text.contains("| PyTorch, float, GPU | DJL's PyTorch finds no GPU"), text);
        for (String name : List.of("explicit (Q/DQ), FP16", "implicit (ranges)", "FP32, DJL's")) {
            assertTrue(notRun(text).contains(name), () -> name + " is not in\n" + text);
        }
        assertTrue(text.contains("| PyTorch, float, CPU | 9"), "top-1 above 90 %: " + text);
        assertTrue(text.contains("| the same |"), "float is the same as float: " + text);
    }

    private static String notRun(String text) {
        return text.substring(text.indexOf("## Not run"), text.indexOf("## Layers"));
    }

    @Test
    void impossibleNumbersAreWrongUsage() {
        assertEquals(2, run("--images", "0"));
        assertTrue(err.toString().contains("at least 1"), err.toString());
    }

    @Test
    void missingModelsAreOneLineAndStatus1() {
        assertEquals(1, run("--examples", folder.resolve("none").toString()));
        assertEquals(1, err.toString().lines().count(), err.toString());
    }
}
