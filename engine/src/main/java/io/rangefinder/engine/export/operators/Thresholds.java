package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;

/** Bounds, and functions that are put together of straight lines. Stateless. */
final class Thresholds {

    private Thresholds() {}

    static SymbolicTensor clamp(OperatorCall call) {
        return clamp(call, call.has("min"), call.has("max"));
    }

    static SymbolicTensor clamp(OperatorCall call, boolean low, boolean high) {
        List<Value> all = new ArrayList<>(List.of(call.value("self")));
        if (low) {
            all.add(call.value("min"));
        }
        if (high) {
            all.add(call.value("max"));
        }
        ElementType type = Promotion.common(all);
        Primitives to = call.primitives();
        SymbolicTensor x = to.cast(call.tensor("self"), type);
        boolean numbers =
                type.isFloating() && all.stream().skip(1).noneMatch(v -> v instanceof Value.Tensor);
        if (numbers && !(x.source() instanceof Source.Elements)) {
            return clip(
                    call,
                    x,
                    low ? call.real("min") : Double.NEGATIVE_INFINITY,
                    high ? call.real("max") : Double.POSITIVE_INFINITY);
        }
        if (low) {
            x = to.binary("Max", x, Arithmetic.typed(call, call.value("min"), type));
        }
        return high ? to.binary("Min", x, Arithmetic.typed(call, call.value("max"), type)) : x;
    }

    static SymbolicTensor clip(OperatorCall call, SymbolicTensor x, double low, double high) {
        Primitives to = call.primitives();
        List<SymbolicTensor> inputs = new ArrayList<>();
        inputs.add(x);
        boolean bounded = high != Double.POSITIVE_INFINITY;
        inputs.add(low == Double.NEGATIVE_INFINITY ? null : to.number(low, x));
        if (bounded) {
            inputs.add(to.number(high, x));
        }
        return call.graph().node("Clip", x.type(), x.shape(), inputs);
    }

    static SymbolicTensor hardtanh(OperatorCall call, double low, double high) {
        SymbolicTensor x = call.tensor("self");
        if (x.type().isFloating()) {
            return clip(call, x, low, high);
        }
        Primitives to = call.primitives();
        return to.binary("Min", to.binary("Max", x, to.number(low, x)), to.number(high, x));
    }

    static SymbolicTensor relu(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        if (x.type().isFloating()) {
            return call.primitives().unary("Relu", x);
        }
        return call.primitives().binary("Max", x, call.primitives().number(0, x));
    }

    /** What is not above the threshold becomes a value. */
    static SymbolicTensor threshold(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor least = Arithmetic.typed(call, call.scalar("threshold"), x.type());
        return to.where(
                to.compare("LessOrEqual", x, least),
                Arithmetic.typed(call, call.scalar("value"), x.type()),
                x);
    }

    /** What is near zero becomes zero. */
    static SymbolicTensor hardshrink(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        Primitives to = call.primitives();
        SymbolicTensor near =
                to.compare("LessOrEqual", to.unary("Abs", x), to.number(call.real("lambd"), x));
        return to.where(near, to.number(0, x), x);
    }

    /** Moved towards zero: {@code x - clip(x, -lambda, lambda)}. */
    static SymbolicTensor softshrink(OperatorCall call) {
        SymbolicTensor x = call.tensor("self");
        double lambda = call.real("lambd");
        return call.primitives().sub(x, clip(call, x, -lambda, lambda));
    }
}
