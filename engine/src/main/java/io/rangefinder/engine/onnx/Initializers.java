package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashSet;
import java.util.Set;

/**
 * Makes every initializer of a model a constant, as TensorRT takes it, and written out.
 *
 * <p>Before IR version 4 each initializer had to be an input, too; since then such an input may be
 * given, and the initializer is its default. Nobody gives weights. Stateless.
 */
final class Initializers {

    /** The first IR version whose initializers need not be inputs. */
    private static final long CONSTANTS = 4;

    private Initializers() {}

    static ModelProto asConstants(ModelProto model, String source) throws InvalidOnnxException {
        GraphProto graph = model.getGraph();
        Set<String> constants = new HashSet<>();
        graph.getInitializerList().forEach(t -> constants.add(t.getName()));
        graph.getSparseInitializerList().forEach(t -> constants.add(t.getValues().getName()));
        long version = Math.max(model.getIrVersion(), least(model));
        boolean asInputs =
                graph.getInputList().stream().anyMatch(i -> constants.contains(i.getName()));
        if (!asInputs
                && graph.getSparseInitializerCount() == 0
                && version == model.getIrVersion()) {
            return model;
        }
        ModelProto.Builder result = model.toBuilder().setIrVersion(version);
        GraphProto.Builder edited = result.getGraphBuilder().clearInput().clearSparseInitializer();
        graph.getInputList().stream()
                .filter(i -> !constants.contains(i.getName()))
                .forEach(edited::addInput);
        for (SparseTensorProto sparse : graph.getSparseInitializerList()) {
            edited.addInitializer(dense(sparse, source));
        }
        return result.build();
    }

    private static TensorProto dense(SparseTensorProto sparse, String source)
            throws InvalidOnnxException {
        String name = sparse.getValues().getName();
        return ConstantNodes.dense(sparse, name)
                .orElseThrow(
                        () ->
                                new InvalidOnnxException(
                                        source,
                                        "the sparse tensor '"
                                                + name
                                                + "' is damaged, large or not of float32; export"
                                                + " the model with dense weights"));
    }

    /** The IR version that came with an opset; see onnx/docs/Versioning.md. */
    private static long least(ModelProto model) {
        long opset = OnnxModel.opset(model);
        if (opset >= 21) {
            return 10;
        }
        if (opset >= 19) {
            return 9;
        }
        if (opset >= 15) {
            return 8;
        }
        return opset >= 12 ? 7 : opset == 11 ? 6 : CONSTANTS;
    }
}
