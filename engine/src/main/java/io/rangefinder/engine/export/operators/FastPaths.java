package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operators that PyTorch's attention modules call in inference ({@code
 * aten/src/ATen/native/transformers/attention.cpp}, {@code transformer.cpp}). Stateless.
 *
 * <p>Unlike {@link Attention} they make truths of any mask, hide what is true, and give NaN to a
 * query that may look at nothing.
 *
 * <p>Sequences of different lengths come as a nested tensor; here their padding is hidden instead.
 */
final class FastPaths {

    /** PyTorch's numbers for what a mask is for. */
    private static final long OF_QUERIES_AND_KEYS = 0;

    private static final long OF_KEYS = 1;

    private FastPaths() {}

    /** A sequence, with what is valid of it if it is nested. */
    private record Sequence(SymbolicTensor x, Optional<Value.Nested> nested) {

        Optional<SymbolicTensor> valid() {
            return nested.map(Value.Nested::valid);
        }

        static Sequence of(OperatorCall call, String parameter) {
            if (call.value(parameter) instanceof Value.Nested nested) {
                return new Sequence(nested.padded(), Optional.of(nested));
            }
            return new Sequence(call.tensor(parameter), Optional.empty());
        }

        Value with(SymbolicTensor changed) {
            return nested.<Value>map(n -> new Value.Nested(changed, n.valid(), n.nested()))
                    .orElseGet(() -> OperatorCall.result(changed));
        }
    }

    /**
     * Whether what is valid stands in front in every sequence. A scripted encoder asks it: if so it
     * packs them into a nested tensor, else it hides the rest by a mask. Both ways compute the same
     * of what is valid, so the first is followed; {@link #toPadded} knows where they differ.
     */
    static Value isLeftAligned(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor mask = call.tensor("mask");
        if (!mask.dim(1).equals(Dim.ONE)) {
            SymbolicTensor valid = truths(to, mask);
            Dim last = mask.dim(1).minus(Dim.ONE);
            SymbolicTensor before = to.slice(valid, 1, Dim.ZERO, last, 1);
            SymbolicTensor after = to.slice(valid, 1, Dim.ONE, mask.dim(1), 1);
            SymbolicTensor gaps = to.binary("And", after, to.unary("Not", before));
            SymbolicTensor any =
                    to.reduce("ReduceMax", to.cast(gaps, ElementType.INT32), List.of(0, 1), false);
            call.graph().assume(mask, to.compare("Equal", any, to.number(0, any)));
        }
        return new Value.Bool(true);
    }

    static Value nestedFromMask(OperatorCall call) {
        SymbolicTensor mask = call.tensor("mask");
        return new Value.Nested(
                call.tensor("t"), truths(call.primitives(), mask), call.graph().assumption(mask));
    }

    /**
     * Padding gets one value, unless PyTorch had no nested tensor; at its end the tensor gets the
     * length that is asked for.
     */
    static SymbolicTensor toPadded(OperatorCall call) {
        Sequence sequence = Sequence.of(call, "self");
        SymbolicTensor x = sequence.x();
        boolean fits =
                sequence.nested().isPresent()
                        && call.has("output_size")
                        && call.dims("output_size").equals(x.shape());
        if (!fits) {
            throw call.unsupported("makes a tensor as long as the longest sequence in it");
        }
        Primitives to = call.primitives();
        Value.Nested nested = sequence.nested().get();
        SymbolicTensor kept =
                nested.nested()
                        .map(n -> to.binary("Or", nested.valid(), to.unary("Not", n)))
                        .orElse(nested.valid());
        return to.where(to.unsqueeze(kept, 2), x, to.number(call.real("padding"), x));
    }

    /** A nested tensor's elements, with its padding. */
    static Value padded(OperatorCall call) {
        return OperatorCall.result(nested(call, 0).padded());
    }

    /** What of a nested tensor is padding: image, place. */
    static Value ends(OperatorCall call) {
        return OperatorCall.result(call.primitives().unary("Not", nested(call, 0).valid()));
    }

    /** A padded tensor as a nested one, as long as another is. */
    static Value like(OperatorCall call) {
        Value.Nested nested = nested(call, 1);
        return new Value.Nested(
                ((Value.Tensor) call.value(0)).get(), nested.valid(), nested.nested());
    }

