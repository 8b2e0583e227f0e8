package io.rangefinder.engine.tensorrt.bringup;

/** DJL's engine for TensorRT. */
interface DjlEngine {

    /**
     * Starts it, after TensorRT's libraries were loaded.
     *
     * @return the version of TensorRT that it sees
     * @throws BrokenRungException if it does not start
     */
    String start() throws BrokenRungException;
}
