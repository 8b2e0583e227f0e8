package io.rangefinder.inspector;

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
import org.bytedeco.tensorrt.global.nvinfer.DataType;
import org.bytedeco.tensorrt.global.nvinfer.LayerType;
import org.bytedeco.tensorrt.nvinfer.Dims64;
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

/** Describes a network that TensorRT's parser made, for the rule of ranges. */
final class NetworkDescriber {

    private final INetworkDefinition network;
    private final Map<String, ITensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> makers = new LinkedHashMap<>();
    private final List<NetworkLayer> layers = new ArrayList<>();

    NetworkDescriber(INetworkDefinition network) {
        this.network = network;
        for (int i = 0; i < network.getNbInputs(); i++) {
            add(network.getInput(i), "input");
        }
        for (int i = 0; i < network.getNbLayers(); i++) {
            layers.add(read(network.getLayer(i)));
        }
    }

    /** Every tensor of the network by its name there, inputs first. */
    Map<String, ITensor> tensors() {
        return tensors;
    }

    /** The layer that makes a tensor. */
    String maker(String tensor) {
        return makers.get(tensor);
    }

    NetworkDescription description() {
        List<String> inputs = new ArrayList<>();
        for (int i = 0; i < network.getNbInputs(); i++) {
            inputs.add(network.getInput(i).getName());
        }
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < network.getNbOutputs(); i++) {
            outputs.add(network.getOutput(i).getName());
        }
        Map<String, NetworkTensor> described = new LinkedHashMap<>();
        tensors.forEach((name, t) -> described.put(name, describe(name, t)));
        return new NetworkDescription(inputs, outputs, layers, described);
    }

    static List<Long> shape(ITensor tensor) {
        Dims64 dimensions = tensor.getDimensions();
        List<Long> shape = new ArrayList<>();
        for (int axis = 0; axis < dimensions.nbDims(); axis++) {
            shape.add(dimensions.d(axis));
        }
        return shape;
    }

    private static NetworkTensor describe(String name, ITensor tensor) {
        DataType type = tensor.getType();
        return new NetworkTensor(
                name,
                type.value == DataType.kFLOAT.value
                        || type.value == DataType.kHALF.value
                        || type.value == DataType.kBF16.value,
                shape(tensor));
    }

    private NetworkLayer read(ILayer layer) {
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
                add(output, layer.getName());
                outputs.add(output.getName());
            }
        }
        LayerType type = layer.getType().intern();
        return new NetworkLayer(
                layer.getName(),
                word(type),
                operation(layer, type),
                inputs,
                outputs,
                constant(layer, type),
                loop(layer, type));
    }

    private void add(ITensor tensor, String maker) {
        tensors.putIfAbsent(tensor.getName(), tensor);
        makers.putIfAbsent(tensor.getName(), maker);
    }

    private static String word(Enum<?> constant) {
        return constant.name().substring(1);
    }

    private static String operation(ILayer layer, LayerType type) {
        return switch (type) {
            case kELEMENTWISE -> word(new IElementWiseLayer(layer).getOperation().intern());
            case kACTIVATION -> word(new IActivationLayer(layer).getActivationType().intern());
            case kUNARY -> word(new IUnaryLayer(layer).getOperation().intern());
            case kREDUCE -> word(new IReduceLayer(layer).getOperation().intern());
            case kPOOLING -> word(new IPoolingLayer(layer).getPoolingType().intern());
            case kLOOP_OUTPUT -> word(new ILoopOutputLayer(layer).getLoopOutput().intern());
            case kTRIP_LIMIT -> word(new ITripLimitLayer(layer).getTripLimit().intern());
            default -> "";
        };
    }

    private static Optional<ConstantMagnitudes> constant(ILayer layer, LayerType type) {
        if (type != LayerType.kCONSTANT) {
            return Optional.empty();
        }
        Weights weights = new IConstantLayer(layer).getWeights();
        return ConstantType.named(word(weights.type().intern()))
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
}
