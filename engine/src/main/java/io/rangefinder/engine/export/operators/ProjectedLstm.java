package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An LSTM with projected states ({@code proj_size}), which ONNX has not: step by step. Stateless.
 */
final class ProjectedLstm {

    private ProjectedLstm() {}

    static Recurrent.Layer layer(
            OperatorCall call,
            SymbolicTensor x,
            RecurrentWeights weights,
            int layer,
            List<SymbolicTensor> states) {
        Primitives to = call.primitives();
        List<SymbolicTensor> outputs = new ArrayList<>();
        List<SymbolicTensor> ends = new ArrayList<>();
        List<SymbolicTensor> cells = new ArrayList<>();
        for (int i = 0; i < weights.directions(); i++) {
            Dim at = Dim.of(i);
            Direction direction =
                    direction(
                            call,
                            x,
                            weights.of(layer, i),
                            i == 1,
                            to.select(states.get(0), 0, at),
                            to.select(states.get(1), 0, at));
            outputs.add(direction.output());
            ends.add(to.unsqueeze(direction.state(), 0));
            cells.add(to.unsqueeze(direction.cell(), 0));
        }
        return new Recurrent.Layer(
                to.concat(outputs, 2), List.of(to.concat(ends, 0), to.concat(cells, 0)));
    }

    private record Direction(SymbolicTensor output, SymbolicTensor state, SymbolicTensor cell) {}

    private static Direction direction(
            OperatorCall call,
            SymbolicTensor x,
            List<SymbolicTensor> weights,
            boolean backward,
            SymbolicTensor firstState,
            SymbolicTensor firstCell) {
        Primitives to = call.primitives();
        boolean biased = weights.size() > 3;
        SymbolicTensor state = firstState;
        SymbolicTensor cell = firstCell;
        SymbolicTensor inputs = Linear.linear(call, x, weights.get(0), bias(weights, biased, 2));
        long steps = x.dim(0).value();
        SymbolicTensor[] outputs = new SymbolicTensor[Math.toIntExact(steps)];
        for (int i = 0; i < steps; i++) {
            int at = backward ? outputs.length - 1 - i : i;
            SymbolicTensor inner =
                    Linear.linear(call, state, weights.get(1), bias(weights, biased, 3));
            List<SymbolicTensor> next =
                    Cells.lstm(call, to.add(to.select(inputs, 0, Dim.of(at)), inner), cell);
            SymbolicTensor projection = weights.get(weights.size() - 1);
            state = Linear.linear(call, next.get(0), projection, Optional.empty());
            cell = next.get(1);
            outputs[at] = to.unsqueeze(state, 0);
        }
        return new Direction(to.concat(List.of(outputs), 0), state, cell);
    }

    private static Optional<SymbolicTensor> bias(
            List<SymbolicTensor> weights, boolean biased, int at) {
        return biased ? Optional.of(weights.get(at)) : Optional.empty();
    }
}
