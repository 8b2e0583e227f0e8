package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.List;

/** Reductions. Stateless. */
final class Reductions {

    private Reductions() {}

    static SymbolicTensor mean(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor values = to.cast(x, call.type("dtype").orElse(x.type()));
        List<Integer> axes = call.axes("dim", x.rank());
        return to.reduce("ReduceMean", values, axes, call.has("keepdim") && call.truth("keepdim"));
    }
}
