package io.rangefinder.inspector;

import static org.bytedeco.tensorrt.global.nvinfer.createInferBuilder;
import static org.bytedeco.tensorrt.global.nvinfer.getInferLibVersion;
import static org.bytedeco.tensorrt.global.nvinfer_plugin.initLibNvInferPlugins;
import static org.bytedeco.tensorrt.global.nvonnxparser.createParser;

import io.rangefinder.inspector.protocol.InspectionRequest;
import io.rangefinder.inspector.protocol.RecordType;
import io.rangefinder.inspector.ranges.NetworkTensor;
import io.rangefinder.inspector.ranges.RangeAssignment;
import io.rangefinder.inspector.ranges.RangePropagation;
import io.rangefinder.inspector.ranges.TensorRange;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.tensorrt.global.nvinfer.BuilderFlag;
import org.bytedeco.tensorrt.global.nvinfer.DataType;
import org.bytedeco.tensorrt.global.nvinfer.OptProfileSelector;
import org.bytedeco.tensorrt.nvinfer.Dims64;
import org.bytedeco.tensorrt.nvinfer.IBuilder;
import org.bytedeco.tensorrt.nvinfer.IBuilderConfig;
import org.bytedeco.tensorrt.nvinfer.ILayer;
import org.bytedeco.tensorrt.nvinfer.INetworkDefinition;
import org.bytedeco.tensorrt.nvinfer.IOptimizationProfile;
import org.bytedeco.tensorrt.nvinfer.ITensor;
import org.bytedeco.tensorrt.nvonnxparser.IParser;
import org.bytedeco.tensorrt.nvonnxparser.IParserError;

/**
 * Parses a model, sets its ranges and has it optimized, for one use. Nothing native is given back:
 * the process ends with it.
 */
@SuppressWarnings("deprecation") // Ranges and the INT8 flag are, from 10.1; TensorRT 8 wants them.
final class Inspection {

    private static final int VERBOSE = 4;
    private static final int HUNDRED = 100;
    private static final int TEN_THOUSAND = 10_000;

    private static final Map<DataType, BuilderFlag> FLAGS =
            Map.of(
                    DataType.kHALF, BuilderFlag.kFP16,
                    DataType.kBF16, BuilderFlag.kBF16,
                    DataType.kFP8, BuilderFlag.kFP8,
                    DataType.kINT4, BuilderFlag.kINT4,
                    DataType.kFP4, BuilderFlag.kFP4);

    private final InspectionRequest request;
    private final ReportFile report;
    private final TensorRtLog log;

    Inspection(InspectionRequest request, ReportFile report) {
        this.request = request;
        this.report = report;
        log = new TensorRtLog(report);
    }

    void run() throws IOException {
        int version = getInferLibVersion();
        report.add(
                RecordType.TENSORRT,
                version / TEN_THOUSAND
                        + "."
                        + version / HUNDRED % HUNDRED
                        + "."
                        + version % HUNDRED);
        report.add(RecordType.PLUGINS, Boolean.toString(initLibNvInferPlugins(log, "")));
        IBuilder builder = createInferBuilder(log);
        INetworkDefinition network = builder.createNetworkV2(0);
        IParser parser = createParser(network, log);
        if (!parser.parseFromFile(request.model().toString(), VERBOSE)) {
            reject(parser);
            return;
        }
        report.add(RecordType.ACCEPTED);
        describe(network);
        if (request.evenly()) {
            setEvenRanges(new NetworkDescriber(network));
        } else if (!request.ranges().isEmpty()) {
            setRanges(network);
        }
        IBuilderConfig config = builder.createBuilderConfig();
        allowTypes(config, network);
        addProfile(builder, config, network);
        builder.buildSerializedNetwork(network, config);
        // The log ends the process sooner, unless the optimizer gave up.
        report.add(RecordType.STOPPED);
    }

    private void reject(IParser parser) throws IOException {
        for (int i = 0; i < parser.getNbErrors(); i++) {
            IParserError error = parser.getError(i);
            report.add(
                    RecordType.ERROR,
                    text(error.nodeName()),
                    text(error.nodeOperator()),
                    text(error.desc()));
        }
        report.add(RecordType.REJECTED);
    }

