package io.rangefinder.engine.tensorrt.plan.nvinfer;

import io.rangefinder.inspector.ranges.ConstantBounds;
import io.rangefinder.inspector.ranges.NetworkDescription;
import io.rangefinder.inspector.ranges.NetworkLayer;
import io.rangefinder.inspector.ranges.NetworkTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.tensorrt.global.nvinfer.DataType;
import org.bytedeco.tensorrt.nvinfer.IActivationLayer;
import org.bytedeco.tensorrt.nvinfer.IConstantLayer;
import org.bytedeco.tensorrt.nvinfer.IElementWiseLayer;
import org.bytedeco.tensorrt.nvinfer.ILayer;
import org.bytedeco.tensorrt.nvinfer.INetworkDefinition;
import org.bytedeco.tensorrt.nvinfer.IReduceLayer;
import org.bytedeco.tensorrt.nvinfer.ITensor;
import org.bytedeco.tensorrt.nvinfer.IUnaryLayer;
import org.bytedeco.tensorrt.nvinfer.Weights;

/** Copies a network into values, and finds its tensors by name. */
final class NetworkReader {

    private final INetworkDefinition network;
    private final Map<String, ITensor> tensors = new LinkedHashMap<>();

    NetworkReader(INetworkDefinition network) {
        this.network = network;
    }

    ITensor tensor(String name) {
        ITensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("the network has no tensor '" + name + "'");
        }
        return tensor;
    }

    NetworkDescription description() {
        List<String> inputs = new ArrayList<>();
        for (int i = 0; i < network.getNbInputs(); i++) {
            inputs.add(remember(network.getInput(i)));
        }
        List<NetworkLayer> layers = new ArrayList<>();
        for (int i = 0; i < network.getNbLayers(); i++) {
            layers.add(layer(network.getLayer(i)));
        }
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < network.getNbOutputs(); i++) {
            outputs.add(network.getOutput(i).getName());
        }
        Map<String, NetworkTensor> described = new LinkedHashMap<>();
        tensors.forEach(
                (name, tensor) ->
                        described.put(
                                name,
                                new NetworkTensor(
                                        name,
                                        ElementTypes.isFloat(tensor.getType()),
                                        EngineReader.shape(tensor.getDimensions()))));
        return new NetworkDescription(inputs, outputs, layers, described);
    }

    private String remember(ITensor tensor) {
        tensors.put(tensor.getName(), tensor);
        return tensor.getName();
    }

    private NetworkLayer layer(ILayer layer) {
        List<String> inputs = new ArrayList<>();
        for (int i = 0; i < layer.getNbInputs(); i++) {
            ITensor input = layer.getInput(i);
            inputs.add(input == null ? "" : input.getName());
        }
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < layer.getNbOutputs(); i++) {
            outputs.add(remember(layer.getOutput(i)));
        }
        return new NetworkLayer(
                layer.getName(),
                withoutK(layer.getType().intern()),
                operation(layer),
                inputs,
                outputs,
                constant(layer));
    }

    private static String operation(ILayer layer) {
        return switch (layer.getType().intern()) {
            case kACTIVATION -> withoutK(new IActivationLayer(layer).getActivationType().intern());
            case kELEMENTWISE -> withoutK(new IElementWiseLayer(layer).getOperation().intern());
            case kUNARY -> withoutK(new IUnaryLayer(layer).getOperation().intern());
            case kREDUCE -> withoutK(new IReduceLayer(layer).getOperation().intern());
            default -> "";
        };
    }

    private static Optional<ConstantBounds> constant(ILayer layer) {
        if (layer.getType().intern() != org.bytedeco.tensorrt.global.nvinfer.LayerType.kCONSTANT) {
            return Optional.empty();
        }
        Weights weights = new IConstantLayer(layer).getWeights();
        if (weights.type().intern() != DataType.kFLOAT || weights.count() == 0) {
            return Optional.empty();
        }
        float[] values = new float[Math.toIntExact(weights.count())];
        new FloatPointer(weights.values()).capacity(values.length).get(values);
        return Optional.of(ConstantBounds.of(values));
    }

    /** TensorRT's constants are written {@code kNAME}. */
    private static String withoutK(Enum<?> constant) {
        return constant.name().substring(1);
    }
}
