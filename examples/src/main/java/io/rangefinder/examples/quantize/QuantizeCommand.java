package io.rangefinder.examples.quantize;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.check.Finding;
import io.rangefinder.engine.compile.Int8Compiler;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.compile.StaticModel;
import io.rangefinder.engine.inspect.InspectionOptions;
import io.rangefinder.engine.inspect.InspectionReport;
import io.rangefinder.engine.inspect.InspectorUnavailableException;
import io.rangefinder.engine.inspect.TensorRtInspector;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.CpuAbilities;
import io.rangefinder.engine.quantization.CoverageReport;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import io.rangefinder.engine.quantization.Target;
import io.rangefinder.examples.cli.ExampleOption;
import io.rangefinder.examples.cli.OpsetOption;
import io.rangefinder.examples.cli.OutputFile;
import io.rangefinder.examples.cli.RangedModel;
import io.rangefinder.examples.cli.WorkFailedException;
import io.rangefinder.examples.inspect.ReportText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The verb {@code quantize}. */
@Command(
        name = "quantize",
        description = {
            "Put Q/DQ into a model where its ranges say, and write it as INT8 ONNX. Exit status",
            "1 if the check or TensorRT, where it is at hand, does not take what was written."
        })
public final class QuantizeCommand implements Callable<Integer> {

    @Mixin private RangedModel model;

    @Mixin private ExampleOption example;

    @Mixin private OpsetOption opset;

    @Option(
            names = "--target",
            defaultValue = "tensorrt",
            paramLabel = "TARGET",
            description = {
                "tensorrt: explicit Q/DQ, int8, zero point 0; cpu: the form that is right and fast",
                "in ONNX Runtime on this CPU (default: ${DEFAULT-VALUE})."
            })
    private String target;

    @Option(
            names = "--float-layer",
            paramLabel = "LAYER",
            description = "The ONNX name of a layer to keep in float; may be given several times.")
    private List<String> floatLayers = List.of();

    @Option(
            names = "--int8-layer",
            paramLabel = "LAYER",
            description = {
                "The ONNX name of a layer to run in INT8 although nothing is gained by it, which",
                "the report then says; may be given several times."
            })
    private List<String> int8Layers = List.of();

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = {
                "Fix the batch of the written model, for programs that take no other, such as"
                        + " DJL's",
                "TensorRT engine; by default it may have any length, as the model's own."
            })
    private Optional<Integer> batchSize = Optional.empty();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "M.int8.onnx",
            description = "The file to write.")
    private Path output;

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public QuantizeCommand() {}

    @Override
    public Integer call() throws IOException, MalformedModelException, WorkFailedException {
        if (!target.equals("tensorrt") && !target.equals("cpu")) {
            throw new ParameterException(
                    verb.commandLine(), "--target must be tensorrt or cpu, not " + target);
        }
        if (batchSize.isPresent() && batchSize.get() < 1) {
            throw new ParameterException(
                    verb.commandLine(), "--batch-size must be at least 1, not " + batchSize.get());
        }
        OutputFile.requireWritable(output);
        ModelFiles files = model.files();
        DynamicRanges given = model.ranges();
        PrintWriter out = verb.commandLine().getOut();
        QuantizationOptions.Builder options = QuantizationOptions.builder().optOpset(opset.opset());
        floatLayers.forEach(options::addFloatLayer);
        int8Layers.forEach(options::addInt8Layer);
        if (target.equals("cpu")) {
            CpuAbilities cpu = CpuAbilities.probe();
            options.optTarget(Target.CPU).optWeightBits(cpu.weightBits());
            out.printf("cpu  %s%n", cpu.explanation());
        }
        QuantizedModel quantized =
                example.run(
                        model.file(),
                        given.provenance().call(),
                        e -> Int8Compiler.compile(files, given, e, options.build()));
        OnnxModel int8 =
                batchSize.isPresent()
                        ? StaticModel.of(
                                quantized.model(), batchSize.get(), given.provenance().inputs())
                        : quantized.model();
        WrittenModel.requireLoadable(int8, output);
        int8.write(output);
        out.printf("layers  %s%n", quantized.coverage().toText().replace("\n", "\n        "));
        List<Finding> findings = target.equals("tensorrt") ? WrittenModel.check(int8) : List.of();
        findings.forEach(finding -> out.printf("check  %s%n", finding));
        out.printf("model  %s%n", output);
        out.flush();
        if (target.equals("tensorrt")) {
            inspect(out, quantized.coverage());
        }
        WrittenModel.requireNoErrors(findings, output);
        return 0;
    }

    /** Where TensorRT is at hand, what it makes of the model; where not, only that. */
    private void inspect(PrintWriter out, CoverageReport coverage)
            throws IOException, MalformedModelException, WorkFailedException {
        TensorRtInspector tensorRt;
        try {
            tensorRt = TensorRtInspector.find();
        } catch (InspectorUnavailableException e) {
            out.printf("tensorrt   not here to be asked; rangefinder inspect tells why%n");
            out.flush();
            return;
        }
        InspectionOptions.Builder options = InspectionOptions.builder();
        coverage.layers().stream()
                .filter(l -> l.leftInFloat().isPresent())
                .forEach(l -> options.addFloatLayer(l.name()));
        InspectionReport report = tensorRt.inspect(output, options.build());
        ReportText.summary(report).forEach(out::println);
        out.flush();
        WrittenModel.requireAccepted(report, output);
    }
}
