package io.rangefinder.engine.backend.tensorrt;

import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.backend.spi.Backend;
import io.rangefinder.engine.backend.spi.BackendUnavailableException;
import io.rangefinder.engine.backend.spi.ModelAndRanges;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.batch.BatchAnalysis;
import io.rangefinder.engine.batch.BatchUse;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.compile.Int8Compiler;
import io.rangefinder.engine.compile.RangedOnnx;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.options.EngineOptions;
import io.rangefinder.engine.options.OptionNames;
import io.rangefinder.engine.options.OptionTexts;
import io.rangefinder.engine.quantization.Target;
import io.rangefinder.engine.session.BatchLayout;
import io.rangefinder.engine.session.TensorDescription;
import io.rangefinder.engine.tensorrt.bringup.TensorRt;
import io.rangefinder.engine.tensorrt.plan.Plan;
import io.rangefinder.engine.tensorrt.plan.PlanCache;
import io.rangefinder.engine.tensorrt.plan.PlanMode;
import io.rangefinder.engine.tensorrt.plan.PlanOptions;
import io.rangefinder.engine.tensorrt.plan.nvinfer.BroughtUp;
import io.rangefinder.engine.tensorrt.session.PlanSignature;
import io.rangefinder.engine.tensorrt.session.TrtBoundModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The backend {@code tensorrt}: a plan of the model, built once for this GPU, on DJL's TensorRT
 * engine.
 */
public final class TensorRtBackend implements Backend {

    /** Its name. */
    public static final String ID = "tensorrt";

    private final IntFunction<Ladder> climb;

    /**
     * The backend.
     *
     * @param climb climbs TensorRT's ladder on a GPU
     */
    public TensorRtBackend(IntFunction<Ladder> climb) {
        this.climb = climb;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public List<String> ownOptions() {
        return OptionNames.of(TensorRtOptions.class);
    }

    @Override
    public void checkOptions(OptionTexts options) {
        TensorRtOptions.read(options);
    }

    @Override
    public Ladder ladder(int gpu) {
        return climb.apply(gpu);
    }

    @Override
    public EngineException refusal(Ladder failed) {
        return new BackendUnavailableException(
                Backend.super.refusal(failed).getMessage()
                        + "; or use backend simulate for TensorRT's numbers");
    }

    /** Builds the plan, unless it is in the cache, and loads it. */
    @Override
    public LoadedModel load(ModelAndRanges source, Request request)
            throws IOException, MalformedModelException {
        EngineOptions options = request.options();
        PlanOptions planOptions = TensorRtOptions.read(request.texts()).plan(options);
        int gpu = request.gpu();
        OnnxModel model;
        DynamicRanges ranges;
        if (planOptions.mode() == PlanMode.EXPLICIT) {
            CompiledCache.Entry quantized =
                    source.quantized(options.quantization().optTarget(Target.TENSORRT).build());
            model = OnnxModel.read(quantized.file());
            ranges = source.ranges();
        } else {
            RangedOnnx ranged =
                    Int8Compiler.prepare(
                            source.files(), source.ranges(), Optional.empty(), options.opset());
            model = ranged.model();
            ranges = ranged.ranges();
        }
        Optional<BatchUse> told = BatchUse.of(model.metadata());
        BatchUse use =
                told.isPresent()
                        ? told.get()
                        : BatchAnalysis.of(model, source.ranges().provenance().inputs());
        model = withWholeBatch(model, use, source.ranges(), planOptions);
        Plan plan =
                new PlanCache(source.cache().resolve("plans"))
                        .get(BroughtUp.on(gpu), model, ranges, planOptions);
        TrtBoundModel bound = load(plan, model, use, planOptions, gpu);
        return LoadedModel.bound(
                bound,
                declaredTypes(bound.outputs(), model.outputs()),
                model.metadata(),
                coverage(plan));
    }

    private static TrtBoundModel load(
            Plan plan, OnnxModel model, BatchUse use, PlanOptions options, int gpu)
            throws IOException, MalformedModelException {
        List<TensorDescription> inputs = ordered(bindings(plan, true), model.inputs());
        List<TensorDescription> outputs = ordered(bindings(plan, false), model.outputs());
        Path file = plan.file();
        return TrtBoundModel.load(
                file,
                new PlanSignature(
                        inputs,
                        outputs,
                        layout(use, inputs, outputs),
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

    /** What the model says of batches, for the lengths of a plan. */
    static BatchLayout layout(
            BatchUse use, List<TensorDescription> inputs, List<TensorDescription> outputs) {
        int size =
                inputs.stream()
                        .filter(i -> use.axes().containsKey(i.name()))
                        .findFirst()
                        .map(i -> Math.toIntExact(i.shape().head()))
                        .orElse(1);
        return new BatchLayout(size, use.axes(), use.obstacle());
    }

    /**
     * Fixes an open batch at the captured one where batches can't be put together from parts: a
     * plan has one batch, by default of 1.
     */
    static OnnxModel withWholeBatch(
            OnnxModel model, BatchUse use, DynamicRanges ranges, PlanOptions options)
            throws InvalidOnnxException {
        boolean given = options.batch().isPresent() || !options.inputShapes().isEmpty();
        if (given || use.obstacle().isEmpty()) {
            return model;
        }
        Map<String, Long> captured =
                ranges.provenance().inputs().stream()
                        .filter(i -> !i.shape().isEmpty())
                        .collect(
                                Collectors.toMap(
                                        InputDescription::name,
                                        i -> i.shape().get(0),
                                        (first, second) -> first));
        ModelProto.Builder fixed = model.proto().toBuilder();
        for (ValueInfoProto.Builder input : fixed.getGraphBuilder().getInputBuilderList()) {
            Optional<Long> batch = Optional.ofNullable(captured.get(input.getName()));
            boolean open =
                    use.axes().containsKey(input.getName())
                            && input.getType().getTensorType().getShape().getDim(0).getDimValue()
                                    <= 0;
            if (open && batch.filter(b -> b > 0).isPresent()) {
                input.getTypeBuilder()
                        .getTensorTypeBuilder()
                        .getShapeBuilder()
                        .getDimBuilder(0)
                        .setDimValue(batch.get());
            }
        }
        return OnnxModel.of(fixed.build(), model.source());
    }

    /** One line, and a line for each convolution or linear layer that TensorRT left in float. */
    private static String coverage(Plan plan) {
        return plan.description().report().summary();
    }
}
