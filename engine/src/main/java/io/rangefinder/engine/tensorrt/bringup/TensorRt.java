package io.rangefinder.engine.tensorrt.bringup;

import ai.djl.engine.EngineException;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.RungFailedException;

/**
 * TensorRT 8.6 and DJL's engine for it, in this process.
 *
 * <p>The first climb of a process extracts some 3 GB of libraries to javacpp's cache, once for a
 * user, which takes about half a minute. It does so only after a device was found. Each climb is
 * done once a process and then remembered, unless it was memory that lacked. Safe for use by many
 * threads.
 */
public final class TensorRt {

    private static final Machine MACHINE = Machine.real();
    private static final Climber PROCESS = new Climber(MACHINE);

    private TensorRt() {}

    /**
     * Finds out whether TensorRT can run on a device, and leaves its libraries loaded if it can.
     *
     * @param device the device's number, 0 for the first
     * @return what was found; nothing ends the JVM and nothing is thrown
     */
    public static Ladder climb(int device) {
        return PROCESS.toDevice(device);
    }

    /**
     * As {@link #climb}, for code that goes on to call TensorRT.
     *
     * @param device the device's number, 0 for the first
     * @return the ladder, on which no rung failed
     * @throws RungFailedException if TensorRT cannot run on the device
     */
    public static Ladder require(int device) {
        return orThrow(climb(device));
    }

    /**
     * Loads the libraries without a look at devices, for what needs none, such as TensorRT's
     * version. What TensorRT is asked to do without a device may end the JVM.
     *
     * @return what was found; the rungs of a device are skipped
     */
    public static Ladder climbWithoutDevice() {
        return PROCESS.withoutDevice();
    }

    /**
     * How much of a device's memory is free, by the driver.
     *
     * @param device the number of a device on which TensorRT was brought up
     * @return bytes
     * @throws EngineException if the device no longer answers
     */
    public static long freeBytes(int device) {
        try {
            return MACHINE.driver().memory(device).free();
        } catch (CudaException e) {
            throw new EngineException(
                    "GPU " + device + " does not tell its free memory: " + e.getMessage(), e);
        }
    }

    private static Ladder orThrow(Ladder ladder) {
        if (ladder.firstFailure().isPresent()) {
            throw new RungFailedException(ladder);
        }
        return ladder;
    }
}
