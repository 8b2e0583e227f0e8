package io.rangefinder.engine.tensorrt.bringup;

/** TensorRT's libraries in this process. */
interface Libraries {

    /**
     * The version that the bindings were made for; DJL's engine wants any of TensorRT 8.4 to 8.6.
     */
    String VERSION = "8.6.1";

    /**
     * Loads them, after their files were checked; does no harm when repeated.
     *
     * @throws BrokenRungException if one cannot be loaded
     */
    void load() throws BrokenRungException;

    /** What the loaded TensorRT says of itself: major * 1000 + minor * 100 + patch. */
    int version();
}
