package io.rangefinder.engine.onnxruntime;

/** How ONNX Runtime runs a model. */
public enum Execution {

    /** As fast as it can: Q/DQ around an operator become one integer kernel. */
    INTEGER,

    /**
     * As TensorRT computes: Q/DQ run in float, so that sums are exact where integer kernels may
     * saturate. All other optimizations stay on.
     */
    SIMULATED,

    /** Each node as it stands in the file, so that every tensor's value can be seen. */
    UNOPTIMIZED
}
