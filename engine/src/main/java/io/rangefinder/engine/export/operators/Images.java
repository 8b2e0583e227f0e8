package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Images of one axis or more behind their channels: (N, C, …), or (C, …) for one without a batch,
 * which ONNX does not know. Stateless.
 */
final class Images {

    private Images() {}

    /** What a layer makes of an image, with a batch of one if it has none. */
    static SymbolicTensor batched(
            Primitives to, SymbolicTensor x, int axes, UnaryOperator<SymbolicTensor> layer) {
        return x.rank() != axes + 1
                ? layer.apply(x)
                : to.squeeze(layer.apply(to.unsqueeze(x, 0)), 0);
    }

    /** The lengths of the axes behind the channels. */
    static List<Dim> lengths(SymbolicTensor x, int axes) {
        return x.shape().subList(x.rank() - axes, x.rank());
    }

    /** A shape with other lengths behind the channels. */
    static List<Dim> resized(SymbolicTensor x, List<Dim> lengths) {
        List<Dim> shape = new ArrayList<>(x.shape().subList(0, x.rank() - lengths.size()));
        shape.addAll(lengths);
        return shape;
    }
}
