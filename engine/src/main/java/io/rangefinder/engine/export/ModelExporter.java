package io.rangefinder.engine.export;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.capture.source.ModelSources;
import io.rangefinder.capture.source.Providers;
import io.rangefinder.engine.batch.BatchUse;
import io.rangefinder.engine.export.ExportableModel.GraphInput;
import io.rangefinder.engine.export.ExportableModel.GraphOutputs;
import io.rangefinder.engine.export.UnsupportedModelException.Obstacle;
import io.rangefinder.engine.export.graph.FinishedGraph;
import io.rangefinder.engine.export.graph.GraphBuilder;
import io.rangefinder.engine.export.graph.StorageReader;
import io.rangefinder.engine.export.symbolic.BatchDependentException;
import io.rangefinder.engine.export.symbolic.LimitException;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.onnx.CalledMethod;
import io.rangefinder.engine.onnx.OpenLengths;
import io.rangefinder.engine.onnx.OutputNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exports models to ONNX. Stateless, hence safe from any thread. */
public final class ModelExporter {

    private static final Logger logger = LoggerFactory.getLogger(ModelExporter.class);

    private static final int LATER_OPSET = 17;

    /** More than 1, so that the batch's axis differs from those of length 1. */
    private static final long SAMPLES = 2;

    private ModelExporter() {}

    /**
     * Exports a model's file.
     *
     * @param file a file that {@link ModelSources} opens
     * @param inputs type and shape of each input in order
     * @param options how to export
     * @return the model, whose tensors have the names of the hook points that they are
     * @throws UnsupportedModelException if the model holds what ONNX or this exporter can't express
     * @throws MalformedModelException if the file is no such model, takes other inputs, or asks for
     *     more work or memory than there is
     * @throws IOException if it can't be read
     */
    public static ExportedModel export(
            Path file, List<InputDescription> inputs, ExportOptions options)
            throws IOException, MalformedModelException {
        return export(ModelSources.open(file), inputs, options);
    }

    /**
     * Exports a method, {@code forward} unless the options name another.
     *
     * @param source the model
     * @param inputs type and shape of each input in order; the first axis is the batch, and axes
     *     that varied are left open where the model allows it
     * @param options how to export
     * @return the model, whose tensors have the names of the hook points that they are
     * @throws UnsupportedModelException if the model holds what ONNX or this exporter can't express
     * @throws MalformedModelException if the model is damaged, takes other inputs, or asks for more
     *     work or memory than there is; or if no frontend takes it
     * @throws IllegalArgumentException if an input's shape has a negative length, or the model has
     *     no such argument as the call binds
     * @throws IOException if it can't be read
     */
    public static ExportedModel export(
            ModelSource source, List<InputDescription> inputs, ExportOptions options)
            throws IOException, MalformedModelException {
        Frontend frontend = frontend(source);
        try {
            return logged(source, exactly(frontend, source, inputs, options, List.of()));
        } catch (UnsupportedModelException e) {
            if (options.opset() >= LATER_OPSET || e.exhausted()) {
                throw e;
            }
            return later(frontend, source, inputs, options, e);
        }
    }

    private static Frontend frontend(ModelSource source) throws MalformedModelException {
        for (Frontend frontend : Providers.of(Frontend.class)) {
            if (frontend.takes(source)) {
                return frontend;
            }
        }
        throw new MalformedModelException(
                source.name()
                        + " can't be exported: there is no frontend for a "
                        + source.getClass().getSimpleName()
                        + "; put one on the class path, or give an ONNX of the model");
    }

    private static ExportedModel logged(ModelSource source, ExportedModel model) {
        model.warnings().forEach(w -> logger.warn("{}: {}", source.name(), w));
        return model;
    }

