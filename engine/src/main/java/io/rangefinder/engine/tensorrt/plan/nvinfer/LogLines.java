package io.rangefinder.engine.tensorrt.plan.nvinfer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TensorRT's log in SLF4J, under the name {@code io.rangefinder.tensorrt}: its errors are errors,
 * its warnings warnings, its info debug (it has much to tell) and its verbose trace. Keeps the last
 * errors for exceptions, and the last warnings: that CUDA does not start is but a warning to it.
 * Safe from any thread.
 */
final class LogLines {

    private static final Logger logger = LoggerFactory.getLogger("io.rangefinder.tensorrt");

    private static final int KEPT = 5;

    // Guarded by this.
    private final Deque<String> errors = new ArrayDeque<>();
    private final Deque<String> warnings = new ArrayDeque<>();

    /**
     * Adds a message.
     *
     * @param severity the number of NvInferRuntimeBase.h's {@code ILogger::Severity}
     */
    void add(int severity, String message) {
        try {
            write(severity, message);
        } catch (RuntimeException e) {
            // Native code is above: an exception must not get there, and a log has nobody to tell.
            remember(errors, "the log failed: " + e);
        }
    }

    private void write(int severity, String message) {
        switch (severity) {
            case 2 -> {
                remember(warnings, message);
                logger.warn("{}", message);
            }
            case 3 -> logger.debug("{}", message);
            case 4 -> logger.trace("{}", message);
            default -> {
                // 0, an internal error, and 1, an error.
                remember(errors, message);
                logger.error("{}", message);
            }
        }
    }

    private synchronized void remember(Deque<String> last, String message) {
        last.addLast(message);
        while (last.size() > KEPT) {
            last.removeFirst();
        }
    }

    /** The last errors since the last call, or warnings if there was none, the latest last. */
    synchronized List<String> takeErrors() {
        List<String> taken = List.copyOf(errors.isEmpty() ? warnings : errors);
        errors.clear();
        warnings.clear();
        return taken;
    }
}
