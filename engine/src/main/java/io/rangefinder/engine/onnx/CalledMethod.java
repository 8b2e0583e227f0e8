package io.rangefinder.engine.onnx;

import java.util.Map;
import java.util.Optional;

/**
 * Which method of a model an ONNX was made of, in its metadata.
 *
 * @param name the method, {@code forward} as a rule
 */
public record CalledMethod(String name) {

    private static final String KEY = "rangefinder.method";

    /**
     * What is kept in a model's metadata.
     *
     * @return keys and values
     */
    public Map<String, String> toMetadata() {
        return Map.of(KEY, name);
    }

    /**
     * Reads it from metadata.
     *
     * @param metadata a model's metadata by key
     * @return the method, or empty for an ONNX from elsewhere
     */
    public static Optional<CalledMethod> of(Map<String, String> metadata) {
        return Optional.ofNullable(metadata.get(KEY)).map(CalledMethod::new);
    }
}
