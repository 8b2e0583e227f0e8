package io.rangefinder.capture.statistics;

/** Statistics of two different models were to be merged. */
public final class DifferentModelsException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /**
     * Names both models.
     *
     * @param one the digest of one
     * @param other the digest of the other
     */
    public DifferentModelsException(String one, String other) {
        super(
                "the statistics are of different models, "
                        + one
                        + " and "
                        + other
                        + "; merge only what was captured from one model file");
    }
}
