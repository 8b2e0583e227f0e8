package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Padding; less than nothing is cut off. Stateless. */
final class Padding {

    private Padding() {}

    static SymbolicTensor pad(OperatorCall call) {
        Amounts amounts = amounts(call, "pad");
        return switch (call.text("mode")) {
            case "constant" ->
                    pad(call, amounts, "constant", call.has("value") ? call.real("value") : 0);
            case "reflect" -> pad(call, amounts, "reflect", 0);
            case "replicate" -> pad(call, amounts, "edge", 0);
            case "circular" -> circular(call);
            default -> throw call.unsupported("pads in the mode " + call.text("mode"));
        };
    }

    static SymbolicTensor constant(OperatorCall call) {
        return pad(call, amounts(call, "pad"), "constant", call.real("value"));
    }

    /** By ONNX's modes {@code reflect} and {@code edge}. */
    static SymbolicTensor byMode(OperatorCall call, String mode) {
        return pad(call, amounts(call, "padding"), mode, 0);
    }

    /** What is added before and after each axis. */
    private record Amounts(List<Dim> before, List<Dim> after) {

        boolean areAllZero() {
            return Stream.concat(before.stream(), after.stream()).allMatch(a -> a.is(0));
        }

        List<Dim> shape(SymbolicTensor x) {
            return IntStream.range(0, x.rank())
                    .mapToObj(i -> x.dim(i).plus(before.get(i)).plus(after.get(i)))
                    .toList();
        }

        Amounts added() {
            return new Amounts(
                    before.stream().map(Padding::added).toList(),
                    after.stream().map(Padding::added).toList());
        }
    }

    private static Dim added(Dim amount) {
        return Dim.ZERO.isAtMost(amount) ? amount : Dim.ZERO;
    }

    private static Dim cut(Dim amount) {
        return Dim.ZERO.isAtMost(amount) ? Dim.ZERO : amount.times(Dim.of(-1));
    }

    /** PyTorch tells what is added before and after the last axis, then the one before it, …. */
    private static Amounts amounts(OperatorCall call, String parameter) {
        List<Dim> pad = call.dims(parameter);
        int rank = call.tensor("self").rank();
        List<Dim> before = new ArrayList<>(Collections.nCopies(rank, Dim.ZERO));
        List<Dim> after = new ArrayList<>(before);
        for (int i = 0; i < pad.size() / 2; i++) {
            before.set(rank - 1 - i, pad.get(2 * i));
            after.set(rank - 1 - i, pad.get(2 * i + 1));
        }
        return new Amounts(before, after);
    }

    private static SymbolicTensor pad(
            OperatorCall call, Amounts amounts, String mode, double value) {
        Primitives to = call.primitives();
        SymbolicTensor padded = padded(call, call.tensor("self"), amounts.added(), mode, value);
        return cut(to, padded, amounts);
    }

    /** Cuts off what is less than nothing. */
    private static SymbolicTensor cut(Primitives to, SymbolicTensor x, Amounts amounts) {
        SymbolicTensor result = x;
        for (int axis = 0; axis < x.rank(); axis++) {
            Dim start = cut(amounts.before().get(axis));
            Dim end = x.dim(axis).minus(cut(amounts.after().get(axis)));
            result = to.slice(result, axis, start, end, 1);
        }
        return result;
    }

    /** Pads the last axes with a number. */
    static SymbolicTensor constant(
            OperatorCall call,
            SymbolicTensor x,
            List<Long> before,
            List<Long> after,
            double value) {
        List<Dim> others = Collections.nCopies(x.rank() - before.size(), Dim.ZERO);
        List<Dim> allBefore = new ArrayList<>(others);
        before.forEach(b -> allBefore.add(Dim.of(b)));
        List<Dim> allAfter = new ArrayList<>(others);
        after.forEach(a -> allAfter.add(Dim.of(a)));
        return padded(call, x, new Amounts(allBefore, allAfter), "constant", value);
    }

    private static SymbolicTensor padded(
            OperatorCall call, SymbolicTensor x, Amounts amounts, String mode, double value) {
        Primitives to = call.primitives();
        if (amounts.areAllZero()) {
            return x;
        }
        if (x.type() == ElementType.BOOL) {
            // TensorRT pads numbers only.
            SymbolicTensor numbers = to.cast(x, ElementType.INT32);
            double truth = value == 0 ? 0 : 1;
            return to.cast(padded(call, numbers, amounts, mode, truth), ElementType.BOOL);
        }
        List<Dim> pads = new ArrayList<>(amounts.before());
        pads.addAll(amounts.after());
        List<SymbolicTensor> inputs = new ArrayList<>(List.of(x, call.graph().dims(pads)));
        if (mode.equals("constant")) {
            inputs.add(to.number(value, x));
        }
        return call.graph()
                .node("Pad", x.type(), amounts.shape(x), inputs, Attributes.of("mode", mode));
    }

    /** What is added before an axis is its end, what is added after it its beginning. */
    static SymbolicTensor circular(OperatorCall call) {
        Primitives to = call.primitives();
        Amounts amounts = amounts(call, "pad");
        SymbolicTensor x = cut(to, call.tensor("self"), amounts);
        for (int axis = x.rank() - 1; axis >= 0; axis--) {
            Dim length = x.dim(axis);
            Dim before = amounts.added().before().get(axis);
            Dim after = amounts.added().after().get(axis);
            List<SymbolicTensor> parts = new ArrayList<>();
            if (!before.is(0)) {
                parts.add(to.slice(x, axis, length.minus(before), length, 1));
            }
            parts.add(x);
            if (!after.is(0)) {
                parts.add(to.slice(x, axis, Dim.ZERO, after, 1));
            }
            x = to.concat(parts, axis);
        }
        return x;
    }
}
