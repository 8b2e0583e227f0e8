package io.rangefinder.engine.mutation;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.rangefinder.capture.ranges.DynamicRange;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.engine.check.ModelChecker;
import io.rangefinder.engine.check.TensorRtVersion;
import io.rangefinder.engine.compile.Int8Compiler;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.Fixture;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.match.DifferentModelException;
import io.rangefinder.engine.match.ReferenceTensor;
import io.rangefinder.engine.match.TensorMatcher;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.OpsetConverter;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import io.rangefinder.engine.quantization.Quantizer;
import io.rangefinder.mutation.MutationTarget;
import io.rangefinder.mutation.Mutator;
import io.rangefinder.mutation.Seed;
import io.rangefinder.mutation.WordMutator;
import io.rangefinder.mutation.ZipMutator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The exporter, readers of ONNX, and what is done with models up to running them. */
public final class EngineTargets implements MutationTarget.Suite {

    /** What a model's code may ask for that costs much or means nothing. */
    private static final String[] CODE = {
        "[]",
        "None",
        "True",
        "self",
        "Tensor",
        "torch",
        "annotate",
        "x",
        "input",
        "1000000",
        "100000000000",
        "-1",
        "0.5",
        "[1000000]",
        "(",
        ")",
        ",",
        "relu",
        "conv2d",
        "cat",
        "unbind",
        "tril",
        "diag",
        "cumsum",
        "repeat",
        "expand",
        "reshape",
        "permute",
        "pad",
        "one_hot",
        "adaptive_avg_pool2d",
        "zeros",
        "arange",
        "eye",
        "matmul",
        "einsum",
        "split",
        "chunk",
        "unfold",
        "stack",
        "while True",
        "range",
        "\n",
        "return",
        "CONSTANTS.c0"
    };

    private static final String OPERATORS = "src/test/resources/operators";

    private static final List<Class<? extends Exception>> MODELS =
            List.of(MalformedModelException.class, IOException.class);

    private final Map<String, List<InputDescription>> inputs = new HashMap<>();

    @Override
    public List<MutationTarget> targets() throws Exception {
        List<Seed> onnx = OnnxSeeds.all();
        Mutator messages = new OnnxMutator();
        return List.of(
                new MutationTarget(
                        "export",
                        2,
                        ".pt",
                        archives(),
                        ZipMutator.ofArchives(new WordMutator(CODE)),
                        this::export,
                        MODELS),
                target("onnx", 3, onnx, messages, OnnxModel::graph),
                target("raise", 3, onnx, messages, model -> OpsetConverter.raise(model).graph()),
                target("check", 4, onnx, messages, EngineTargets::check),
                target("quantize-tensorrt", 3, onnx, messages, model -> quantize(model, true)),
                target("quantize-cpu", 3, onnx, messages, model -> quantize(model, false)),
                target("match", 1, onnx, messages, EngineTargets::match),
                new MutationTarget("compile", 1, ".onnx", onnx, messages, this::compile, MODELS));
    }

    /** What is done with a model that was read. */
    @FunctionalInterface
    private interface Use {

        void of(OnnxModel model) throws Exception;
    }

    private static MutationTarget target(
            String name, int share, List<Seed> seeds, Mutator mutator, Use use) {
        return new MutationTarget(
                name,
                share,
                ".onnx",
                seeds,
                mutator,
                (file, seed) -> use.of(OnnxModel.read(file)),
                MODELS);
    }

    private List<Seed> archives() throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (Seed seed : Seed.below(".pt", OPERATORS, "src/test/resources/hostile")) {
            Path archive = Path.of(OPERATORS, seed.name());
            inputs.put(
                    seed.name(),
                    Files.exists(archive)
                            ? Fixture.read(archive).inputs()
                            : List.of(new InputDescription("x", "float32", List.of(2L, 3L))));
            seeds.add(seed);
        }
        return seeds;
    }

    private void export(Path file, String seed) throws Exception {
        ModelExporter.export(file, inputs.get(seed), ExportOptions.DEFAULT).toOnnx();
    }

    private static void check(OnnxModel model) {
        for (TensorRtVersion version : TensorRtVersion.values()) {
            ModelChecker.check(model, version);
        }
    }

    private static QuantizedModel quantize(OnnxModel model, boolean tensorRt) throws Exception {
        OnnxModel raised = OpsetConverter.raise(model);
        return new Quantizer(options(tensorRt)).quantize(raised, ranges(raised.proto()));
    }

    private static QuantizationOptions options(boolean tensorRt) {
        return QuantizationOptions.builder()
                .optTarget(
                        tensorRt
                                ? io.rangefinder.engine.quantization.Target.TENSORRT
                                : io.rangefinder.engine.quantization.Target.CPU)
                .build();
    }

    /** A range for every tensor. */
    private static DynamicRanges ranges(ModelProto model) {
        Set<String> names = new LinkedHashSet<>();
        for (ValueInfoProto input : model.getGraph().getInputList()) {
            names.add(input.getName());
        }
        for (NodeProto node : model.getGraph().getNodeList()) {
            names.addAll(node.getOutputList());
        }
        DynamicRanges.Builder ranges = DynamicRanges.builder();
        names.stream()
                .filter(name -> !name.isBlank() && name.indexOf('\n') < 0)
                .forEach(name -> ranges.add(name, new DynamicRange(2.5)));
        return ranges.build();
    }

    private static void match(OnnxModel model) throws Exception {
        List<NamedTensor> example = new ArrayList<>();
        for (ValueInfoProto input : model.inputs()) {
            long[] shape =
                    input.getType().getTensorType().getShape().getDimList().stream()
                            .mapToLong(d -> Math.max(1, Math.min(8, d.getDimValue())))
                            .limit(5)
                            .toArray();
            float[] values = new float[(int) new Shape(shape).size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.sin(i);
            }
            example.add(NamedTensor.ofFloats(input.getName(), values, new Shape(shape)));
        }
        ReferenceTensor hook = new ReferenceTensor(new Shape(2), new float[] {1, 2});
        try {
            TensorMatcher.match(model, example, Map.of("hook", hook), List.of());
        } catch (DifferentModelException answer) {
            // It was computed, and no tensor in it is the hook that was made up: as good an answer.
        }
    }

    private void compile(Path file, String seed) throws Exception {
        ModelProto proto;
        try {
            proto = ModelProto.parseFrom(Files.readAllBytes(file));
        } catch (InvalidProtocolBufferException e) {
            proto = ModelProto.getDefaultInstance();
        }
        QuantizedModel quantized =
                Int8Compiler.compile(
                        ModelFiles.find(file, Optional.empty()),
                        ranges(proto),
                        Optional.empty(),
                        options(false));
        OnnxModel model = quantized.model();
        OrtModel.load(model, Execution.INTEGER, 1).close();
    }
}
