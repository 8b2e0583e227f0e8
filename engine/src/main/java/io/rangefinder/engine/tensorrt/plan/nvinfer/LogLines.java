package io.rangefinder.engine.tensorrt.plan.nvinfer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TensorRT's log in SLF4J, under the name {@code io.rangefinder.tensorrt}: its errors are errors,
 * its warnings warnings, its info debug (it has much to tell) and its verbose trace. Keeps the last
 * errors for exceptions. Safe from any thread.
 */
final class LogLines {

    private static final Logger logger = LoggerFactory.getLogger("io.rangefinder.tensorrt");

    private static final int KEPT = 5;

    /** Guarded by itself. */
    private final Deque<String> errors = new ArrayDeque<>();

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
            remember("the log failed: " + e);
        }
    }

    private void write(int severity, String message) {
        switch (severity) {
            case 2 -> logger.warn("{}", message);
            case 3 -> logger.debug("{}", message);
            case 4 -> logger.trace("{}", message);
            default -> {
                // 0, an internal error, and 1, an error.
                remember(message);
                logger.error("{}", message);
            }
        }
    }

    private void remember(String error) {
        synchronized (errors) {
            errors.addLast(error);
            while (errors.size() > KEPT) {
                errors.removeFirst();
            }
        }
    }

    /** The last errors since the last call, the latest last. */
    List<String> takeErrors() {
        synchronized (errors) {
            List<String> taken = List.copyOf(errors);
            errors.clear();
            return taken;
        }
    }
}
