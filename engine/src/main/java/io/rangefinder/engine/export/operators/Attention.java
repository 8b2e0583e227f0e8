package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.List;

/** Attention. Stateless. */
final class Attention {

    private Attention() {}

    /** {@code softmax(q kᵀ scale + mask) v}. */
    static SymbolicTensor scaledDotProduct(OperatorCall call) {
        SymbolicTensor query = call.tensor("query");
        SymbolicTensor key = call.tensor("key");
        Primitives to = call.primitives();
        if (call.has("enable_gqa") && call.truth("enable_gqa")) {
            throw call.unsupported("shares heads (enable_gqa)");
        }
        if (call.truth("is_causal")) {
            throw call.unsupported("is causal");
        }
        double scale =
                call.has("scale") ? call.real("scale") : 1 / Math.sqrt(Linear.lastLength(query));
        SymbolicTensor scores =
                to.matmul(to.mul(query, scale), to.transpose(key, key.rank() - 2, key.rank() - 1));
        if (call.has("attn_mask")) {
            scores = to.add(scores, bias(call, call.tensor("attn_mask"), scores));
        }
        SymbolicTensor weights =
                call.graph()
                        .node(
                                "Softmax",
                                scores.type(),
                                scores.shape(),
                                List.of(scores),
                                Attributes.of("axis", -1L));
        return to.matmul(weights, call.tensor("value"));
    }

    /** A mask of truths lets what is true through. */
    private static SymbolicTensor bias(
            OperatorCall call, SymbolicTensor mask, SymbolicTensor scores) {
        Primitives to = call.primitives();
        return mask.type() == ElementType.BOOL
                ? to.where(mask, to.number(0, scores), to.number(Double.NEGATIVE_INFINITY, scores))
                : mask;
    }
}
