package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Products of matrices. Stateless. */
final class Linear {

    private Linear() {}

    static SymbolicTensor linear(OperatorCall call) {
        return linear(call, call.tensor("input"), call.tensor("weight"), call.optTensor("bias"));
    }

    /** {@code x weightᵀ + bias}; weight has shape (out, in). */
    static SymbolicTensor linear(
            OperatorCall call,
            SymbolicTensor x,
            SymbolicTensor weight,
            Optional<SymbolicTensor> bias) {
        Primitives to = call.primitives();
        if (x.rank() == 2 && weight.rank() == 2) {
            List<SymbolicTensor> inputs = new ArrayList<>(List.of(x, weight));
            bias.ifPresent(inputs::add);
            return call.graph()
                    .node(
                            "Gemm",
                            x.type(),
                            List.of(x.dim(0), weight.dim(0)),
                            inputs,
                            Attributes.of("transB", 1L));
        }
        SymbolicTensor product =
                to.matmul(x, weight.rank() == 2 ? to.transpose(weight, 0, 1) : weight);
        return bias.map(b -> to.add(product, b)).orElse(product);
    }

    static SymbolicTensor matmul(OperatorCall call) {
        SymbolicTensor b = call.has("other") ? call.tensor("other") : call.tensor("mat2");
        return call.primitives().matmul(call.tensor("self"), b);
    }

    static SymbolicTensor addmm(OperatorCall call) {
        SymbolicTensor a = call.tensor("mat1");
        SymbolicTensor b = call.tensor("mat2");
        return call.graph()
                .node(
                        "Gemm",
                        a.type(),
                        List.of(a.dim(0), b.dim(1)),
                        List.of(a, b, call.tensor("self")),
                        Attributes.of("alpha", call.real("alpha")),
                        Attributes.of("beta", call.real("beta")));
    }
}
