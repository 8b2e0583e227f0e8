package io.rangefinder.engine.backend.providers;

import ai.onnxruntime.OrtEnvironment;
import io.rangefinder.engine.child.ChildClassPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts a {@link Trial} and judges its end. Takes as long as TensorRT needs to start: seconds. */
final class TrialProcess {

    private static final int MINUTES = 5;

    /** Of the largest number that the model gives: what rounding to float16 may add, and more. */
    private static final double TOLERANCE = 0.02;

    private TrialProcess() {}

    static Trial.Outcome run(Provider provider, int device, List<Path> libraries)
            throws IOException {
        Optional<String> classPath = ChildClassPath.of(List.of(Trial.class, OrtEnvironment.class));
        if (classPath.isEmpty()) {
            return new Trial.Outcome(
                    false,
                    "the classes for it lie in a jar within a jar, which java can't be started"
                            + " with; start the application from its unpacked jar");
        }
        Path folder = Files.createTempDirectory("rangefinder-trial");
        try {
            return run(command(classPath.get(), folder, provider, device, libraries), folder);
        } finally {
            delete(folder);
        }
    }

    private static List<String> command(
            String classPath, Path folder, Provider provider, int device, List<Path> libraries)
            throws IOException {
        Path model = folder.resolve("trial.onnx");
        Files.write(model, TrialModel.bytes());
        String shape =
                Arrays.stream(TrialModel.SHAPE)
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(","));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:-CreateCoredumpOnCrash",
                                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                                "-Djava.io.tmpdir=" + folder,
                                "-cp",
                                classPath,
                                Trial.class.getName(),
                                provider.name(),
                                Integer.toString(device),
                                model.toString(),
                                folder.toString(),
                                shape));
        libraries.forEach(l -> command.add(l.toAbsolutePath().toString()));
        return command;
    }

    private static Trial.Outcome run(List<String> command, Path folder) throws IOException {
        Path log = folder.resolve("log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                return new Trial.Outcome(false, "it did not end within " + MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Trial.Outcome(false, "it was interrupted");
        } finally {
            process.destroyForcibly();
        }
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return judge(process.exitValue(), lines.toList(), TrialModel.expected());
        }
    }

    /** What an exit status and what was printed mean. */
    static Trial.Outcome judge(int status, List<String> lines, float[] expected) {
        Optional<String> problem = text(lines, Trial.PROBLEM);
        if (problem.isPresent()) {
            return new Trial.Outcome(false, problem.get());
        }
        Optional<String> result = text(lines, Trial.RESULT);
        if (status != 0 || result.isEmpty()) {
            String last =
                    lines.stream()
                            .filter(l -> l.contains("Error") || l.contains("SIG"))
                            .map(l -> l.replaceFirst("^[# ]+", ""))
                            .findFirst()
                            .orElse("without a word");
            return new Trial.Outcome(
                    false, "native code ended its process with status " + status + ": " + last);
        }
        double difference = difference(result.get(), expected);
        return difference <= TOLERANCE
                ? new Trial.Outcome(true, "a small INT8 model gives the CPU's numbers")
                : new Trial.Outcome(
                        false,
                        String.format(
                                Locale.ROOT,
                                "its numbers are %.1f %% off the CPU's",
                                100 * difference));
    }

    private static Optional<String> text(List<String> lines, String mark) {
        return lines.stream()
                .filter(l -> l.startsWith(mark))
                .map(l -> l.substring(mark.length()))
                .findFirst();
    }

    /** The largest difference as a share of the largest number; infinite if lengths differ. */
    private static double difference(String result, float[] expected) {
        String[] given = result.replaceAll("[\\[\\] ]", "").split(",");
        double largest = 0;
        double difference = given.length == expected.length ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < Math.min(given.length, expected.length); i++) {
            float value = Float.parseFloat(given[i]);
            largest = Math.max(largest, Math.abs(expected[i]));
            // NaN is no number to be near to.
            difference =
                    Float.isNaN(value)
                            ? Double.POSITIVE_INFINITY
                            : Math.max(difference, Math.abs(value - expected[i]));
        }
        return difference / largest;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
