package io.rangefinder.engine.export.interpret;

import java.util.Optional;

/** The model can't be followed any further. */
final class StoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Optional<Frame> where;

    StoppedException(String message) {
        this(message, Optional.empty());
    }

    StoppedException(String message, Optional<Frame> where) {
        super(message);
        this.where = where;
    }

    /** The function that it happened in. */
    Optional<Frame> where() {
        return where;
    }
}
