package io.rangefinder.engine;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.compile.Int8Compiler;
import io.rangefinder.engine.compile.RangedOnnx;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.options.EngineOptions;
import io.rangefinder.engine.session.BatchLayout;
import io.rangefinder.engine.session.TensorDescription;
import io.rangefinder.engine.tensorrt.bringup.TensorRt;
import io.rangefinder.engine.tensorrt.plan.Plan;
import io.rangefinder.engine.tensorrt.plan.PlanCache;
import io.rangefinder.engine.tensorrt.plan.PlanMode;
import io.rangefinder.engine.tensorrt.plan.PlanOptions;
import io.rangefinder.engine.tensorrt.plan.nvinfer.NativeTensorRt;
import io.rangefinder.engine.tensorrt.session.PlanSignature;
import io.rangefinder.engine.tensorrt.session.TrtBoundModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The backend {@code tensorrt}: a plan of the model, built once for this GPU, on DJL's TensorRT
 * engine.
 */
final class TensorRtBackend {

    private TensorRtBackend() {}

    /**
     * Builds the plan, unless it is in the cache, and loads it.
     *
     * @param source the model with its ranges
     * @param options what the application asked for
     * @param gpu the GPU's number, on which TensorRT was brought up
     */
    static LoadedBackend load(CompilingLoader.Source source, EngineOptions options, int gpu)
            throws IOException, MalformedModelException {
        PlanOptions planOptions = options.plan();
        OnnxModel model;
        DynamicRanges ranges;
        if (planOptions.mode() == PlanMode.EXPLICIT) {
            CompiledCache.Entry quantized = source.quantized(CompilingLoader.forTensorRt(options));
            model = OnnxModel.read(quantized.file());
            ranges = source.ranges();
        } else {
            RangedOnnx ranged =
                    Int8Compiler.prepare(source.files(), source.ranges(), Optional.empty());
            model = ranged.model();
            ranges = ranged.ranges();
        }
        Plan plan =
                new PlanCache(source.cache().resolve("plans"))
                        .get(new NativeTensorRt(gpu), model, ranges, planOptions);
        TrtBoundModel bound = load(plan, model, planOptions, gpu);
        return new LoadedBackend.Bound(
                bound, declaredTypes(bound.outputs(), model.outputs()), coverage(plan));
    }

    private static TrtBoundModel load(Plan plan, OnnxModel model, PlanOptions options, int gpu)
            throws IOException, MalformedModelException {
        List<TensorDescription> inputs = ordered(bindings(plan, true), model.inputs());
        List<TensorDescription> outputs = ordered(bindings(plan, false), model.outputs());
        Path file = plan.file();
        return TrtBoundModel.load(
                file,
                new PlanSignature(
                        inputs,
                        outputs,
                        layout(model, inputs, outputs),
                        plan.description().deviceMemoryBytes(),
                        options.dlaCore()),
                gpu,
                () -> TensorRt.freeBytes(gpu));
    }

    private static List<TensorDescription> bindings(Plan plan, boolean inputs) {
        return plan.description().bindings().stream()
                .filter(b -> b.input() == inputs)
                .map(
                        b ->
                                new TensorDescription(
                                        b.name(),
                                        DataType.valueOf(b.type().toUpperCase(Locale.ROOT)),
                                        new Shape(
                                                b.shape().stream()
                                                        .mapToLong(Long::longValue)
                                                        .toArray())))
                .toList();
    }

    /**
     * TensorRT 8.6's parser makes int32 of int64 and float32 of float64, which translators that
     * were written for the model don't take. What they are given as input is converted anyway.
     */
    static List<DataType> declaredTypes(
            List<TensorDescription> outputs, List<ValueInfoProto> declared) {
        Map<String, Integer> types =
                declared.stream()
                        .collect(
                                Collectors.toMap(
                                        ValueInfoProto::getName,
                                        t -> t.getType().getTensorType().getElemType(),
                                        (first, second) -> first));
        return outputs.stream()
                .map(
                        o ->
                                switch (types.getOrDefault(o.name(), 0)) {
                                    case TensorProto.DataType.INT64_VALUE -> DataType.INT64;
                                    case TensorProto.DataType.DOUBLE_VALUE -> DataType.FLOAT64;
                                    default -> o.type();
                                })
                .toList();
    }

    /** TensorRT gives bindings an order of its own; arrays go by the model's. */
    static List<TensorDescription> ordered(
            List<TensorDescription> bindings, List<ValueInfoProto> declared) {
        List<String> names = declared.stream().map(ValueInfoProto::getName).toList();
        return bindings.stream()
                .sorted(Comparator.comparingInt(b -> names.indexOf(b.name())))
                .toList();
    }

    /**
     * The batch is the axis that the model leaves open; a plan's axes are all fixed. An output
     * whose shape the model does not tell carries the batch if it has its length.
     */
    static BatchLayout layout(
            OnnxModel model, List<TensorDescription> inputs, List<TensorDescription> outputs) {
        Map<String, TensorShapeProto> declared =
                Stream.concat(model.inputs().stream(), model.outputs().stream())
                        .collect(
                                Collectors.toMap(
                                        ValueInfoProto::getName,
                                        t -> t.getType().getTensorType().getShape(),
                                        (first, second) -> first));
        Predicate<TensorDescription> open = t -> isOpen(declared.get(t.name()));
        Optional<TensorDescription> first = inputs.stream().filter(open).findFirst();
        if (first.isEmpty()) {
            return BatchLayout.infer(inputs, outputs);
        }
        long batch = first.get().shape().head();
        Predicate<TensorDescription> carries =
                o ->
                        o.shape().dimension() > 0
                                && o.shape().head() == batch
                                && (isUnknown(declared.get(o.name())) || open.test(o));
        return BatchLayout.of(free(inputs, open), free(outputs, carries), Math.toIntExact(batch));
    }

    private static List<TensorDescription> free(
            List<TensorDescription> tensors, Predicate<TensorDescription> carries) {
        return tensors.stream()
                .filter(carries)
                .map(t -> new TensorDescription(t.name(), t.type(), Shape.update(t.shape(), 0, -1)))
                .toList();
    }

    private static boolean isUnknown(TensorShapeProto shape) {
        return shape == null || shape.getDimCount() == 0;
    }

    private static boolean isOpen(TensorShapeProto shape) {
        return !isUnknown(shape) && shape.getDim(0).getDimValue() <= 0;
    }

    /** One line, and a line for each convolution or linear layer that TensorRT left in float. */
    private static String coverage(Plan plan) {
        return plan.description().report().summary();
    }
}