    private static Value.Nested nested(OperatorCall call, int position) {
        if (call.value(position) instanceof Value.Nested nested) {
            return nested;
        }
        throw call.unsupported("takes a nested tensor");
    }

    static Value encoderLayer(OperatorCall call) {
        Sequence source = Sequence.of(call, "src");
        Primitives to = call.primitives();
        boolean first = call.truth("norm_first");
        SymbolicTensor x = first ? norm(call, source.x(), 1) : source.x();
        Projections projections = Projections.of(call, "num_heads");
        Optional<SymbolicTensor> mask = hidden(call, source, x);
        SymbolicTensor attended = projections.out(call, projections.attend(call, x, x, x, mask));
        SymbolicTensor sum = to.add(attended, source.x());
        SymbolicTensor middle = first ? sum : norm(call, sum, 1);
        SymbolicTensor inner =
                linear(
                        call,
                        first ? norm(call, middle, 2) : middle,
                        call.tensor("ffn_weight_1"),
                        call.tensor("ffn_bias_1"));
        Map<String, Value> arguments = new LinkedHashMap<>();
        arguments.put("self", OperatorCall.result(inner));
        arguments.put("approximate", new Value.Text("none"));
        SymbolicTensor active =
                call.truth("use_gelu")
                        ? other(call, "aten::gelu", arguments)
                        : to.unary("Relu", inner);
        SymbolicTensor outer =
                linear(call, active, call.tensor("ffn_weight_2"), call.tensor("ffn_bias_2"));
        SymbolicTensor result = to.add(outer, middle);
        return source.with(first ? result : norm(call, result, 2));
    }

    private static SymbolicTensor norm(OperatorCall call, SymbolicTensor x, int which) {
        Map<String, Value> arguments = new LinkedHashMap<>();
        arguments.put("input", OperatorCall.result(x));
        arguments.put("normalized_shape", Shapes.ints(List.of(call.dim("embed_dim"))));
        arguments.put("weight", call.value("norm_weight_" + which));
        arguments.put("bias", call.value("norm_bias_" + which));
        arguments.put("eps", call.value("eps"));
        return other(call, "aten::layer_norm", arguments);
    }

    /** What another operator makes of arguments. */
    private static SymbolicTensor other(
            OperatorCall call, String operator, Map<String, Value> arguments) {
        Value result =
                OperatorTable.standard()
                        .find(operator)
                        .orElseThrow()
                        .apply(new OperatorCall(operator, arguments, call.graph()));
        return ((Value.Tensor) result).get();
    }

    private static SymbolicTensor linear(
            OperatorCall call, SymbolicTensor x, SymbolicTensor weight, SymbolicTensor bias) {
        return Linear.linear(call, x, weight, Optional.of(bias));
    }

    static Value multiHead(OperatorCall call) {
        Sequence query = Sequence.of(call, "query");
        SymbolicTensor key = Sequence.of(call, "key").x();
        SymbolicTensor value = Sequence.of(call, "value").x();
        Projections projections = Projections.of(call, "num_head");
        Primitives to = call.primitives();
        SymbolicTensor[] parts = projections.project(call, query.x(), key, value);
        SymbolicTensor weights = projections.weights(call, parts, hidden(call, query, key));
        Value result = query.with(projections.out(call, to.matmul(weights, parts[2])));
        if (!call.truth("need_weights")) {
            return Value.Tuple.of(List.of(result, Value.None.NONE));
        }
        SymbolicTensor shown =
                call.truth("average_attn_weights")
                        ? to.reduce("ReduceMean", weights, List.of(1), false)
                        : weights;
        return Value.Tuple.of(List.of(result, OperatorCall.result(shown)));
    }

