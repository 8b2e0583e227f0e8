package io.rangefinder.engine.export.interpret;

/** The model can't be followed any further; why is among the {@link Problems}. */
final class StoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
}
