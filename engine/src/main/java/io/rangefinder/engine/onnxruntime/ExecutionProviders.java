package io.rangefinder.engine.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;

/** Which of ONNX Runtime's execution providers a session runs on, before the CPU's. */
@FunctionalInterface
public interface ExecutionProviders {

    /** The CPU's alone, which every session has. */
    ExecutionProviders CPU = options -> {};

    /**
     * Adds the providers, the best one first.
     *
     * @param options a new session's options
     * @throws OrtException if ONNX Runtime can't load a provider
     */
    void addTo(SessionOptions options) throws OrtException;
}
