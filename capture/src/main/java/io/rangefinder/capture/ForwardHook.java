package io.rangefinder.capture;

import ai.djl.ndarray.NDArray;

/**
 * Is handed the whole tensor of a hook point, as {@code register_forward_hook} does in PyTorch.
 *
 * <p>Called after each forward pass, by the thread that predicts, once for each time that the point
 * was executed and in that order; several threads may call at once.
 */
@FunctionalInterface
public interface ForwardHook {

    /**
     * Looks at a tensor.
     *
     * @param point the hook point's name
     * @param output a copy of the tensor, of the model's own shape and type; it is closed when this
     *     method returns, so copy out what is to be kept. What this method throws reaches the
     *     caller of {@code predict}
     */
    void forward(String point, NDArray output);
}