    /** What is hidden of the keys, with an axis each for images, heads, queries and keys. */
    private static Optional<SymbolicTensor> hidden(
            OperatorCall call, Sequence source, SymbolicTensor key) {
        Primitives to = call.primitives();
        Dim length = key.dim(1);
        if (source.valid().isPresent()) {
            SymbolicTensor hidden = to.unary("Not", source.valid().get());
            return Optional.of(to.reshape(hidden, List.of(key.dim(0), Dim.ONE, Dim.ONE, length)));
        }
        if (!call.has("mask")) {
            return Optional.empty();
        }
        SymbolicTensor mask = truths(to, call.tensor("mask"));
        long type = call.has("mask_type") ? call.integer("mask_type") : -1;
        if (type == OF_QUERIES_AND_KEYS) {
            List<Dim> shape = new ArrayList<>(List.of(Dim.ONE, Dim.ONE));
            shape.addAll(mask.shape().subList(mask.rank() - 2, mask.rank()));
            return Optional.of(to.reshape(mask, shape));
        }
        if (type == OF_KEYS) {
            return Optional.of(to.reshape(mask, List.of(key.dim(0), Dim.ONE, Dim.ONE, length)));
        }
        return Optional.of(mask);
    }

    private static SymbolicTensor truths(Primitives to, SymbolicTensor mask) {
        return mask.type() == ElementType.BOOL
                ? mask
                : to.unary("Not", to.compare("Equal", mask, to.number(0, mask)));
    }

    /** The weights that queries, keys and values share: one above the other, by heads. */
    private record Projections(
            SymbolicTensor weight,
            SymbolicTensor bias,
            SymbolicTensor outWeight,
            SymbolicTensor outBias,
            long width,
            long heads) {

        static Projections of(OperatorCall call, String heads) {
            return new Projections(
                    call.tensor("qkv_weight"),
                    call.tensor("qkv_bias"),
                    call.tensor("proj_weight"),
                    call.tensor("proj_bias"),
                    call.integer("embed_dim"),
                    call.integer(heads));
        }

        /** Queries, scaled, keys and values: image, head, place, element. */
        SymbolicTensor[] project(
                OperatorCall call, SymbolicTensor query, SymbolicTensor key, SymbolicTensor value) {
            Primitives to = call.primitives();
            List<SymbolicTensor> inputs = List.of(query, key, value);
            SymbolicTensor[] parts = new SymbolicTensor[inputs.size()];
            boolean same = query.equals(key) && key.equals(value);
            SymbolicTensor all = same ? linear(call, query, weight, bias) : query;
            for (int i = 0; i < parts.length; i++) {
                Dim from = Dim.of(i * width);
                Dim end = Dim.of((i + 1) * width);
                SymbolicTensor part =
                        same
                                ? to.slice(all, 2, from, end, 1)
                                : linear(
                                        call,
                                        inputs.get(i),
                                        to.slice(weight, 0, from, end, 1),
                                        to.slice(bias, 0, from, end, 1));
                List<Dim> apart =
                        List.of(part.dim(0), part.dim(1), Dim.of(heads), Dim.of(width / heads));
                parts[i] = to.permute(to.reshape(part, apart), List.of(0, 2, 1, 3));
            }
            parts[0] = to.mul(parts[0], 1 / Math.sqrt((double) width / heads));
            return parts;
        }

        SymbolicTensor weights(
                OperatorCall call, SymbolicTensor[] parts, Optional<SymbolicTensor> hidden) {
            Primitives to = call.primitives();
            SymbolicTensor scores = to.matmul(parts[0], to.transpose(parts[1], 2, 3));
            return Attention.softmax(
                    call,
                    hidden.map(
                                    h ->
                                            to.where(
                                                    h,
                                                    to.number(Double.NEGATIVE_INFINITY, scores),
                                                    scores))
                            .orElse(scores));
        }

        SymbolicTensor attend(
                OperatorCall call,
                SymbolicTensor query,
                SymbolicTensor key,
                SymbolicTensor value,
                Optional<SymbolicTensor> hidden) {
            SymbolicTensor[] parts = project(call, query, key, value);
            return call.primitives().matmul(weights(call, parts, hidden), parts[2]);
        }

        /** The heads side by side, projected. */
        SymbolicTensor out(OperatorCall call, SymbolicTensor attended) {
            Primitives to = call.primitives();
            SymbolicTensor rows =
                    to.reshape(
                            to.permute(attended, List.of(0, 2, 1, 3)),
                            List.of(attended.dim(0), attended.dim(2), Dim.of(width)));
            return linear(call, rows, outWeight, outBias);
        }
    }
}
