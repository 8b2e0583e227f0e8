package io.rangefinder.engine.tensorrt.plan.network;

import java.util.List;

/** A call into TensorRT failed, which it tells by null or false and lines in its log. */
public class NativeFailureException extends Exception {

    private static final long serialVersionUID = 1;

    /**
     * Tells what failed, with what TensorRT said last.
     *
     * @param what what failed, and what to do where that is known
     * @param log TensorRT's last errors, the latest last; may be empty
     */
    public NativeFailureException(String what, List<String> log) {
        super(log.isEmpty() ? what : what + ": " + String.join("; ", log));
    }
}
