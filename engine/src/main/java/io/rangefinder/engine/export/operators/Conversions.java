package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;

/** Operators that convert tensors to another type. Stateless. */
final class Conversions {

    private Conversions() {}

    static Value to(OperatorCall call) {
        ElementType type = call.tensor("self").type();
        if (call.has("dtype")) {
            type = call.anyType("dtype").orElseThrow();
        } else if (call.has("other")) {
            type = call.tensor("other").type();
        }
        return to(call, type);
    }

    static Value to(OperatorCall call, ElementType type) {
        Value.Tensor x = call.reference("self");
        boolean copy = call.has("copy") && call.truth("copy");
        return type == x.get().type() && !copy
                ? x
                : OperatorCall.result(ComplexTensors.convert(call.primitives(), x.get(), type));
    }

    /** {@code copy_}: what is written has the type and the shape of what is written to. */
    static Value copy(OperatorCall call) {
        SymbolicTensor self = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor source = ComplexTensors.convert(to, call.tensor("src"), self.type());
        return OperatorCall.result(ComplexTensors.expand(to, source, self.shape()));
    }
}
