package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reductions of complex numbers that are not those of their parts. Stateless. */
final class ComplexReductions {

    private ComplexReductions() {}

    /** The product of the sizes, at the sum of the angles. */
    static SymbolicTensor prod(OperatorCall call) {
        Primitives to = call.primitives();
        List<Integer> axes = call.axes("dim", call.tensor("self").rank());
        boolean keep = call.has("keepdim") && call.truth("keepdim");
        return ComplexFunctions.polar(
                to,
                to.reduce("ReduceProd", ComplexFunctions.absolute(call), axes, keep),
                to.reduce("ReduceSum", ComplexFunctions.angle(call), axes, keep));
    }

    /** The mean square of the distance from the mean, which is that of both parts. */
    static SymbolicTensor variance(OperatorCall call) {
        return call.primitives()
                .add(Reductions.variance(ofPart(call, 0)), Reductions.variance(ofPart(call, 1)));
    }

    static SymbolicTensor deviation(OperatorCall call) {
        return call.primitives().unary("Sqrt", variance(call));
    }

    static Value withMean(OperatorCall call, boolean root, Operator mean) {
        SymbolicTensor spread = root ? deviation(call) : variance(call);
        SymbolicTensor[] means = new SymbolicTensor[2];
        for (int i = 0; i < 2; i++) {
            means[i] = ((Value.Tensor) mean.apply(ofPart(call, i))).get();
        }
        return OperatorCall.results(
                spread, ComplexTensors.join(call.primitives(), means[0], means[1]));
    }

    private static OperatorCall ofPart(OperatorCall call, int part) {
        Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
        arguments.put("self", OperatorCall.result(ComplexFunctions.real(call, part)));
        return call.with(arguments);
    }
}
