package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights of recurrent layers in PyTorch's order: by layer, then by direction; each has the
 * input's, the state's, both biases if there are any, and an LSTM's projection if it has one.
 *
 * @param all the weights
 * @param layers the number of layers
 * @param directions 2 if it runs both ways, else 1
 * @param hasBiases whether there are biases
 */
record RecurrentWeights(List<SymbolicTensor> all, int layers, int directions, boolean hasBiases) {

    private static final int INPUT = 0;
    private static final int STATE = 1;
    private static final int INPUT_BIAS = 2;
    private static final int STATE_BIAS = 3;

    static RecurrentWeights of(OperatorCall call) {
        return new RecurrentWeights(
                call.tensors("params"),
                Math.toIntExact(call.integer("num_layers")),
                directions(call),
                call.truth("has_biases"));
    }

    static int directions(OperatorCall call) {
        return call.truth("bidirectional") ? 2 : 1;
    }

    private int each() {
        return all.size() / (layers * directions);
    }

    boolean isProjected() {
        return each() % 2 == 1;
    }

    /** The length of the state that the gates make. */
    long hidden() {
        return all.get(INPUT).dim(0).value() / gates(all.get(INPUT), all.get(STATE));
    }

    /** The state's weight has shape (gates * hidden, hidden) but for a projected LSTM's. */
    private long gates(SymbolicTensor input, SymbolicTensor state) {
        return isProjected() ? 4 : input.dim(0).value() / state.dim(1).value();
    }

    /** The weights of one direction of one layer, as they are. */
    List<SymbolicTensor> of(int layer, int direction) {
        int from = (layer * directions + direction) * each();
        return all.subList(from, from + each());
    }

    /** Input weights for ONNX: direction, gate by gate, input. */
    SymbolicTensor input(Primitives to, int layer, List<Integer> gates) {
        return stacked(to, layer, gates, List.of(INPUT));
    }

    /** State weights for ONNX: direction, gate by gate, state. */
    SymbolicTensor state(Primitives to, int layer, List<Integer> gates) {
        return stacked(to, layer, gates, List.of(STATE));
    }

    /** Biases for ONNX: direction, the input's gate by gate and the state's. */
    SymbolicTensor biases(Primitives to, int layer, List<Integer> gates) {
        return stacked(to, layer, gates, List.of(INPUT_BIAS, STATE_BIAS));
    }

    private SymbolicTensor stacked(
            Primitives to, int layer, List<Integer> gates, List<Integer> which) {
        List<SymbolicTensor> both = new ArrayList<>();
        for (int direction = 0; direction < directions; direction++) {
            List<SymbolicTensor> parts = new ArrayList<>();
            for (int weight : which) {
                SymbolicTensor whole = of(layer, direction).get(weight);
                for (int gate : gates) {
                    Dim from = Dim.of(gate * hidden());
                    parts.add(to.slice(whole, 0, from, from.plus(Dim.of(hidden())), 1));
                }
            }
            both.add(to.unsqueeze(to.concat(parts, 0), 0));
        }
        return to.concat(both, 0);
    }
}
