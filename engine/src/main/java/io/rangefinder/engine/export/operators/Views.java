package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.Strides;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.export.symbolic.View;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Views that operators give: what is written to them is written to the tensor that they show. */
final class Views {

    private Views() {}

    private static Value.Tensor of(
            Value.Tensor base,
            Strides strides,
            UnaryOperator<SymbolicTensor> get,
            BinaryOperator<SymbolicTensor> put) {
        return new Value.Tensor(
                base,
                new View() {
                    @Override
                    public SymbolicTensor get(SymbolicTensor tensor) {
                        return get.apply(tensor);
                    }

                    @Override
                    public SymbolicTensor put(SymbolicTensor tensor, SymbolicTensor part) {
                        return put.apply(tensor, part);
                    }
                },
                strides);
    }

    /** The same elements in another shape: a view if there is one, else a copy. */
    static Value.Tensor reshapeOrCopy(Primitives to, Value.Tensor x, List<Dim> shape) {
        return x.strides().reshaped(x.get().shape(), shape).isPresent()
                ? reshape(to, x, shape)
                : new Value.Tensor(to.reshape(x.get(), shape));
    }

    /** The same elements in another shape. */
    static Value.Tensor reshape(Primitives to, Value.Tensor x, List<Dim> shape) {
        return of(
                x,
                x.strides()
                        .reshaped(x.get().shape(), shape)
                        .orElseGet(() -> Strides.contiguous(shape)),
                tensor -> to.reshape(tensor, shape),
                (tensor, part) -> to.reshape(part, tensor.shape()));
    }

    static Value.Tensor permute(Primitives to, Value.Tensor x, List<Integer> order) {
        List<Integer> back = IntStream.range(0, order.size()).mapToObj(order::indexOf).toList();
        return of(
                x,
                x.strides().permuted(order),
                tensor -> to.permute(tensor, order),
                (tensor, part) -> to.permute(part, back));
    }

    static Value.Tensor unsqueeze(Primitives to, Value.Tensor x, int axis) {
        return of(
                x,
                x.strides().with(axis),
                tensor -> to.unsqueeze(tensor, axis),
                (tensor, part) -> to.squeeze(part, axis));
    }

    static Value.Tensor squeeze(Primitives to, Value.Tensor x, int axis) {
        return of(
                x,
                x.strides().without(axis),
                tensor -> to.squeeze(tensor, axis),
                (tensor, part) -> to.unsqueeze(part, axis));
    }

    static Value.Tensor select(Primitives to, Value.Tensor x, int axis, Dim index) {
        return of(
                x,
                x.strides().without(axis),
                tensor -> to.select(tensor, axis, index),
                (tensor, part) -> replace(to, tensor, axis, index, 1, to.unsqueeze(part, axis)));
    }

    static Value.Tensor slice(
            Primitives to, Value.Tensor x, int axis, Dim start, Dim end, long step) {
        return of(
                x,
                x.strides().stepped(axis, step),
                tensor -> to.slice(tensor, axis, start, end, step),
                (tensor, part) -> replace(to, tensor, axis, start, step, part));
    }

    /** The tensor with other elements at some indices of an axis. */
    private static SymbolicTensor replace(
            Primitives to,
            SymbolicTensor tensor,
            int axis,
            Dim start,
            long step,
            SymbolicTensor part) {
        if (part.shape().equals(tensor.shape())) {
            return part;
        }
        List<SymbolicTensor> parts = new ArrayList<>();
        Dim from = Dim.ZERO;
        for (long i = 0; i < (step == 1 ? 1 : part.dim(axis).value()); i++) {
            Dim at = start.plus(Dim.of(i * step));
            if (!from.equals(at)) {
                parts.add(to.slice(tensor, axis, from, at, 1));
            }
            parts.add(step == 1 ? part : to.slice(part, axis, Dim.of(i), Dim.of(i + 1), 1));
            from = at.plus(step == 1 ? part.dim(axis) : Dim.ONE);
        }
        if (!from.equals(tensor.dim(axis))) {
            parts.add(to.slice(tensor, axis, from, tensor.dim(axis), 1));
        }
        return to.concat(parts, axis);
    }

    private static Strides expanded(Value.Tensor x, List<Dim> shape) {
        Strides strides = x.strides();
        int more = shape.size() - x.get().rank();
        for (int i = 0; i < more; i++) {
            strides = strides.with(0).stepped(0, 0);
        }
        for (int i = more; i < shape.size(); i++) {
            if (!x.get().dim(i - more).equals(shape.get(i))) {
                strides = strides.stepped(i, 0);
            }
        }
        return strides;
    }

    /** Elements that are repeated can't be written to, in PyTorch either. */
    static Value.Tensor expand(Primitives to, Value.Tensor x, List<Dim> shape) {
        return of(
                x,
                expanded(x, shape),
                tensor -> to.expand(tensor, shape),
                (tensor, part) -> {
                    throw new UnsupportedOperatorException("writes to an expanded tensor");
                });
    }

    /** The parts of complex numbers as a last axis. */
    static Value.Tensor realView(Value.Tensor z) {
        return of(
                z,
                z.strides().ofParts(),
                SymbolicTensor::realView,
                (tensor, part) -> part.complexView());
    }

    /** Pairs of real numbers as complex ones. */
    static Value.Tensor complexView(Value.Tensor x) {
        if (x.get().rank() == 0 || !x.get().dim(-1).is(2)) {
            throw new UnsupportedOperatorException(
                    "makes complex numbers of a tensor of shape " + x.get().shape());
        }
        return of(
                x,
                x.strides().ofPairs(),
                SymbolicTensor::complexView,
                (tensor, part) -> part.realView());
    }

    /** What is made of the tensor by other means, so that nothing can be written through it. */
    static Value.Tensor readOnly(Value.Tensor x, String name, UnaryOperator<SymbolicTensor> get) {
        return of(
                x,
                Strides.contiguous(get.apply(x.get()).shape()),
                get,
                (tensor, part) -> {
                    throw new UnsupportedOperatorException("writes to what " + name + " gave");
                });
    }
}
