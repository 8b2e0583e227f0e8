package io.rangefinder.engine.backend.spi;

import ai.djl.Device;
import io.rangefinder.engine.options.EngineOptions;
import io.rangefinder.engine.options.OptionTexts;
import java.util.Map;

/**
 * What an application asked for.
 *
 * @param options the options that all backends share
 * @param texts all options as they were given, for those that are one backend's own
 * @param device the GPU to run on, or the CPU if the application named none
 */
public record Request(EngineOptions options, OptionTexts texts, Device device) {

    /**
     * Reads what DJL's {@code optOption} and {@code optDevice} give.
     *
     * @param options values by name
     * @param device the device
     * @return the request
     * @throws IllegalArgumentException if a value is not what its option takes
     */
    public static Request read(Map<String, ?> options, Device device) {
        OptionTexts texts = new OptionTexts(options);
        return new Request(EngineOptions.read(texts), texts, device);
    }

    /**
     * Whether the option {@code backend} has this value.
     *
     * @param id a backend's name
     * @return whether it was given, in letters of any case
     */
    public boolean names(String id) {
        return options.backend().filter(id::equalsIgnoreCase).isPresent();
    }

    /**
     * The GPU's number.
     *
     * @return from 0; 0 if the application named none
     */
    public int gpu() {
        return device.isGpu() ? Math.max(0, device.getDeviceId()) : 0;
    }
}
