package io.rangefinder.engine.tensorrt.plan;

import ai.djl.engine.EngineException;

/** TensorRT builds no plan of a model; the message says why, where and what to do. */
public class PlanBuildException extends EngineException {

    private static final long serialVersionUID = 1;

    /**
     * Tells why.
     *
     * @param message which model, what, where, and what to do
     */
    public PlanBuildException(String message) {
        super(message);
    }

    /**
     * Tells why.
     *
     * @param message which model, what, where, and what to do
     * @param cause what TensorRT said
     */
    public PlanBuildException(String message, Throwable cause) {
        super(message, cause);
    }
}
