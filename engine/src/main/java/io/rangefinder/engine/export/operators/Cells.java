package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One step of a recurrent layer, by the formulas of <a
 * href="https://docs.pytorch.org/docs/stable/nn.html#recurrent-layers">PyTorch's documentation</a>.
 * Stateless.
 */
final class Cells {

    private Cells() {}

    static Value lstm(OperatorCall call) {
        List<SymbolicTensor> states = call.tensors("hx");
        List<SymbolicTensor> next =
                lstm(
                        call,
                        call.primitives().add(ofInput(call), ofState(call, states.get(0))),
                        states.get(1));
        return OperatorCall.results(next.get(0), next.get(1));
    }

    /** The new state and the new cell, of gates in the order input, forget, cell, output. */
    static List<SymbolicTensor> lstm(OperatorCall call, SymbolicTensor gates, SymbolicTensor cell) {
        Primitives to = call.primitives();
        List<SymbolicTensor> parts = parts(to, gates, 4);
        SymbolicTensor kept = to.mul(to.unary("Sigmoid", parts.get(1)), cell);
        SymbolicTensor written =
                to.mul(to.unary("Sigmoid", parts.get(0)), to.unary("Tanh", parts.get(2)));
        SymbolicTensor next = to.add(kept, written);
        SymbolicTensor out = to.unary("Sigmoid", parts.get(3));
        return List.of(to.mul(out, to.unary("Tanh", next)), next);
    }

    static SymbolicTensor gru(OperatorCall call) {
        Primitives to = call.primitives();
        SymbolicTensor state = call.tensor("hx");
        List<SymbolicTensor> input = parts(to, ofInput(call), 3);
        List<SymbolicTensor> inner = parts(to, ofState(call, state), 3);
        SymbolicTensor reset = to.unary("Sigmoid", to.add(input.get(0), inner.get(0)));
        SymbolicTensor update = to.unary("Sigmoid", to.add(input.get(1), inner.get(1)));
        SymbolicTensor fresh = to.unary("Tanh", to.add(input.get(2), to.mul(reset, inner.get(2))));
        return to.add(fresh, to.mul(update, to.sub(state, fresh)));
    }

    static SymbolicTensor rnn(OperatorCall call, String activation) {
        Primitives to = call.primitives();
        SymbolicTensor sum = to.add(ofInput(call), ofState(call, call.tensor("hx")));
        return to.unary(activation, sum);
    }

    private static SymbolicTensor ofInput(OperatorCall call) {
        return linear(call, call.tensor("input"), "w_ih", "b_ih");
    }

    private static SymbolicTensor ofState(OperatorCall call, SymbolicTensor state) {
        return linear(call, state, "w_hh", "b_hh");
    }

    private static SymbolicTensor linear(
            OperatorCall call, SymbolicTensor x, String weight, String bias) {
        Optional<SymbolicTensor> shift = call.optTensor(bias);
        return Linear.linear(call, x, call.tensor(weight), shift);
    }

    /** Equal parts of the last axis. */
    private static List<SymbolicTensor> parts(Primitives to, SymbolicTensor x, int count) {
        int axis = x.rank() - 1;
        long size = x.dim(axis).value() / count;
        List<SymbolicTensor> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(to.slice(x, axis, Dim.of(i * size), Dim.of((i + 1) * size), 1));
        }
        return parts;
    }
}
