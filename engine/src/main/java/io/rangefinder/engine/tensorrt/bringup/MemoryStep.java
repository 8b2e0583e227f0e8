package io.rangefinder.engine.tensorrt.bringup;

import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.tensorrt.bringup.Driver.Memory;

/** Free memory on the device. */
final class MemoryStep implements Step {

    static final String NAME = "memory";

    /**
     * What the kernels of TensorRT, cuBLAS and cuDNN take before a model is there, estimated from
     * the size of their libraries and not measured.
     */
    private static final long LEAST = 512L << 20;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Rung climb(Machine machine, int device) {
        try {
            Memory memory = machine.driver().memory(device);
            String text =
                    (memory.free() >> 20) + " MiB of " + (memory.total() >> 20) + " MiB are free";
            return memory.free() < LEAST
                    ? Rung.failed(
                            name(),
                            text
                                    + ", and TensorRT needs "
                                    + (LEAST >> 20)
                                    + " MiB beside the model",
                            CudaError.OUT_OF_MEMORY.remedy())
                    : Rung.passed(name(), text);
        } catch (CudaException e) {
            return Rung.failed(
                    name(), "no context can be made on the GPU, " + e.getMessage(), e.remedy());
        }
    }
}
