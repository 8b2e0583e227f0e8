package io.rangefinder.engine.export.operators;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.rangefinder.engine.export.graph.Attributes;
import io.rangefinder.engine.export.graph.GraphBuilder.Output;
import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.Source;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * LSTM, GRU and plain recurrent layers. Stateless.
 *
 * <p>ONNX has the gates in another order than PyTorch: of an LSTM input, output, forget, cell in
 * place of input, forget, cell, output; of a GRU update, reset, new in place of reset, update, new.
 */
final class Recurrent {

    private static final Kind LSTM = new Kind("LSTM", List.of(0, 3, 1, 2));
    private static final Kind GRU = new Kind("GRU", List.of(1, 0, 2));
    private static final Kind RNN = new Kind("RNN", List.of(0));

    private Recurrent() {}

    /**
     * A kind of layer.
     *
     * @param operator its operator in ONNX
     * @param gates PyTorch's place of each gate that ONNX has
     */
    private record Kind(String operator, List<Integer> gates) {}

    /** What a layer gives: its outputs, and its states after the last step. */
    record Layer(SymbolicTensor output, List<SymbolicTensor> states) {}

    static Value lstm(OperatorCall call) {
        if (call.has("batch_sizes")) {
            throw packed(call);
        }
        RecurrentWeights weights = RecurrentWeights.of(call);
        return layers(
                call,
                call.tensors("hx"),
                (x, layer, states) ->
                        weights.isProjected()
                                ? ProjectedLstm.layer(call, x, weights, layer, states)
                                : layer(call, LSTM, x, weights, layer, states));
    }

    static Value gru(OperatorCall call) {
        return plain(call, GRU, Attributes.of("linear_before_reset", 1L));
    }

    static Value rnn(OperatorCall call, String activation) {
        int directions = RecurrentWeights.directions(call);
        List<String> activations = Collections.nCopies(directions, activation);
        return plain(call, RNN, Attributes.ofTexts("activations", activations));
    }

    private static Value plain(OperatorCall call, Kind kind, AttributeProto attribute) {
        if (call.has("batch_sizes")) {
            throw packed(call);
        }
        RecurrentWeights weights = RecurrentWeights.of(call);
        return layers(
                call,
                List.of(call.tensor("hx")),
                (x, layer, states) -> layer(call, kind, x, weights, layer, states, attribute));
    }

    private static UnsupportedOperatorException packed(OperatorCall call) {
        return call.unsupported(
                "makes or takes a packed sequence, whose length depends on the input; use a padded"
                        + " one");
    }

    /** Said where a sequence is packed or unpacked, too, which models do before and after. */
    static Value refusePacked(OperatorCall call) {
        throw packed(call);
    }

    /** Adds one layer; the states have a first axis for the directions. */
    @FunctionalInterface
    private interface OneLayer {

        Layer apply(SymbolicTensor x, int layer, List<SymbolicTensor> states);
    }

    private static Value layers(OperatorCall call, List<SymbolicTensor> initial, OneLayer one) {
        Primitives to = call.primitives();
        if (call.integer("num_layers") > 1) {
            Dropouts.sayIfTraining(call, "dropout", "train");
        }
        boolean batchFirst = call.truth("batch_first");
        int directions = RecurrentWeights.directions(call);
        SymbolicTensor x = call.tensor("input");
        x = batchFirst ? to.transpose(x, 0, 1) : x;
        List<List<SymbolicTensor>> ends = new ArrayList<>();
        initial.forEach(s -> ends.add(new ArrayList<>()));
        for (int i = 0; i < call.integer("num_layers"); i++) {
            Dim from = Dim.of((long) i * directions);
            Dim end = from.plus(Dim.of(directions));
            Layer layer =
                    one.apply(
                            x, i, initial.stream().map(s -> to.slice(s, 0, from, end, 1)).toList());
            x = layer.output();
            for (int j = 0; j < ends.size(); j++) {
                ends.get(j).add(layer.states().get(j));
            }
        }
        List<SymbolicTensor> results = new ArrayList<>();
        results.add(batchFirst ? to.transpose(x, 0, 1) : x);
        ends.forEach(e -> results.add(to.concat(e, 0)));
        return OperatorCall.results(results.toArray(SymbolicTensor[]::new));
    }

    /** A layer as one node; the directions' outputs stand side by side. */
    private static Layer layer(
            OperatorCall call,
            Kind kind,
            SymbolicTensor x,
            RecurrentWeights weights,
            int layer,
            List<SymbolicTensor> states,
            AttributeProto... more) {
        Primitives to = call.primitives();
        int directions = weights.directions();
        long hidden = weights.hidden();
        List<SymbolicTensor> inputs = new ArrayList<>();
        inputs.add(x);
        inputs.add(weights.input(to, layer, kind.gates()));
        inputs.add(weights.state(to, layer, kind.gates()));
        inputs.add(weights.hasBiases() ? weights.biases(to, layer, kind.gates()) : null);
        // Sequences may be of different lengths in ONNX; without this input they are not.
        inputs.add(null);
        states.forEach(s -> inputs.add(isZero(s) ? null : s));
        while (inputs.get(inputs.size() - 1) == null) {
            inputs.remove(inputs.size() - 1);
        }
        Dim steps = x.dim(0);
        Dim batch = x.dim(1);
        List<Dim> ended = List.of(Dim.of(directions), batch, Dim.of(hidden));
        List<Output> outputs = new ArrayList<>();
        outputs.add(
                new Output(x.type(), List.of(steps, Dim.of(directions), batch, Dim.of(hidden))));
        states.forEach(s -> outputs.add(new Output(x.type(), ended)));
        List<AttributeProto> attributes = new ArrayList<>(List.of(more));
        attributes.add(Attributes.of("hidden_size", hidden));
        attributes.add(Attributes.of("direction", directions == 2 ? "bidirectional" : "forward"));
        List<SymbolicTensor> made =
                call.graph()
                        .nodes(
                                kind.operator(),
                                outputs,
                                inputs,
                                attributes.toArray(AttributeProto[]::new));
        SymbolicTensor output =
                directions == 1
                        ? to.squeeze(made.get(0), 1)
                        : to.reshape(
                                to.permute(made.get(0), List.of(0, 2, 1, 3)),
                                List.of(steps, batch, Dim.of(directions * hidden)));
        return new Layer(output, made.subList(1, made.size()));
    }

    /** What ONNX takes if no state is given. */
    private static boolean isZero(SymbolicTensor state) {
        return state.source() instanceof Source.Filled filled && filled.value().real() == 0;
    }
}
