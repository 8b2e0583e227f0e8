package io.rangefinder.engine.export;

import ai.djl.MalformedModelException;
import ai.onnx.proto.OnnxMl.ModelProto;
import io.rangefinder.engine.export.graph.FinishedGraph;
import io.rangefinder.engine.export.graph.StorageReader;
import io.rangefinder.engine.onnx.HookNames;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.OpenLengths;
import io.rangefinder.engine.onnxruntime.LoadTrial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An exported model. Its weights stay in the source, which must not change, until they are written
 * or asked for. Immutable, hence safe from any thread.
 */
public final class ExportedModel {

    private final Opener opener;
    private final String name;
    private final FinishedGraph graph;
    private final Optional<String> fixedBatch;
    private final OpenLengths lengths;
    private final List<String> warnings;

    /** Opens the source again. */
    @FunctionalInterface
    interface Opener {
        ExportableModel open() throws IOException, MalformedModelException;
    }

    ExportedModel(
            Opener opener,
            String name,
            FinishedGraph graph,
            Optional<String> fixedBatch,
            OpenLengths lengths,
            List<String> warnings) {
        this.opener = opener;
        this.name = name;
        this.graph = graph;
        this.fixedBatch = fixedBatch;
        this.lengths = lengths;
        this.warnings = List.copyOf(warnings);
    }

    /**
     * What the user should know of it: what the ONNX does otherwise than the model, and why.
     *
     * @return a sentence each
     */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Why the model takes batches of one length only.
     *
     * @return what in the model depends on the batch's length and where, or empty if it takes any
     */
    public Optional<String> fixedBatch() {
        return fixedBatch;
    }

    /**
     * Which axes besides the batch may have several lengths.
     *
     * @return the axes that varied and that the model leaves open
     */
    public OpenLengths lengths() {
        return lengths;
    }

    /**
     * Which hook points the tensors are.
     *
     * @return the hook points of each tensor, and those without one
     */
    public HookNames hookNames() {
        return graph.hookNames();
    }

    /**
     * The model in memory, weights included.
     *
     * @return the ONNX model
     * @throws MalformedModelException if a weight can't be read, or they take more than the 2 GB
     *     that ONNX holds without external data
     * @throws IOException if the source can't be read
     */
    public OnnxModel toOnnx() throws IOException, MalformedModelException {
        try (ExportableModel open = opener.open()) {
            return OnnxModel.of(graph.toModel(new StorageReader(open.weights())), name);
        } catch (OutOfMemoryError e) {
            throw lackOfMemory(e);
        }
    }

    private MalformedModelException lackOfMemory(OutOfMemoryError e) {
        return new MalformedModelException(
                name
                        + " has weights of "
                        + graph.weightBytes()
                        + " bytes, for which the JVM lacks memory; give it more with -Xmx",
                e);
    }

    /**
     * Writes the model, whole or not at all. Weights of more than 2 GB go into a file beside it, of
     * the same name with {@code .data} behind it.
     *
     * @param file the {@code .onnx} file to make or to replace
     * @throws MalformedModelException if a weight can't be read, or ONNX Runtime refuses the model
     * @throws IOException if a file can't be read or written
     */
    public void write(Path file) throws IOException, MalformedModelException {
        try (ExportableModel open = opener.open()) {
            StorageReader storages = new StorageReader(open.weights());
            // Before it is written, so that a file that was there stays.
            ModelProto outline = graph.outline(storages);
            OnnxModel.requireReadable(outline, name);
            LoadTrial.requireLoadable(outline, name);
            graph.write(file, storages);
        } catch (OutOfMemoryError e) {
            throw lackOfMemory(e);
        }
    }
}
