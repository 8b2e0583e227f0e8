package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Attention, {@code softmax(q kᵀ scale + mask) v}, as <a
 * href="https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html">
 * PyTorch</a> has it: a query that may look at nothing gets zeros. Stateless.
 */
final class Attention {

    private Attention() {}

    static SymbolicTensor scaledDotProduct(OperatorCall call) {
        SymbolicTensor query = call.tensor("query");
        SymbolicTensor key = call.tensor("key");
        SymbolicTensor value = call.tensor("value");
        Primitives to = call.primitives();
        if (call.real("dropout_p") != 0) {
            Dropouts.sayLeftOut(call);
        }
        if (call.has("enable_gqa") && call.truth("enable_gqa")) {
            key = shared(call, key, query.dim(-3));
            value = shared(call, value, query.dim(-3));
        }
        double scale =
                call.has("scale") ? call.real("scale") : 1 / Math.sqrt(query.dim(-1).value());
        SymbolicTensor scores =
                to.matmul(to.mul(query, scale), to.transpose(key, key.rank() - 2, key.rank() - 1));
        if (call.truth("is_causal")) {
            SymbolicTensor mask =
                    Diagonals.mask(call, query.dim(-2), key.dim(-2), "LessOrEqual", 0);
            return to.matmul(softmax(call, to.add(scores, bias(to, mask, scores))), value);
        }
        if (!call.has("attn_mask")) {
            return to.matmul(softmax(call, scores), value);
        }
        SymbolicTensor mask = call.tensor("attn_mask");
        scores = to.add(scores, bias(to, mask, scores));
        SymbolicTensor result = to.matmul(softmax(call, scores), value);
        return blind(call, mask).map(b -> to.where(b, to.number(0, result), result)).orElse(result);
    }

    /** Each head of keys or values serves several heads of queries. */
    private static SymbolicTensor shared(OperatorCall call, SymbolicTensor x, Dim heads) {
        Primitives to = call.primitives();
        int axis = x.rank() - 3;
        List<Dim> wide = new ArrayList<>(x.shape());
        wide.add(axis + 1, heads.floorDividedBy(x.dim(axis)));
        List<Dim> shape = new ArrayList<>(x.shape());
        shape.set(axis, heads);
        return to.reshape(to.expand(to.unsqueeze(x, axis + 1), wide), shape);
    }

    /** A mask of truths lets what is true through. */
    private static SymbolicTensor bias(Primitives to, SymbolicTensor mask, SymbolicTensor like) {
        return mask.type() == ElementType.BOOL
                ? to.where(mask, to.number(0, like), to.number(Double.NEGATIVE_INFINITY, like))
                : to.cast(mask, like.type());
    }

    /** Which queries may look at nothing, if there may be any. */
    private static Optional<SymbolicTensor> blind(OperatorCall call, SymbolicTensor mask) {
        Primitives to = call.primitives();
        boolean truths = mask.type() == ElementType.BOOL;
        Optional<List<Scalar>> known = call.graph().elements(mask);
        if (known.isPresent() && mask.rank() > 0) {
            int width = Math.toIntExact(mask.dim(-1).value());
            boolean all = true;
            for (int row = 0; width > 0 && row < known.get().size(); row += width) {
                all &=
                        known.get().subList(row, row + width).stream()
                                .anyMatch(v -> truths ? v.truth() : isOpen(v.real()));
            }
            if (all) {
                return Optional.empty();
            }
        }
        // An infinite bias is what hides; a truth as a number is zero then.
        SymbolicTensor open = truths ? to.cast(mask, ElementType.FLOAT32) : mask;
        double hidden = truths ? 0 : Double.NEGATIVE_INFINITY;
        SymbolicTensor most =
                mask.rank() == 0
                        ? open
                        : to.reduce("ReduceMax", open, List.of(mask.rank() - 1), true);
        return Optional.of(to.compare("Equal", most, to.number(hidden, most)));
    }

    private static boolean isOpen(double bias) {
        return bias != Double.NEGATIVE_INFINITY;
    }

    /** Over the last axis. */
    static SymbolicTensor softmax(OperatorCall call, SymbolicTensor scores) {
        return call.graph()
                .node(
                        "Softmax",
                        scores.type(),
                        scores.shape(),
                        List.of(scores),
                        Attributes.of("axis", -1L));
    }
}
