package io.rangefinder.engine.tensorrt.bringup;

/** NVIDIA's driver, by the calls of cuda.h. */
interface Driver {

    /**
     * A GPU.
     *
     * @param name what NVIDIA calls it
     * @param major compute capability, before the point
     * @param minor compute capability, after the point
     */
    record Gpu(String name, int major, int minor) {}

    /**
     * A GPU's memory, with a context made.
     *
     * @param free bytes that can be allocated
     * @param total bytes there are
     */
    record Memory(long free, long total) {}

    /**
     * Loads the driver's library and sees that all that is called here is in it.
     *
     * @return the file or name that was loaded
     * @throws BrokenRungException if there is none, or not a whole one
     */
    String load() throws BrokenRungException;

    /** The newest CUDA that the driver knows, such as 12030 for 12.3. */
    int version() throws CudaException;

    /** Initializes the driver; does no harm when repeated. */
    void initialize() throws CudaException;

    /** The number of devices that this process may use. */
    int devices() throws CudaException;

    /** A device, by its number. */
    Gpu gpu(int device) throws CudaException;

    /** A device's memory. */
    Memory memory(int device) throws CudaException;
}
