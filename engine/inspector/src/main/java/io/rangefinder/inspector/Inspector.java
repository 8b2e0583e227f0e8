package io.rangefinder.inspector;

import io.rangefinder.inspector.protocol.InspectionRequest;
import io.rangefinder.inspector.protocol.RecordType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The child's program: reads a {@link InspectionRequest}, asks TensorRT, writes a report, and never
 * returns. Run it with {@code TRT_INTERNAL_OPTIONS=--cpu_only=1} in the environment and {@code
 * -Dorg.bytedeco.javacpp.loadlibraries=false}.
 */
public final class Inspector {

    /** In the order that they need each other; bytedeco's own loader would want CUDA, too. */
    private static final List<String> LIBRARIES =
            List.of(
                    "libnvinfer.so.10",
                    "libnvinfer_plugin.so.10",
                    "libnvonnxparser.so.10",
                    "libjnijavacpp.so",
                    "libjninvinfer.so",
                    "libjninvinfer_plugin.so",
                    "libjninvonnxparser.so");

    private static final int FAILED = 1;

    private Inspector() {}

    /**
     * Runs.
     *
     * @param arguments none; the request comes on standard input
     */
    public static void main(String[] arguments) {
        try {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            InspectionRequest request = InspectionRequest.read(in);
            endWith(in, request.seconds());
            ReportFile report = new ReportFile(request.report(), request.mostBytes());
            run(request, report);
        } catch (IOException e) {
            halt(e);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void run(InspectionRequest request, ReportFile report) throws IOException {
        try {
            loadLibraries(request.libraries());
            new Inspection(request, report).run();
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
            report.add(RecordType.FAILED, e.toString());
        }
        report.flush();
    }

    private static void loadLibraries(Path folder) {
        for (String library : LIBRARIES) {
            System.load(folder.resolve(library).toString());
        }
    }

    /** Ends this process with its parent, whose end closes the stream, and after its time. */
    private static void endWith(BufferedReader parent, long seconds) {
        start(
                () -> {
                    try {
                        while (parent.read() >= 0) {
                            continue;
                        }
                    } catch (IOException e) {
                        halt(e);
                    }
                    Runtime.getRuntime().halt(FAILED);
                });
        start(
                () -> {
                    try {
                        TimeUnit.SECONDS.sleep(seconds);
                    } catch (InterruptedException e) {
                        halt(e);
                    }
                    Runtime.getRuntime().halt(FAILED);
                });
    }

    private static void start(Runnable watch) {
        Thread thread = new Thread(watch, "end");
        thread.setDaemon(true);
        thread.start();
    }

    /** The last resort where no report can be written: the parent shows what stands here. */
    static void halt(Exception e) {
        System.err.println(e);
        Runtime.getRuntime().halt(FAILED);
    }
}
