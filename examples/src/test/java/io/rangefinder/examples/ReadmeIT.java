package io.rangefinder.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.examples.demo.MainJob;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The main job runs, and then each command of the READMEs as it stands there. */
class ReadmeIT {

    @Test
    void theMainJobAndTheCommandsOfTheReadmesRun() throws Exception {
        Path root = Path.of("..").toAbsolutePath().normalize();
        StringWriter table = new StringWriter();
        new MainJob(
                        root.resolve("examples"),
                        root.resolve("examples/target/demo"),
                        new PrintWriter(table))
                .run();
        for (String line : List.of("fp32 top-1 0.9249", "agreement 0.99", "sqnr-db 33.")) {
            assertTrue(table.toString().contains(line), table::toString);
        }
        List<String> commands = new ArrayList<>();
        for (String readme : ReadmeTest.READMES) {
            Files.readAllLines(root.resolve(readme)).stream()
                    .filter(l -> l.startsWith("java -jar "))
                    // Wants the library of profile inspect; .ci/run runs it.
                    .filter(l -> !l.contains("rangefinder.jar inspect "))
                    .forEach(commands::add);
        }
        assertEquals(8, commands.size());
        for (String command : commands) {
            List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
            words.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
            Path log = root.resolve("examples/target/demo/readme.log");
            Process process =
                    new ProcessBuilder(words)
                            .directory(root.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            assertEquals(0, process.waitFor(), command + "\n" + Files.readString(log));
        }
        try (var files = Files.list(root.resolve("examples/target/demo"))) {
            assertTrue(
                    files.map(f -> f.getFileName().toString())
                            .toList()
                            .containsAll(
                                    List.of(
                                            "resnet.ranges",
                                            "cli.ranges",
                                            "cli.cache",
                                            "resnet.onnx",
                                            "resnet.int8.onnx",
                                            "resnet.batch8.onnx")));
        }
    }
}
