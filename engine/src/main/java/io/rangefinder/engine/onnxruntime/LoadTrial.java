package io.rangefinder.engine.onnxruntime;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.rangefinder.engine.child.ChildFolder;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Tensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether ONNX Runtime loads a model that is about to be written: its nodes, types and shapes, and
 * a kernel for each node. What the weights hold makes no difference to that, so that they are not
 * handed over: a file with a hole in it, which is mapped and never read, stands for all of them.
 * Stateless.
 */
public final class LoadTrial {

    /** A shape or an index may decide on what loads; so long it is a weight. */
    private static final int LEAST_WEIGHT = 1 << 12;

    private static final String WEIGHTS = "weights";

    private LoadTrial() {}

    /**
     * Tries.
     *
     * @param model a model whose weights are in it, or said to be elsewhere, wherever
     * @param source where it came from, for messages
     * @throws InvalidOnnxException if ONNX Runtime refuses it
     * @throws IOException if no temporary file can be made
     */
    public static void requireLoadable(ModelProto model, String source)
            throws IOException, InvalidOnnxException {
        GraphProto.Builder graph = model.getGraph().toBuilder().clearInitializer();
        long longest = 0;
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            boolean elsewhere = tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
            long length =
                    elsewhere
                            ? Tensors.declaredBytes(tensor).orElse(0L)
                            : tensor.getRawData().size();
            boolean weight = elsewhere || length >= LEAST_WEIGHT;
            graph.addInitializer(weight ? withoutData(tensor, length) : tensor);
            longest = weight ? Math.max(longest, length) : longest;
        }
        load(model.toBuilder().setGraph(graph).build(), longest, source);
    }

    private static TensorProto withoutData(TensorProto tensor, long length) {
        TensorProto.Builder outside =
                tensor.toBuilder()
                        .clearRawData()
                        .clearExternalData()
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL);
        outside.addExternalDataBuilder().setKey("location").setValue(WEIGHTS);
        outside.addExternalDataBuilder().setKey("offset").setValue("0");
        outside.addExternalDataBuilder().setKey("length").setValue(Long.toString(length));
        return outside.build();
    }

    /** The model as a file, with the file of its weights beside it. */
    private static Path file(ModelProto model, long longest, Path folder) throws IOException {
        try (RandomAccessFile hole = new RandomAccessFile(folder.resolve(WEIGHTS).toFile(), "rw")) {
            hole.setLength(longest);
        }
        return Files.write(folder.resolve("model.onnx"), model.toByteArray());
    }

    private static void load(ModelProto model, long longest, String source)
            throws IOException, InvalidOnnxException {
        SessionSettings settings = new SessionSettings(Execution.UNOPTIMIZED, 1, Optional.empty());
        NativeGate.pass(model, source, settings, at -> file(model, longest, at)).close();
        OrtEnvironment environment = OrtLibrary.environment();
        try (ChildFolder folder = ChildFolder.create("rangefinder-load");
                RandomAccessFile hole = new RandomAccessFile(folder.file(WEIGHTS).toFile(), "rw");
                SessionOptions options = new SessionOptions()) {
            hole.setLength(longest);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setIntraOpNumThreads(1);
            options.setOptimizationLevel(OptLevel.NO_OPT);
            options.addConfigEntry("session.disable_prepacking", "1");
            options.addConfigEntry(
                    "session.model_external_initializers_file_folder_path",
                    folder.path().toString());
            environment.createSession(model.toByteArray(), options).close();
        } catch (OrtException e) {
            throw OrtModel.refused(source, e);
        }
    }
}
