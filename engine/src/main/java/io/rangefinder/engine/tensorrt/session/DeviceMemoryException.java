package io.rangefinder.engine.tensorrt.session;

import ai.djl.engine.EngineException;

/** The device has too little free memory. Nothing was allocated. */
public class DeviceMemoryException extends EngineException {

    private static final long serialVersionUID = 1L;

    /** Needed bytes, the reserve included. */
    private final long needed;

    /** Free bytes. */
    private final long free;

    /**
     * Tells how much.
     *
     * @param what what needs the memory
     * @param needed the bytes that must be free
     * @param free the bytes that are
     */
    public DeviceMemoryException(String what, long needed, long free) {
        super(
                what
                        + " needs "
                        + (needed >> 20)
                        + " MiB of device memory, but only "
                        + (free >> 20)
                        + " MiB are free; use fewer predictors or a smaller batch");
        this.needed = needed;
        this.free = free;
    }

    /**
     * What must be free.
     *
     * @return bytes
     */
    public long needed() {
        return needed;
    }

    /**
     * What is free.
     *
     * @return bytes
     */
    public long free() {
        return free;
    }
}
