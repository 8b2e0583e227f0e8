package io.rangefinder.engine.tensorrt.plan.nvinfer;

import java.util.List;
import org.bytedeco.tensorrt.nvinfer.ILogger;

/** Hands TensorRT's log on, from whatever thread TensorRT calls. */
final class Slf4jLogger extends ILogger {

    private final LogLines lines = new LogLines();

    @Override
    public void log(Severity severity, String message) {
        // javacpp makes a new enum with nothing but the value set: its ordinal is always 0.
        lines.add(severity.value, message == null ? "" : message.strip());
    }

    /** The last errors since the last call, or warnings if there was none, the latest last. */
    List<String> takeErrors() {
        return lines.takeErrors();
    }
}
