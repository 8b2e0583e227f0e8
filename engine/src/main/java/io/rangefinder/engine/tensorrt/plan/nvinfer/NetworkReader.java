package io.rangefinder.engine.tensorrt.plan.nvinfer;

import io.rangefinder.inspector.ranges.ConstantMagnitudes;
import io.rangefinder.inspector.ranges.ConstantType;
import io.rangefinder.inspector.ranges.NetworkDescription;
import io.rangefinder.inspector.ranges.NetworkLayer;
import io.rangefinder.inspector.ranges.NetworkTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.tensorrt.global.nvinfer.LayerType;
import org.bytedeco.tensorrt.nvinfer.IActivationLayer;
import org.bytedeco.tensorrt.nvinfer.IConstantLayer;
import org.bytedeco.tensorrt.nvinfer.IElementWiseLayer;
import org.bytedeco.tensorrt.nvinfer.ILayer;
import org.bytedeco.tensorrt.nvinfer.ILoopBoundaryLayer;
import org.bytedeco.tensorrt.nvinfer.ILoopOutputLayer;
import org.bytedeco.tensorrt.nvinfer.INetworkDefinition;
import org.bytedeco.tensorrt.nvinfer.IPoolingLayer;
import org.bytedeco.tensorrt.nvinfer.IReduceLayer;
import org.bytedeco.tensorrt.nvinfer.ITensor;
import org.bytedeco.tensorrt.nvinfer.ITripLimitLayer;
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
                                        TrtElementType.isFloat(tensor.getType()),
                                        EngineReader.shape(tensor.getDimensions()))));
        return new NetworkDescription(inputs, outputs, layers, described);
    }

    private String remember(ITensor tensor) {
        tensors.putIfAbsent(tensor.getName(), tensor);
        return tensor.getName();
    }

    private NetworkLayer layer(ILayer layer) {
        List<String> inputs = new ArrayList<>();
        for (int i = 0; i < layer.getNbInputs(); i++) {
            ITensor input = layer.getInput(i);
            // Optional inputs are left out in between.
            inputs.add(input == null ? "" : input.getName());
        }
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < layer.getNbOutputs(); i++) {
            ITensor output = layer.getOutput(i);
            if (output != null) {
                outputs.add(remember(output));
            }
        }
        LayerType type = layer.getType().intern();
        return new NetworkLayer(
                layer.getName(),
                withoutK(type),
                operation(layer, type),
                inputs,
                outputs,
                constant(layer, type),
                loop(layer, type));
    }

    private static String operation(ILayer layer, LayerType type) {
        return switch (type) {
            case kACTIVATION -> withoutK(new IActivationLayer(layer).getActivationType().intern());
            case kELEMENTWISE -> withoutK(new IElementWiseLayer(layer).getOperation().intern());
            case kUNARY -> withoutK(new IUnaryLayer(layer).getOperation().intern());
            case kREDUCE -> withoutK(new IReduceLayer(layer).getOperation().intern());
            case kPOOLING -> withoutK(new IPoolingLayer(layer).getPoolingType().intern());
            case kLOOP_OUTPUT -> withoutK(new ILoopOutputLayer(layer).getLoopOutput().intern());
            case kTRIP_LIMIT -> withoutK(new ITripLimitLayer(layer).getTripLimit().intern());
            default -> "";
        };
    }

    private static Optional<ConstantMagnitudes> constant(ILayer layer, LayerType type) {
        if (type != LayerType.kCONSTANT) {
            return Optional.empty();
        }
        Weights weights = new IConstantLayer(layer).getWeights();
        return ConstantType.named(withoutK(weights.type().intern()))
                .map(t -> t.bounds(weights.count(), (at, bytes) -> part(weights, at, bytes)));
    }

    private static ByteBuffer part(Weights weights, long offset, int length) {
        // Not by position, which a buffer keeps as an int from where the constant begins.
        return new BytePointer(weights.values()).getPointer(offset).capacity(length).asByteBuffer();
    }

    /** Loops have names of their own only by chance. */
    private static String loop(ILayer layer, LayerType type) {
        return switch (type) {
            case kRECURRENCE, kITERATOR, kLOOP_OUTPUT, kTRIP_LIMIT ->
                    Long.toHexString(new ILoopBoundaryLayer(layer).getLoop().address());
            default -> "";
        };
    }

    /** TensorRT's constants are written {@code kNAME}. */
    private static String withoutK(Enum<?> constant) {
        return constant.name().substring(1);
    }
}
