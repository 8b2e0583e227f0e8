package io.rangefinder.engine.check;

import java.util.Locale;

/** How bad a finding is. */
public enum Severity {
    /** TensorRT refuses the model, computes something else, or leaves out INT8 that was asked. */
    ERROR,

    /** TensorRT takes the model, but it may be slower or less exact than it could be. */
    WARNING;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
