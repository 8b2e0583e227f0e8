package io.rangefinder.engine.inspect;

import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.engine.child.Child;
import io.rangefinder.engine.child.ChildFolder;
import io.rangefinder.engine.child.JavaProgram;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.inspector.protocol.InspectionRequest;
import io.rangefinder.inspector.protocol.RecordType;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Starts the child JVM and tells how it ended. Immutable, hence safe from any thread.
 *
 * @param classPath what the child runs with, and nothing of ours
 * @param program its main class
 * @param libraries the folder of native libraries
 * @param mostBytes the most that a report may hold
 */
record InspectorProcess(List<Path> classPath, String program, Path libraries, long mostBytes) {

    private static final String PROGRAM = "io.rangefinder.inspector.Inspector";

    /** A hundred times the log of a network of 4,000 layers. */
    private static final long MOST_BYTES = 128L << 20;

    /** The child ends itself some time after it should have been ended. */
    private static final long GRACE_SECONDS = 10;

    /** TensorRT folds some constants by building and running an engine for them. */
    private static final String NEEDS_DEVICE = "wtsEngineUtils";

    /** What its temporary folders begin with, so that one can tell whose they are. */
    static final String FOLDERS = "rangefinder-inspect";

    private static final int SHOWN_CHARACTERS = 300;

    InspectorProcess {
        classPath = List.copyOf(classPath);
    }

    /**
     * What a child told.
     *
     * @param outcome how far it came
     * @param reason why not further
     * @param report what it wrote
     */
    record Answer(Outcome outcome, String reason, ReportReader report) {}

    static InspectorProcess of(TensorRtJars jars, Path libraries)
            throws InspectorUnavailableException {
        List<Path> classPath = new ArrayList<>();
        classPath.add(inspectorClasses());
        classPath.addAll(jars.classes());
        return new InspectorProcess(classPath, PROGRAM, libraries, MOST_BYTES);
    }

