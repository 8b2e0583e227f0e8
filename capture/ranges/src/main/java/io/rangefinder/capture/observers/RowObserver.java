package io.rangefinder.capture.observers;

/**
 * Keeps a few numbers of every tensor. They stand in a list that the model's code changes in place,
 * so that looking costs what working them out does, and little else.
 *
 * <p>The function of its {@link #torchScript} is {@code def NAME(x: Tensor, n: int, rows:
 * List[float], i: int) -> NoneType}: it adds what it sees in the {@code n} elements of {@code x} to
 * the row that begins at {@code rows[i]}, column by column.
 */
public non-sealed interface RowObserver extends Observer {

    /**
     * Whether the numbers of a clamped tensor follow from those of the tensor, so that it need not
     * be looked at.
     *
     * @param clamp what is done to the tensor
     * @return true if {@link #clamp} knows them
     */
    default boolean follows(Clamp clamp) {
        return clamp.equals(Clamp.NONE);
    }

    /**
     * The numbers of a clamped tensor.
     *
     * @param seen those of the tensor
     * @param clamp what is done to it, which this {@linkplain #follows follows}
     * @return those of the result
     */
    default Tally clamp(Tally seen, Clamp clamp) {
        return seen;
    }
}
