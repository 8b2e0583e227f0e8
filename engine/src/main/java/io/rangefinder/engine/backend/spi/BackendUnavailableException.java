package io.rangefinder.engine.backend.spi;

import ai.djl.engine.EngineException;

/** The backend that was asked for by name cannot run here. */
public class BackendUnavailableException extends EngineException {

    private static final long serialVersionUID = 1L;

    /**
     * Tells which and why.
     *
     * @param message the backend, why it cannot run, and what to do
     */
    public BackendUnavailableException(String message) {
        super(message);
    }
}