    /** The jar, or the folder of classes, of the child's program. */
    static Path inspectorClasses() throws InspectorUnavailableException {
        CodeSource source = InspectionRequest.class.getProtectionDomain().getCodeSource();
        try {
            if (source != null) {
                return Path.of(source.getLocation().toURI());
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new InspectorUnavailableException(
                    source.getLocation()
                            + " is not a file that a child JVM could run from; put"
                            + " rangefinder-inspector's own jar on the class path",
                    e);
        }
        throw new InspectorUnavailableException(
                "rangefinder-inspector does not come from a jar; put its own jar on the class"
                        + " path");
    }

    /** What is set before the graph is optimized. */
    enum Scheme {
        /** INT8, by the model's Q/DQ or the ranges that are given. */
        INT8,
        /** INT8 with one and the same range on every tensor. */
        EVENLY,
        /** Nothing. */
        FLOAT
    }

    /**
     * The number of layers that a model without Q/DQ is optimized to in implicit mode; in float
     * where that wants a device.
     */
    OptionalInt countFloatLayers(OnnxModel model, InspectionOptions options) throws IOException {
        InspectionOptions plain =
                InspectionOptions.builder()
                        .optBatchSize(options.batchSize())
                        .optTimeout(options.timeout())
                        .build();
        try (ChildFolder folder = ChildFolder.create(FOLDERS)) {
            Path file = folder.file("float.onnx");
            model.write(file);
            Answer answer = ask(file, plain, Scheme.EVENLY);
            if (answer.outcome() == Outcome.NOT_OPTIMIZED) {
                answer = ask(file, plain, Scheme.FLOAT);
            }
            return answer.outcome() == Outcome.OPTIMIZED
                    ? answer.report().log().layersLeft()
                    : OptionalInt.empty();
        }
    }

    /** Asks of a model that is no file yet. */
    Answer ask(OnnxModel model, InspectionOptions options, Scheme scheme) throws IOException {
        try (ChildFolder folder = ChildFolder.create(FOLDERS)) {
            Path file = folder.file("model.onnx");
            model.write(file);
            return ask(file, options, scheme);
        }
    }

    Answer ask(Path onnx, InspectionOptions options, Scheme scheme) throws IOException {
        try (ChildFolder folder = ChildFolder.create(FOLDERS)) {
            Path file = folder.file("report");
            InspectionRequest request =
                    new InspectionRequest(
                            libraries,
                            onnx.toAbsolutePath(),
                            file,
                            scheme != Scheme.FLOAT,
                            scheme == Scheme.EVENLY,
                            options.batchSize(),
                            options.timeout().toSeconds() + GRACE_SECONDS,
                            mostBytes,
                            ranges(options));
            Child.Result result =
                    Child.run(
                            command(folder.path()),
                            environment(folder.path()),
                            folder.path(),
                            request.toText(),
                            file,
                            // The child stops by itself a little sooner.
                            mostBytes + (mostBytes >> 1),
                            Child.TimeLimit.ofWall(options.timeout()));
            return answer(result, file, options);
        }
    }

    private static Map<String, Float> ranges(InspectionOptions options) {
        Map<String, Float> ranges = new LinkedHashMap<>();
        options.ranges()
                .ifPresent(
                        r -> {
                            for (Map.Entry<String, DynamicRange> e : r.asMap().entrySet()) {
                                ranges.put(e.getKey(), (float) e.getValue().amax());
                            }
                        });
        return ranges;
    }

    private List<String> command(Path folder) {
        String separated =
                classPath.stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator));
        return new JavaProgram(
                        separated,
                        program,
                        List.of(
                                "-Xmx1g",
                                "-Dfile.encoding=UTF-8",
                                "-Dorg.bytedeco.javacpp.cachedir=" + folder,
                                "-Dorg.bytedeco.javacpp.loadlibraries=false"),
                        List.of())
                .command(folder);
    }

    /** All of it: what ours holds (other Java options, preloaded libraries) must not matter. */
    private static Map<String, String> environment(Path folder) {
        return Map.of(
                "TRT_INTERNAL_OPTIONS",
                "--cpu_only=1",
                "LC_ALL",
                "C.UTF-8",
                "HOME",
                folder.toString(),
                "TMPDIR",
                folder.toString());
    }

    private Answer answer(Child.Result result, Path file, InspectionOptions options) {
        ReportReader report = new ReportReader();
        try {
            report.read(file);
        } catch (IOException e) {
            return new Answer(Outcome.CRASHED, e.getMessage() + told(result), report);
        }
        if (result.end() == Child.End.TIME_LIMIT) {
            return new Answer(
                    Outcome.TIMED_OUT,
                    "TensorRT took longer than " + options.timeout().toSeconds() + " s",
                    report);
        }
        if (result.end() == Child.End.SIZE_LIMIT || report.has(RecordType.FULL)) {
            return new Answer(
                    Outcome.TOO_LONG,
                    "TensorRT's log is longer than " + (mostBytes >> 20) + " MB",
                    report);
        }
        if (report.has(RecordType.FAILED)) {
            return new Answer(Outcome.CRASHED, report.failure(), report);
        }
        if (report.has(RecordType.REJECTED)) {
            return new Answer(Outcome.REJECTED, rejection(report), report);
        }
        if (report.has(RecordType.STOPPED)) {
            return new Answer(Outcome.NOT_OPTIMIZED, lastError(report), report);
        }
        return report.has(RecordType.OPTIMIZED)
                ? new Answer(Outcome.OPTIMIZED, "", report)
                : new Answer(
                        Outcome.CRASHED,
                        "TensorRT's process ended with status " + result.status() + told(result),
                        report);
    }

    private static String rejection(ReportReader report) {
        return report.errors().isEmpty()
                ? "TensorRT's parser does not accept the model"
                : report.errors().get(0).message();
    }

    private static String lastError(ReportReader report) {
        List<String> all = List.copyOf(report.log().warnings());
        if (!all.isEmpty() && all.get(all.size() - 1).contains(NEEDS_DEVICE)) {
            return "TensorRT computes some constants of this graph on a device, and there is none";
        }
        return all.isEmpty() ? "TensorRT's optimizer gave no reason" : all.get(all.size() - 1);
    }

    /** The line that tells of a signal, or else the last one. */
    private static String told(Child.Result result) {
        List<String> lines = result.printed().lines().filter(l -> !l.isBlank()).toList();
        if (lines.isEmpty()) {
            return "";
        }
        String line =
                lines.stream()
                        .filter(l -> l.matches("#\\s+SIG.*"))
                        .findFirst()
                        .orElse(lines.get(lines.size() - 1));
        return ": " + line.substring(0, Math.min(SHOWN_CHARACTERS, line.length()));
    }
}