    /** With the later opset, if that has what the model needs. */
    private static ExportedModel later(
            Frontend frontend,
            ModelSource source,
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
            model = exactly(frontend, source, inputs, later, List.of(needed));
        } catch (UnsupportedModelException e) {
            throw inOpset13;
        }
        if (!options.orLater()) {
            throw inOpset13.withLaterOpset();
        }
        return logged(source, model);
    }

    private static ExportedModel exactly(
            Frontend frontend,
            ModelSource source,
            List<InputDescription> inputs,
            ExportOptions options,
            List<String> warnings)
            throws IOException, MalformedModelException {
        ExportedModel.Opener opener = () -> frontend.open(source, options.call());
        try (ExportableModel model = opener.open()) {
            return withOpenAxes(model, opener, inputs, options, warnings);
        } catch (BatchDependentException e) {
            throw new MalformedModelException(
                    source.name() + " can't be exported: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new MalformedModelException(
                    source.name()
                            + " needs more memory than the JVM has; give it more with -Xmx, or do"
                            + " not trust this file",
                    e);
        } catch (StackOverflowError e) {
            throw new MalformedModelException(
                    source.name()
                            + " nests modules, calls and expressions too deep for a thread's stack;"
                            + " give the JVM more with -Xss, or do not trust this file",
                    e);
        }
    }

    /** As many axes are left open as the model allows. */
    private static ExportedModel withOpenAxes(
            ExportableModel model,
            ExportedModel.Opener opener,
            List<InputDescription> inputs,
            ExportOptions options,
            List<String> warnings)
            throws IOException, MalformedModelException {
        StorageReader weights = new StorageReader(model.weights());
        OpenAxes open = OpenAxes.of(inputs, options.fixedBatch());
        while (true) {
            try {
                Traced traced = graph(model, weights, inputs, options, open);
                if (open.hasLengths()) {
                    Optional<String> difference = difference(model, weights, options, open, traced);
                    if (difference.isPresent()) {
                        open = open.withoutLengths(difference.get());
                        continue;
                    }
                }
                return traced.model(opener, weights.name(), open, options, warnings);
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
            ExportableModel model,
            StorageReader weights,
            ExportOptions options,
            OpenAxes open,
            Traced traced)
            throws IOException, MalformedModelException {
        if (!traced.graph().isOneFile()) {
            return Optional.empty();
        }
        byte[] any = traced.graph().toModel(weights).toByteArray();
        for (boolean greatest : new boolean[] {false, true}) {
            List<InputDescription> inputs = open.fixed(greatest);
            Traced one = graph(model, weights, inputs, options, open.onlyBatch(inputs));
            Optional<String> difference =
                    LengthsCheck.difference(
                            any,
                            one.graph().toModel(weights).toByteArray(),
                            open.shapes(inputs, SAMPLES));
            if (difference.isPresent()) {
                return difference.map(d -> "for inputs " + open.shapes(inputs, SAMPLES) + " " + d);
            }
        }
        return Optional.empty();
    }

    /** A graph, and what the user should know of it. */
    private record Traced(FinishedGraph graph, List<String> warnings) {

        ExportedModel model(
                ExportedModel.Opener opener,
                String name,
                OpenAxes open,
                ExportOptions options,
                List<String> more) {
            List<String> all = new ArrayList<>(more);
            all.addAll(warnings);
            all.addAll(open.warnings());
            OpenLengths lengths = open.lengths(graph.inputNames());
            FinishedGraph noted = graph.withMetadata(lengths.toMetadata());
            if (!options.fixedBatch() && open.fixedBatch().isPresent()) {
                noted = noted.withMetadata(BatchUse.reasonAsMetadata(open.fixedBatch().get()));
            }
            return new ExportedModel(opener, name, noted, open.fixedBatch(), lengths, all);
        }
    }

    private static Traced graph(
            ExportableModel model,
            StorageReader weights,
            List<InputDescription> inputs,
            ExportOptions options,
            OpenAxes open)
            throws IOException, MalformedModelException {
        GraphBuilder graph = new GraphBuilder(weights, options.opset());
        List<GraphInput> given = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            given.add(new GraphInput(inputs.get(i), open.shape(i)));
        }
        GraphOutputs outputs = model.build(graph, given);
        if (outputs.tensors().isEmpty()) {
            throw new MalformedModelException(
                    weights.name() + " gives no tensor; nothing of it can be exported");
        }
        requireReal(weights.name(), outputs.tensors());
        List<String> warnings = new ArrayList<>(graph.remarks());
        warnings.addAll(outputs.warnings());
        try {
            return new Traced(
                    graph.finish(outputs.tensors())
                            .withMetadata(new OutputNames(outputs.names()).toMetadata())
                            .withMetadata(new CalledMethod(options.call().method()).toMetadata()),
                    warnings);
        } catch (LimitException | ArithmeticException e) {
            throw new MalformedModelException(
                    weights.name() + " can't be exported: it " + e.getMessage(), e);
        }
    }

    /** ONNX Runtime and TensorRT give real tensors only. */
    private static void requireReal(String name, List<SymbolicTensor> outputs)
            throws UnsupportedModelException {
        List<Obstacle> obstacles = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).type().isComplex()) {
                String what =
                        "output "
                                + i
                                + " holds complex numbers, which backends have not (give"
                                + " torch.view_as_real of it)";
                obstacles.add(new Obstacle(what, "", name, 1));
            }
        }
        if (!obstacles.isEmpty()) {
            throw new UnsupportedModelException(name, obstacles, false);
        }
    }
}
