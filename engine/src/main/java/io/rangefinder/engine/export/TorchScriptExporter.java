package io.rangefinder.engine.export;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.hooks.BoundArguments;
import io.rangefinder.capture.hooks.HookInjector;
import io.rangefinder.capture.hooks.MarkedProgram;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.types.SchemaTable;
import io.rangefinder.engine.batch.BatchUse;
import io.rangefinder.engine.export.UnsupportedModelException.Obstacle;
import io.rangefinder.engine.export.graph.FinishedGraph;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.graph.StorageReader;
import io.rangefinder.engine.export.interpret.Interpreter;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.LimitException;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import io.rangefinder.engine.onnx.CalledMethod;
import io.rangefinder.engine.onnx.OpenLengths;
import io.rangefinder.engine.onnx.OutputNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exports TorchScript archives to ONNX. Stateless, hence safe from any thread. */
public final class TorchScriptExporter {

    private static final Logger logger = LoggerFactory.getLogger(TorchScriptExporter.class);

    private static final int LATER_OPSET = 17;

    /** More than 1, so that the batch's axis differs from those of length 1. */
    private static final long SAMPLES = 2;

    private TorchScriptExporter() {}

    /**
     * Exports a method, {@code forward} unless the options name another.
     *
     * @param archive the TorchScript archive
     * @param inputs type and shape of each input in order; the first axis is the batch, and axes
     *     that varied are left open where the model allows it
     * @param options how to export
     * @return the model, whose tensors have the names of the hook points that they are
     * @throws UnsupportedModelException if the model holds what ONNX or this exporter can't express
     * @throws MalformedModelException if the archive is no TorchScript, takes other inputs, or asks
     *     for more work or memory than there is
     * @throws IllegalArgumentException if an input's shape has a negative length, or the model has
     *     no such argument as the call binds
     * @throws IOException if it can't be read
     */
    public static ExportedModel export(
            Path archive, List<InputDescription> inputs, ExportOptions options)
            throws IOException, MalformedModelException {
        try {
            ExportedModel model = exactly(archive, inputs, options, List.of());
            model.warnings().forEach(w -> logger.warn("{}: {}", archive, w));
            return model;
        } catch (UnsupportedModelException e) {
            if (options.opset() >= LATER_OPSET || e.exhausted()) {
                throw e;
            }
            return later(archive, inputs, options, e);
        }
    }

    /** With the later opset, if that has what the model needs. */
    private static ExportedModel later(
            Path archive,
            List<InputDescription> inputs,
            ExportOptions options,
            UnsupportedModelException inOpset13)
            throws IOException, MalformedModelException {
        ExportOptions later = options.withOpset(LATER_OPSET);
        String needed =
                "it is exported with opset 17, which TensorRT 8.6 and later read, for what opset 13"
                        + " does not allow: "
                        + inOpset13.obstacles().get(0);
        ExportedModel model;
        try {
            model = exactly(archive, inputs, later, List.of(needed));
        } catch (UnsupportedModelException e) {
            throw inOpset13;
        }
        if (!options.orLater()) {
            throw inOpset13.withLaterOpset();
        }
        model.warnings().forEach(w -> logger.warn("{}: {}", archive, w));
        return model;
    }

    private static ExportedModel exactly(
            Path archive,
            List<InputDescription> inputs,
            ExportOptions options,
            List<String> warnings)
            throws IOException, MalformedModelException {
        try (TorchScriptArchive open = TorchScriptArchive.open(archive)) {
            MarkedProgram program = marked(open, options.call());
            StorageReader storages = new StorageReader(open);
            return withOpenAxes(program, storages, inputs, options, warnings);
        } catch (BatchDependentException e) {
            throw new MalformedModelException(archive + " can't be exported: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new MalformedModelException(
                    archive
                            + " needs more memory than the JVM has; give it more with -Xmx, or do"
                            + " not trust this file",
                    e);
        } catch (StackOverflowError e) {
            throw new MalformedModelException(
                    archive
                            + " nests modules, calls and expressions too deep for a thread's stack;"
                            + " give the JVM more with -Xss, or do not trust this file",
                    e);
        }
    }

    /** As many axes are left open as the model allows. */
    private static ExportedModel withOpenAxes(
            MarkedProgram program,
            StorageReader storages,
            List<InputDescription> inputs,
            ExportOptions options,
            List<String> warnings)
            throws IOException, MalformedModelException {
        OpenAxes open = OpenAxes.of(inputs, options.fixedBatch());
        while (true) {
            try {
                Traced traced = graph(program, storages, inputs, options, open);
                if (open.hasLengths()) {
                    Optional<String> difference =
                            difference(program, storages, options, open, traced);
                    if (difference.isPresent()) {
                        open = open.withoutLengths(difference.get());
                        continue;
                    }
                }
                return traced.model(storages.file(), open, options, warnings);
            } catch (BatchDependentException e) {
                open = open.after(e);
            } catch (MalformedModelException e) {
                if (!open.hasLengths()) {
                    throw e;
                }
                open = open.withoutLengths(reason(e));
            }
        }
    }

    private static String reason(MalformedModelException e) {
        return e instanceof UnsupportedModelException unsupported
                ? unsupported.obstacles().get(0).toString()
                : e.getMessage();
    }

