package io.rangefinder.capture.observers;

/**
 * Keeps many numbers of a tensor, at points of its choice.
 *
 * <p>The function of its {@link #torchScript} is {@code def NAME(x: Tensor) -> Tensor}: what it
 * sees in {@code x}, a new tensor of shape (columns, width), or (width) if there is one column. The
 * width may differ from one point to another, but not from one call to another.
 */
public non-sealed interface TensorObserver extends Observer {

    /** Which points are looked at. */
    enum Points {
        /** Every one. */
        ALL,
        /**
         * What products (convolutions, linear layers, attention) and additions read: the tensors
         * that a calibrator can choose a range of with profit.
         */
        OPERANDS
    }

    /**
     * Which points it looks at.
     *
     * @return the choice
     */
    Points points();
}
