package io.rangefinder.capture.observers;

import java.util.List;

/**
 * What is kept of each tensor, and how it is worked out while the model runs. Stateless, hence safe
 * from any thread.
 *
 * <p>A new one is a class that implements {@link RowObserver} (a few numbers, at every point) or
 * {@link TensorObserver} (many, at points of its choice), and a line: in {@link
 * Observers#STANDARD}, or in {@code META-INF/services/io.rangefinder.capture.observers.Observer} of
 * an application, which then asks for it by its name.
 */
public sealed interface Observer permits RowObserver, TensorObserver {

    /**
     * The name that options, statistics files and messages call it by.
     *
     * @return lower-case letters, digits and underscores, a letter first: {@code minmax}
     */
    String name();

    /**
     * What it keeps.
     *
     * @return at least one column, always the same; no two have one name
     */
    List<Column> columns();

    /**
     * Functions in serialized TorchScript, of which one has the observer's {@link #name} and is
     * called by the hooks. Others have names that begin with it. {@code __torch__.MODULE} is the
     * file that they stand in. Names are PyTorch's own, since archives hold no others: {@code
     * torch.add(a, b)} in place of {@code a + b}.
     *
     * <p>What they are given is never empty, of a floating-point type that PyTorch computes with,
     * and dense; it may hold NaN and infinities.
     *
     * @return the functions, two blanks an indentation
     */
    String torchScript();
}
