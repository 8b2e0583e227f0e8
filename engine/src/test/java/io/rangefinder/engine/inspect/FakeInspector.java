package io.rangefinder.engine.inspect;

import io.rangefinder.inspector.protocol.InspectionRequest;
import io.rangefinder.inspector.protocol.RecordLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Stands in for the child's program, without TensorRT: does what the model's file name says. Run by
 * {@link ChildTest} and {@link RecordedLogsTest} in a JVM of its own.
 */
final class FakeInspector {

    private FakeInspector() {}

    public static void main(String[] arguments) throws Exception {
        String name = System.getenv("TRT_INTERNAL_OPTIONS") + " in " + System.getenv();
        if (!name.startsWith("--cpu_only=1") || System.getenv("RANGEFINDER_SECRET") != null) {
            throw new IllegalStateException(name);
        }
        InspectionRequest request =
                InspectionRequest.read(
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        String model = request.model().getFileName().toString().replace(".onnx", "");
        Path report = request.report();
        switch (model) {
            case "hangs" -> {
                Files.writeString(report, start("accepted"));
                new ProcessBuilder("sleep", "300").start();
                TimeUnit.MINUTES.sleep(5);
            }
            case "aborts" -> {
                Files.writeString(report, start("accepted", "layer\tconv\tkCONVOLUTION\tkFLOAT"));
                Files.writeString(
                        report, "log\t4\tAfter half a li", java.nio.file.StandardOpenOption.APPEND);
                System.out.println("terminate called after throwing an instance of 'oops'");
                String pid = Long.toString(ProcessHandle.current().pid());
                new ProcessBuilder("kill", "-ABRT", pid).start().waitFor();
                TimeUnit.MINUTES.sleep(5);
            }
            case "writes without end" -> writeWithoutEnd(report);
            case "prints without end" -> printWithoutEnd();
            case "writes nonsense" -> Files.writeString(report, "hello\nworld\n");
            case "writes a long line" ->
                    Files.writeString(report, start("log\t4\t" + "x".repeat(1 << 21)));
            case "rejects" ->
                    Files.writeString(
                            report,
                            start(
                                    RecordLine.of(
                                            List.of(
                                                    "error",
                                                    "a\tb\nrejected\n\u001b[31m\\",
                                                    "Conv\r",
                                                    "no\u2028line")),
                                    "rejected"));
            default -> Files.copy(request.model().resolveSibling(model + ".report"), report);
        }
    }

    private static String start(String... records) {
        return InspectionRequest.VERSION + "\n" + String.join("\n", records) + "\n";
    }

    private static void writeWithoutEnd(Path report) throws IOException {
        try (var out = Files.newBufferedWriter(report)) {
            out.write(start("accepted"));
            while (true) {
                out.write("log\t4\tsomething again and again\n");
            }
        }
    }

    private static void printWithoutEnd() {
        while (true) {
            System.out.println("something again and again");
        }
    }
}
