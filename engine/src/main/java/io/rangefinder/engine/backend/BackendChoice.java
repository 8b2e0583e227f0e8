package io.rangefinder.engine.backend;

import io.rangefinder.engine.backend.spi.Backend;
import java.util.Optional;

/**
 * A backend that can run here, and where it runs.
 *
 * @param backend the backend
 * @param gpu the GPU's number, for what runs on one
 * @param remark why it is not a better one, and what to do, where nobody asked for this one
 */
public record BackendChoice(Backend backend, int gpu, Optional<String> remark) {

    @Override
    public String toString() {
        return backend.id() + backend.variant().map(" with "::concat).orElse("");
    }
}
