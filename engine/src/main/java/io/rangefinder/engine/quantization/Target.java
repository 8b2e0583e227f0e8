package io.rangefinder.engine.quantization;

/** Whose kernels the Q/DQ are placed for. */
public enum Target {

    /**
     * TensorRT from 8.4 on: int8, symmetric, zero point 0; weights as float constants behind Q and
     * DQ with a scale per output channel; bias in float.
     */
    TENSORRT,

    /**
     * ONNX Runtime's CPU kernels: uint8 activations, int8 weights behind DQ, int32 bias, and
     * operators between convolutions kept in integers.
     */
    CPU
}
