package io.rangefinder.engine.tensorrt.bringup;

/** The driver answered with an error. */
final class CudaException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int code;

    /**
     * Keeps the code.
     *
     * @param code the driver's answer, a {@code CUresult} of cuda.h
     */
    CudaException(int code) {
        super(CudaError.of(code).map(CudaError::toString).orElse("CUDA error " + code));
        this.code = code;
    }

    /** What to do about it. */
    String remedy() {
        return CudaError.of(code)
                .map(CudaError::remedy)
                .orElse("look the number up in cuda.h, and see that nvidia-smi works here");
    }

    boolean isNoDevice() {
        return code == CudaError.NO_DEVICE.code();
    }
}
