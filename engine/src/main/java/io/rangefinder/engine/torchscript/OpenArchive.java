package io.rangefinder.engine.torchscript;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.hooks.BoundArguments;
import io.rangefinder.capture.hooks.HookInjector;
import io.rangefinder.capture.hooks.MarkedProgram;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.types.SchemaTable;
import io.rangefinder.engine.export.ExportableModel;
import io.rangefinder.engine.export.UnsupportedModelException;
import io.rangefinder.engine.export.UnsupportedModelException.Obstacle;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.graph.WeightStore;
import io.rangefinder.engine.export.interpret.ArchiveWeights;
import io.rangefinder.engine.export.interpret.Interpreter;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A method of an open archive, whose code is read when it is first executed. */
final class OpenArchive implements ExportableModel {

    private final TorchScriptArchive archive;
    private final ModelCall call;
    private final ArchiveWeights weights;
    private Optional<MarkedProgram> program = Optional.empty();

    OpenArchive(TorchScriptArchive archive, ModelCall call) {
        this.archive = archive;
        this.call = call;
        weights = new ArchiveWeights(archive);
    }

    @Override
    public WeightStore weights() {
        return weights;
    }

    @Override
    public GraphOutputs build(GraphBuilder graph, List<GraphInput> inputs)
            throws IOException, MalformedModelException {
        if (program.isEmpty()) {
            program = Optional.of(marked());
        }
        Interpreter interpreter = new Interpreter(program.get(), weights, graph);
        Optional<Value> result =
                interpreter.run(call.method(), arguments(program.get(), graph, inputs));
        if (result.isEmpty()) {
            List<Obstacle> obstacles = new ArrayList<>();
            interpreter
                    .problems()
                    .forEach(
                            (p, count) ->
                                    obstacles.add(
                                            new Obstacle(p.what(), p.path(), p.place(), count)));
            throw new UnsupportedModelException(weights.name(), obstacles, interpreter.exhausted());
        }
        List<SymbolicTensor> outputs = new ArrayList<>();
        List<String> names = new ArrayList<>();
        flatten(result.get(), "", outputs, names);
        requireNoState(interpreter, graph, outputs);
        return new GraphOutputs(outputs, names, warnings(interpreter));
    }

    private MarkedProgram marked() throws IOException, MalformedModelException {
        TorchScriptProgram code = archive.program();
        try {
            return new HookInjector(SchemaTable.ofPyTorch())
                    .mark(code, BoundArguments.of(archive.file(), code, call.arguments()));
        } catch (InvalidArchiveException e) {
            throw new InvalidArchiveException(archive.file() + ": " + e.getMessage(), e);
        }
    }

    private List<Value> arguments(MarkedProgram code, GraphBuilder graph, List<GraphInput> inputs)
            throws MalformedModelException {
        List<FunctionDef.Parameter> parameters =
                code.entry(call.method())
                        .orElseThrow(
                                () ->
                                        new MalformedModelException(
                                                archive.file()
                                                        + " has no method "
                                                        + call.method()
                                                        + "; name one that it has"))
                        .function()
                        .parameters();
        return new Arguments(
                        call.method() + " of " + archive.file(),
                        parameters.subList(1, parameters.size()),
                        code.program().root().attributes().keySet(),
                        graph)
                .of(inputs);
    }

    /** In the order and with the names that DJL gives them in. */
    private void flatten(
            Value value, String name, Collection<SymbolicTensor> tensors, List<String> names)
            throws MalformedModelException {
        if (value instanceof Value.Tensor tensor) {
            tensors.add(tensor.get());
            names.add(name);
        } else if (value instanceof Value.Tuple tuple) {
            for (Value element : tuple.elements()) {
                flatten(element, "", tensors, names);
            }
        } else if (value instanceof Value.ListOf list) {
            for (Value element : list.elements()) {
                flatten(element, "", tensors, names);
            }
        } else if (value instanceof Value.Dict dict) {
            // DJL's IValue.toIValueMap puts a dict's entries into such a map, one by one.
            Map<String, Value> entries = new ConcurrentHashMap<>();
            dict.entries()
                    .forEach(
                            (key, v) ->
                                    entries.put(
                                            key instanceof Value.Text text
                                                    ? text.text()
                                                    : key.toString(),
                                            v));
            for (Map.Entry<String, Value> entry : entries.entrySet()) {
                flatten(entry.getValue(), entry.getKey(), tensors, names);
            }
        } else if (value != Value.None.NONE) {
            throw new MalformedModelException(
                    weights.name()
                            + " gives a "
                            + value.getClass().getSimpleName()
                            + " besides tensors, which ONNX has not");
        }
    }

    private static List<String> warnings(Interpreter interpreter) {
        List<String> warnings = new ArrayList<>();
        if (!interpreter.inTrainingMode().isEmpty()) {
            warnings.add(
                    "it was saved in training mode, and is exported as it runs after model.eval(),"
                            + " which DJL calls; layers that differ: "
                            + String.join(
                                    ", ",
                                    interpreter.inTrainingMode().stream()
                                            .map(p -> p.isEmpty() ? "the model" : p)
                                            .toList()));
        }
        return warnings;
    }

    /** An ONNX remembers nothing from call to call. */
    private void requireNoState(
            Interpreter interpreter, GraphBuilder graph, Collection<SymbolicTensor> outputs)
            throws UnsupportedModelException {
        String file = weights.name();
        List<Obstacle> obstacles = new ArrayList<>();
        interpreter
                .changed()
                .forEach(
                        (path, tensor) -> {
                            if (graph.isNeeded(outputs, tensor)) {
                                String what =
                                        call.method()
                                                + " changes "
                                                + path
                                                + ", on which its next result depends";
                                int dot = Math.max(0, path.lastIndexOf('.'));
                                obstacles.add(new Obstacle(what, path.substring(0, dot), file, 1));
                            }
                        });
        if (!obstacles.isEmpty()) {
            throw new UnsupportedModelException(file, obstacles, false);
        }
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
