package io.rangefinder.inspector;

import io.rangefinder.inspector.protocol.RecordType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.tensorrt.nvinfer.ILogger;

/**
 * Hands TensorRT's log on, and ends the JVM when the graph is optimized: next TensorRT would time
 * kernels, and crash for want of a device.
 */
final class TensorRtLog extends ILogger {

    static final String VERBOSE = "4";
    private static final String LAST_WORDS = "Graph optimization time";

    /** A tensor that TensorRT calls otherwise than the ONNX does, such as an output. */
    private static final Pattern TENSOR =
            Pattern.compile("Registering tensor: (.*) for ONNX tensor: (.*)", Pattern.DOTALL);

    private final ReportFile report;
    private final Map<String, String> onnxNames = new HashMap<>();

    TensorRtLog(ReportFile report) {
        this.report = report;
    }

    @Override
    public void log(Severity severity, String message) {
        try {
            report.add(RecordType.LOG, Integer.toString(severity.value), message);
            Matcher tensor = TENSOR.matcher(message);
            if (tensor.matches()) {
                synchronized (onnxNames) {
                    onnxNames.put(tensor.group(1), tensor.group(2));
                }
            }
            if (message.startsWith(LAST_WORDS)) {
                report.add(RecordType.OPTIMIZED);
                Runtime.getRuntime().halt(0);
            }
        } catch (IOException e) {
            // Nowhere is left to report to; an exception through native code would be worse.
            Inspector.halt(e);
        }
    }

    String onnxName(String tensor) {
        synchronized (onnxNames) {
            return onnxNames.getOrDefault(tensor, tensor);
        }
    }
}