    /** Whether it computes for the lengths that were seen what a model of that length computes. */
    private static Optional<String> difference(
            MarkedProgram program,
            StorageReader storages,
            ExportOptions options,
            OpenAxes open,
            Traced traced)
            throws IOException, MalformedModelException {
        if (!traced.graph().isOneFile()) {
            return Optional.empty();
        }
        byte[] any = traced.graph().toModel(storages).toByteArray();
        for (boolean greatest : new boolean[] {false, true}) {
            List<InputDescription> inputs = open.fixed(greatest);
            Traced one = graph(program, storages, inputs, options, open.onlyBatch(inputs));
            Optional<String> difference =
                    LengthsCheck.difference(
                            any,
                            one.graph().toModel(storages).toByteArray(),
                            open.shapes(inputs, SAMPLES));
            if (difference.isPresent()) {
                return difference.map(d -> "for inputs " + open.shapes(inputs, SAMPLES) + " " + d);
            }
        }
        return Optional.empty();
    }

    /** A graph, and what the user should know of it. */
    private record Traced(FinishedGraph graph, List<String> warnings) {

        ExportedModel model(Path archive, OpenAxes open, ExportOptions options, List<String> more) {
            List<String> all = new ArrayList<>(more);
            all.addAll(warnings);
            all.addAll(open.warnings());
            OpenLengths lengths = open.lengths(graph.inputNames());
            FinishedGraph noted = graph.withMetadata(lengths.toMetadata());
            if (!options.fixedBatch() && open.fixedBatch().isPresent()) {
                noted = noted.withMetadata(BatchUse.reasonAsMetadata(open.fixedBatch().get()));
            }
            return new ExportedModel(archive, noted, open.fixedBatch(), lengths, all);
        }
    }

    private static MarkedProgram marked(TorchScriptArchive archive, ModelCall call)
            throws IOException, MalformedModelException {
        TorchScriptProgram program = archive.program();
        try {
            return new HookInjector(SchemaTable.ofPyTorch())
                    .mark(program, BoundArguments.of(archive.file(), program, call.arguments()));
        } catch (InvalidArchiveException e) {
            throw new InvalidArchiveException(archive.file() + ": " + e.getMessage(), e);
        }
    }

    private static Traced graph(
            MarkedProgram program,
            StorageReader storages,
            List<InputDescription> inputs,
            ExportOptions options,
            OpenAxes open)
            throws IOException, MalformedModelException {
        GraphBuilder graph = new GraphBuilder(storages, options.opset());
        Interpreter interpreter = new Interpreter(program, storages, graph);
        String method = options.call().method();
        Optional<Value> result =
                interpreter.run(method, arguments(program, method, storages, inputs, graph, open));
        if (result.isEmpty()) {
            List<Obstacle> obstacles = new ArrayList<>();
            interpreter
                    .problems()
                    .forEach(
                            (p, count) ->
                                    obstacles.add(
                                            new Obstacle(p.what(), p.path(), p.place(), count)));
            throw new UnsupportedModelException(
                    storages.file().toString(), obstacles, interpreter.exhausted());
        }
        List<SymbolicTensor> outputs = new ArrayList<>();
        List<String> names = new ArrayList<>();
        flatten(result.get(), "", outputs, names);
        if (outputs.isEmpty()) {
            throw new MalformedModelException(
                    storages.file() + " gives no tensor; nothing of it can be exported");
        }
        requireReal(storages, outputs);
        requireNoState(method, storages, interpreter, graph, outputs);
        try {
            return new Traced(
                    graph.finish(outputs)
                            .withMetadata(new OutputNames(names).toMetadata())
                            .withMetadata(new CalledMethod(method).toMetadata()),
                    warnings(interpreter, graph));
        } catch (LimitException | ArithmeticException e) {
            throw new MalformedModelException(
                    storages.file() + " can't be exported: it " + e.getMessage(), e);
        }
    }

    private static List<String> warnings(Interpreter interpreter, GraphBuilder graph) {
        List<String> warnings = new ArrayList<>(graph.remarks());
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

    /** ONNX Runtime and TensorRT give real tensors only. */
    private static void requireReal(StorageReader storages, List<SymbolicTensor> outputs)
            throws UnsupportedModelException {
        String file = storages.file().toString();
        List<Obstacle> obstacles = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).type().isComplex()) {
                String what =
                        "output "
                                + i
                                + " holds complex numbers, which backends have not (give"
                                + " torch.view_as_real of it)";
                obstacles.add(new Obstacle(what, "", file, 1));
            }
        }
        if (!obstacles.isEmpty()) {
            throw new UnsupportedModelException(file, obstacles, false);
        }
    }

    /** An ONNX remembers nothing from call to call. */
    private static void requireNoState(
            String method,
            StorageReader storages,
            Interpreter interpreter,
            GraphBuilder graph,
            Collection<SymbolicTensor> outputs)
            throws UnsupportedModelException {
        String file = storages.file().toString();
        List<Obstacle> obstacles = new ArrayList<>();
        interpreter
                .changed()
                .forEach(
                        (path, tensor) -> {
                            if (graph.isNeeded(outputs, tensor)) {
                                String what =
                                        method
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

    private static List<Value> arguments(
            MarkedProgram program,
            String method,
            StorageReader storages,
            List<InputDescription> inputs,
            GraphBuilder graph,
            OpenAxes open)
            throws MalformedModelException {
        List<FunctionDef.Parameter> parameters =
                program.entry(method)
                        .orElseThrow(
                                () ->
                                        new MalformedModelException(
                                                storages.file()
                                                        + " has no method "
                                                        + method
                                                        + "; name one that it has"))
                        .function()
                        .parameters();
        return new Arguments(
                        method + " of " + storages.file(),
                        parameters.subList(1, parameters.size()),
                        program.program().root().attributes().keySet(),
                        graph,
                        open)
                .of(inputs);
    }

    /** In the order and with the names that DJL gives them in. */
    private static void flatten(
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
                    "the model gives a "
                            + value.getClass().getSimpleName()
                            + " besides tensors, which ONNX has not");
        }
    }
}
