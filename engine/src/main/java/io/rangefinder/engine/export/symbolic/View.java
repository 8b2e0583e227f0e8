package io.rangefinder.engine.export.symbolic;

/**
 * A part or another arrangement of a tensor that shares its elements, so that what is written to
 * one shows in the other. Stateless.
 */
public interface View {

    /**
     * Reads the view.
     *
     * @param base the tensor that is viewed
     * @return what the view shows
     */
    SymbolicTensor get(SymbolicTensor base);

    /**
     * Writes to the view.
     *
     * @param base the tensor that is viewed
     * @param part what the view is to show, of the same shape
     * @return the tensor with that part replaced
     */
    SymbolicTensor put(SymbolicTensor base, SymbolicTensor part);
}
