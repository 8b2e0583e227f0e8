package io.rangefinder.engine.export.graph;

/** A constant of the model can't be computed; the cause says why. */
public final class ConstantException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConstantException(String message) {
        super(message);
    }

    ConstantException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
