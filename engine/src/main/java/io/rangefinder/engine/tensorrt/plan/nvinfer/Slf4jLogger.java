package io.rangefinder.engine.tensorrt.plan.nvinfer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bytedeco.tensorrt.nvinfer.ILogger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TensorRT's log in SLF4J, under the name {@code io.rangefinder.tensorrt}: its errors are errors,
 * its warnings warnings, its info debug (it has much to tell) and its verbose trace. Keeps the last
 * errors for exceptions. TensorRT calls it from threads of its own.
 */
final class Slf4jLogger extends ILogger {

    private static final Logger logger = LoggerFactory.getLogger("io.rangefinder.tensorrt");

    private static final int KEPT = 5;

    /** A Deque, guarded by itself; a field of another type would be one of native memory's. */
    private final Deque<String> errors = new ArrayDeque<>();

    @Override
    public void log(Severity severity, String message) {
        try {
            write(severity, message == null ? "" : message.strip());
        } catch (RuntimeException e) {
            // Native code is above: an exception must not get there, and a log has nobody to tell.
            remember("the log failed: " + e);
        }
    }

    private void write(Severity severity, String message) {
        switch (severity) {
            case kINTERNAL_ERROR, kERROR -> {
                remember(message);
                logger.error("{}", message);
            }
            case kWARNING -> logger.warn("{}", message);
            case kINFO -> logger.debug("{}", message);
            case kVERBOSE -> logger.trace("{}", message);
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