    private void describe(INetworkDefinition network) throws IOException {
        for (int i = 0; i < network.getNbInputs(); i++) {
            ITensor input = network.getInput(i);
            String axes =
                    NetworkDescriber.shape(input).stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(","));
            report.add(RecordType.INPUT, input.getName(), input.getType().intern().name(), axes);
        }
        for (int i = 0; i < network.getNbLayers(); i++) {
            ILayer layer = network.getLayer(i);
            report.add(
                    RecordType.LAYER,
                    layer.getName(),
                    layer.getType().intern().name(),
                    layer.getPrecision().intern().name());
        }
    }

    /** Whole numbers and truths take no range. */
    private static void setEvenRanges(NetworkDescriber describer) {
        describer.description().tensors().values().stream()
                .filter(NetworkTensor::isFloat)
                .forEach(t -> describer.tensors().get(t.name()).setDynamicRange(-1, 1));
    }

    private void setRanges(INetworkDefinition network) throws IOException {
        NetworkDescriber describer = new NetworkDescriber(network);
        Map<String, Double> given = new HashMap<>();
        describer
                .tensors()
                .keySet()
                .forEach(
                        tensor -> {
                            Float amax = request.ranges().get(log.onnxName(tensor));
                            if (amax != null) {
                                given.put(tensor, (double) amax);
                            }
                        });
        RangeAssignment assignment = RangePropagation.propagate(describer.description(), given);
        for (Map.Entry<String, TensorRange> range : assignment.ranges().entrySet()) {
            float amax = (float) range.getValue().amax();
            boolean accepted = describer.tensors().get(range.getKey()).setDynamicRange(-amax, amax);
            report.add(
                    RecordType.RANGE,
                    log.onnxName(range.getKey()),
                    Float.toString(amax),
                    range.getValue().origin().name(),
                    Boolean.toString(accepted));
        }
        for (String tensor : assignment.missing()) {
            report.add(RecordType.NO_RANGE, log.onnxName(tensor), describer.maker(tensor));
        }
    }

    /**
     * A model is judged with leave to use the types that it has. TensorRT builds none for INT8 and
     * FP8 at once, so that INT8's flag goes where FP8 is.
     */
    private void allowTypes(IBuilderConfig config, INetworkDefinition network) {
        Set<DataType> types = EnumSet.noneOf(DataType.class);
        for (int i = 0; i < network.getNbInputs(); i++) {
            types.add(network.getInput(i).getType().intern());
        }
        for (int i = 0; i < network.getNbLayers(); i++) {
            ILayer layer = network.getLayer(i);
            for (int output = 0; output < layer.getNbOutputs(); output++) {
                types.add(layer.getOutput(output).getType().intern());
            }
        }
        FLAGS.forEach(
                (type, flag) -> {
                    if (types.contains(type)) {
                        config.setFlag(flag);
                    }
                });
        if (request.int8() && !types.contains(DataType.kFP8)) {
            config.setFlag(BuilderFlag.kINT8);
        }
    }

    /** Where the model leaves an axis open, the batch takes its place. */
    private void addProfile(IBuilder builder, IBuilderConfig config, INetworkDefinition network) {
        IOptimizationProfile profile = builder.createOptimizationProfile();
        for (int i = 0; i < network.getNbInputs(); i++) {
            ITensor input = network.getInput(i);
            Dims64 shape = input.getDimensions();
            for (int axis = 0; axis < shape.nbDims(); axis++) {
                if (shape.d(axis) < 0) {
                    shape.d(axis, request.batch());
                }
            }
            for (OptProfileSelector end :
                    List.of(
                            OptProfileSelector.kMIN,
                            OptProfileSelector.kOPT,
                            OptProfileSelector.kMAX)) {
                profile.setDimensions(input.getName(), end, shape);
            }
        }
        config.addOptimizationProfile(profile);
    }

    private static String text(String fromNative) {
        return fromNative == null ? "" : fromNative;
    }
}
