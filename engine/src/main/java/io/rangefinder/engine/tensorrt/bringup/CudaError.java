package io.rangefinder.engine.tensorrt.bringup;

import java.util.Arrays;
import java.util.Optional;

/** Errors that a driver answers with before a model runs, as numbered in cuda.h. */
enum CudaError {
    OUT_OF_MEMORY(2, "free the GPU's memory: nvidia-smi shows who holds it"),
    NOT_INITIALIZED(3, "see that nvidia-smi works here"),
    STUB_LIBRARY(
            34,
            "libcuda.so.1 is the stub of the CUDA toolkit: take its folder, stubs, off"
                    + " LD_LIBRARY_PATH"),
    DEVICE_UNAVAILABLE(
            46, "another process has the GPU for itself: see its compute mode in nvidia-smi"),
    NO_DEVICE(
            100,
            "run where nvidia-smi shows a GPU; start a container with --gpus all, and see that"
                    + " CUDA_VISIBLE_DEVICES is not empty"),
    INVALID_DEVICE(101, "choose one of the devices that nvidia-smi shows"),
    DEVICE_NOT_LICENSED(102, "give this virtual GPU a licence for compute"),
    OPERATING_SYSTEM(
            304, "let this user open /dev/nvidia*: in a container, start it with --gpus all"),
    SYSTEM_NOT_READY(802, "start nvidia-fabricmanager, which GPUs joined by NVSwitch wait for"),
    SYSTEM_DRIVER_MISMATCH(
            803,
            "libcuda.so.1 and the kernel's driver are of different versions: restart the machine"
                    + " after an update, or mount the host's libcuda into the container"),
    COMPAT_NOT_SUPPORTED_ON_DEVICE(
            804, "take CUDA's compat folder off LD_LIBRARY_PATH: only data centre GPUs may use it"),
    MPS_CONNECTION_FAILED(805, "start nvidia-cuda-mps-control, or unset CUDA_MPS_PIPE_DIRECTORY"),
    UNKNOWN(999, "see that nvidia-smi works here; load the kernel module nvidia_uvm");

    private final int code;
    private final String remedy;

    CudaError(int code, String remedy) {
        this.code = code;
        this.remedy = remedy;
    }

    static Optional<CudaError> of(int code) {
        return Arrays.stream(values()).filter(error -> error.code == code).findFirst();
    }

    int code() {
        return code;
    }

    String remedy() {
        return remedy;
    }

    /** The name and number as in cuda.h. */
    @Override
    public String toString() {
        return "CUDA_ERROR_" + name() + " (" + code + ")";
    }
}
