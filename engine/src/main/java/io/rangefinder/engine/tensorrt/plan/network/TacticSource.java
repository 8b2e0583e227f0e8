package io.rangefinder.engine.tensorrt.plan.network;

/** The libraries beside TensorRT's own kernels that it may take tactics from. */
public enum TacticSource {
    /** cuBLAS, for matrix products. */
    CUBLAS,
    /** cuBLASLt, for matrix products. */
    CUBLAS_LT,
    /** cuDNN, for convolutions and pooling. */
    CUDNN,
    /** Convolutions that need tables of masks at their edges. */
    EDGE_MASK_CONVOLUTIONS,
    /** Convolutions compiled while building. */
    JIT_CONVOLUTIONS
}
