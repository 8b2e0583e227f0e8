package io.rangefinder.engine.tensorrt.plan.network;

/**
 * TensorRT on one GPU. Whoever has one has brought TensorRT up: libraries are loaded and the device
 * is there.
 */
public interface TensorRtDevice {

    /**
     * The version of TensorRT's library.
     *
     * @return such as {@code 8.6.1}
     */
    String version();

    /**
     * The GPU.
     *
     * @return its name and compute capability
     * @throws NativeFailureException if the driver does not tell
     */
    Gpu gpu() throws NativeFailureException;

    /**
     * Starts building a plan. One is built at a time in a process, so that builds don't disturb
     * each other's times: this waits for the one before.
     *
     * @return an empty network and a configuration, to be closed by the thread that began
     * @throws NativeFailureException if TensorRT makes none
     */
    Build begin() throws NativeFailureException;

    /**
     * Loads a plan for a look and lets it go.
     *
     * @param plan the plan's bytes
     * @return what TensorRT tells of it
     * @throws NativeFailureException if TensorRT does not load it
     */
    EngineFacts inspect(byte[] plan) throws NativeFailureException;
}
