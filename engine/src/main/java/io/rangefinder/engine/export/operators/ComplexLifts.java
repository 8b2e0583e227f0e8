package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Operators on real tensors, used for complex ones: those that move elements or add them up do to
 * both parts alike what they do to one. Stateless.
 */
final class ComplexLifts {

    private ComplexLifts() {}

    /**
     * An operator that works on the real view, whose last axis it must leave alone: axes that are
     * counted from the end are one further from it.
     *
     * @param operator the operator on real tensors
     * @param axes the parameters that name axes
     */
    static Operator moving(Operator operator, String... axes) {
        return call -> {
            Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
            for (String axis : axes) {
                arguments.computeIfPresent(axis, (name, value) -> beforeParts(value));
            }
            return onRealView(operator, call, arguments);
        };
    }

    private static Value beforeParts(Value axis) {
        if (axis instanceof Value.Int number && number.whole().compareTo(Dim.ZERO) < 0) {
            return new Value.Int(number.whole().minus(Dim.ONE));
        }
        return axis instanceof Value.ListOf list
                ? new Value.ListOf(
                        new ArrayList<>(
                                list.elements().stream().map(ComplexLifts::beforeParts).toList()))
                : axis;
    }

    /**
     * An operator that works on the real view, with a size or a factor for its last axis.
     *
     * @param operator the operator on real tensors
     * @param sizes the parameter that holds sizes
     * @param last what stands there for the last axis
     */
    static Operator sizing(Operator operator, String sizes, long last) {
        return call -> {
            if (!call.has(sizes)) {
                throw call.unsupported("reads the bytes of complex numbers as another type");
            }
            Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
            List<Value> more =
                    new ArrayList<>(
                            call.value(sizes) instanceof Value.Scalar one
                                    ? List.of(one)
                                    : call.list(sizes));
            more.add(Value.Int.of(last));
            arguments.put(sizes, new Value.ListOf(more));
            return onRealView(operator, call, arguments);
        };
    }

    /** An operator whose parameter names axes, all of them if it names none. */
    static Operator overAxes(Operator operator, String axes) {
        return call -> {
            Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
            List<Value> all = new ArrayList<>();
            for (int axis : call.axes(axes, call.tensor("self").rank())) {
                all.add(Value.Int.of(axis));
            }
            if (all.isEmpty()) {
                return call.value("self");
            }
            arguments.put(axes, new Value.ListOf(all));
            return onRealView(operator, call, arguments);
        };
    }

    private static Value onRealView(
            Operator operator, OperatorCall call, Map<String, Value> arguments) {
        arguments.replaceAll(
                (name, value) ->
                        value instanceof Value.Tensor tensor && tensor.get().type().isComplex()
                                ? Views.realView(tensor)
                                : value);
        return complexView(operator.apply(call.with(arguments)));
    }

    private static Value complexView(Value value) {
        if (value instanceof Value.Tensor tensor) {
            return Views.complexView(tensor);
        }
        return value instanceof Value.ListOf list
                ? new Value.ListOf(
                        new ArrayList<>(
                                list.elements().stream().map(ComplexLifts::complexView).toList()))
                : value;
    }

    /** An operator that is applied to the real parts, and to the imaginary ones. */
    static Operator byParts(Operator operator) {
        return call -> {
            List<SymbolicTensor> results = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
                Primitives to = call.primitives();
                SymbolicTensor part = ComplexTensors.part(to, call.tensor("self").realView(), i);
                arguments.put("self", OperatorCall.result(part));
                results.add(((Value.Tensor) operator.apply(call.with(arguments))).get());
            }
            return OperatorCall.result(
                    ComplexTensors.join(call.primitives(), results.get(0), results.get(1)));
        };
    }

    /** {@code cat} and {@code stack}: real tensors may stand among complex ones. */
    static Operator joining(Operator operator) {
        Operator moving = moving(operator, "dim");
        return call -> {
            ElementType part = Promotion.common(call.list("tensors")).part();
            List<Value> pairs = new ArrayList<>();
            for (Value tensor : call.list("tensors")) {
                pairs.add(OperatorCall.result(ComplexTensors.pair(call, tensor, part)));
            }
            Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
            arguments.put("tensors", new Value.ListOf(pairs));
            return moving.apply(call.with(arguments));
        };
    }

    /** {@code index_put}: what is written is complex, too. */
    static Operator writing(Operator operator) {
        return call -> {
            Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
            SymbolicTensor self = call.tensor("self");
            if (!self.type().isComplex()) {
                throw call.unsupported("writes complex numbers among real ones");
            }
            SymbolicTensor values =
                    ComplexTensors.pair(call, call.value("values"), self.type().part());
            arguments.put("values", OperatorCall.result(values));
            return onRealView(operator, call, arguments);
        };
    }

    /** {@code gather}: the index picks both parts. */
    static Operator gathering(Operator operator) {
        Operator moving = moving(operator, "dim");
        return call -> {
            Primitives to = call.primitives();
            SymbolicTensor index = call.tensor("index");
            List<Dim> both = new ArrayList<>(index.shape());
            both.add(Dim.of(2));
            Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
            arguments.put(
                    "index",
                    OperatorCall.result(to.expand(to.unsqueeze(index, index.rank()), both)));
            return moving.apply(call.with(arguments));
        };
    }

    static Value permute(OperatorCall call) {
        Value.Tensor z = call.reference("self");
        int rank = z.get().rank();
        List<Integer> order = call.longs("dims").stream().map(d -> call.axis(d, rank)).toList();
        return permuted(call, z, order);
    }

    private static Value.Tensor permuted(OperatorCall call, Value.Tensor z, List<Integer> axes) {
        List<Integer> order = new ArrayList<>(axes);
        order.add(axes.size());
        return Views.complexView(Views.permute(call.primitives(), Views.realView(z), order));
    }

    /** Exchanges the last two axes; conjugates, too, as {@code mH} does. */
    static Value transposed(OperatorCall call, boolean conjugated) {
        Value.Tensor z = call.reference("self");
        int rank = z.get().rank();
        List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        if (rank > 1) {
            order.set(rank - 1, rank - 2);
            order.set(rank - 2, rank - 1);
        }
        Value.Tensor view = permuted(call, z, order);
        return conjugated
                ? ComplexArithmetic.result(
                        ComplexTensors.conjugate(call.primitives(), view.get().realView()))
                : view;
    }

    /** To the shape of another tensor, whichever of both is complex. */
    static Operator shapedAs(Operator operator, String sizes) {
        return call -> {
            Map<String, Value> arguments = new LinkedHashMap<>();
            arguments.put("self", call.value("self"));
            arguments.put(sizes, Shapes.ints(call.tensor("other").shape()));
            OperatorCall sized = call.with(arguments);
            return call.tensor("self").type().isComplex()
                    ? sizing(operator, sizes, 2).apply(sized)
                    : operator.apply(sized);
        };
    }

    /** Pads with zeros, or with what the tensor holds. */
    static Operator padding(Operator operator) {
        return call -> {
            if (call.has("value") && call.real("value") != 0) {
                throw call.unsupported("pads complex numbers with other than 0");
            }
            return byParts(operator).apply(call);
        };
    }
}
