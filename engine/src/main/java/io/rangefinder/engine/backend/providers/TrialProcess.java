package io.rangefinder.engine.backend.providers;

import ai.onnxruntime.OrtEnvironment;
import io.rangefinder.engine.child.Child;
import io.rangefinder.engine.child.ChildClassPath;
import io.rangefinder.engine.child.ChildFolder;
import io.rangefinder.engine.child.JavaProgram;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Starts a {@link Trial} and judges its end. Takes as long as TensorRT needs to start: seconds. */
final class TrialProcess {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** Many times the result. */
    private static final long MOST_BYTES = 1 << 20;

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
        try (ChildFolder folder = ChildFolder.create("rangefinder-trial")) {
            return run(program(classPath.get(), folder, provider, device, libraries), folder);
        }
    }

    private static JavaProgram program(
            String classPath,
            ChildFolder folder,
            Provider provider,
            int device,
            List<Path> libraries)
            throws IOException {
        Path model = folder.file("trial.onnx");
        Files.write(model, TrialModel.bytes());
        String shape =
                Arrays.stream(TrialModel.SHAPE)
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(","));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                provider.name(),
                                Integer.toString(device),
                                model.toString(),
                                folder.path().toString(),
                                shape));
        libraries.forEach(l -> arguments.add(l.toAbsolutePath().toString()));
        return new JavaProgram(classPath, Trial.class.getName(), List.of("-Xmx512m"), arguments);
    }

    private static Trial.Outcome run(JavaProgram program, ChildFolder folder) throws IOException {
        Path told = folder.file(Trial.FILE);
        Child.Result result;
        try {
            result =
                    Child.run(
                            program.command(folder.path()),
                            System.getenv(),
                            folder.path(),
                            "",
                            told,
                            MOST_BYTES,
                            Child.TimeLimit.ofWall(LIMIT));
        } catch (InterruptedIOException e) {
            return new Trial.Outcome(false, "it was interrupted");
        }
        if (result.end() == Child.End.TIME_LIMIT || result.end() == Child.End.SIZE_LIMIT) {
            return new Trial.Outcome(
                    false, "it did not end within " + LIMIT.toMinutes() + " minutes");
        }
        List<String> lines = new ArrayList<>();
        if (Files.exists(told)) {
            lines.addAll(Files.readAllLines(told));
        }
        lines.addAll(result.printed().lines().toList());
        return judge(result.status(), lines, TrialModel.expected());
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
}
