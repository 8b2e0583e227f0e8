package io.rangefinder.examples.build;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDList;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.compile.Int8Compiler;
import io.rangefinder.engine.compile.RangedOnnx;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import io.rangefinder.engine.tensorrt.plan.Plan;
import io.rangefinder.engine.tensorrt.plan.PlanBuilder;
import io.rangefinder.engine.tensorrt.plan.PlanMode;
import io.rangefinder.engine.tensorrt.plan.PlanOptions;
import io.rangefinder.engine.tensorrt.plan.network.TensorRtDevice;
import io.rangefinder.engine.tensorrt.plan.nvinfer.BroughtUp;
import io.rangefinder.examples.cli.ExampleOption;
import io.rangefinder.examples.cli.OpsetOption;
import io.rangefinder.examples.cli.OutputFile;
import io.rangefinder.examples.cli.RangedModel;
import io.rangefinder.examples.cli.WorkFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The verb {@code build}. */
@Command(
        name = "build",
        description = "Build a TensorRT plan of a model and its ranges, on and for this GPU.")
public final class BuildCommand implements Callable<Integer> {

    private final IntFunction<TensorRtDevice> bringUp;

    @Mixin private RangedModel model;

    @Mixin private BuildOptions options;

    @Mixin private ExampleOption example;

    @Mixin private OpsetOption opset;

    @Option(
            names = "--device",
            defaultValue = "0",
            paramLabel = "N",
            description = "The GPU (default: ${DEFAULT-VALUE}).")
    private int device;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "M.plan",
            description = "The file to write; what is in it is described in M.plan.json.")
    private Path output;

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public BuildCommand() {
        this(BroughtUp::on);
    }

    /**
     * Makes the verb with a TensorRT of the caller's.
     *
     * @param bringUp gives TensorRT on a device, or throws what stands in the way
     */
    public BuildCommand(IntFunction<TensorRtDevice> bringUp) {
        this.bringUp = Objects.requireNonNull(bringUp, "bringUp");
    }

    @Override
    public Integer call() throws IOException, MalformedModelException, WorkFailedException {
        PlanOptions how = options.toPlanOptions();
        OutputFile.requireWritable(output);
        // Before the model is exported: without a device that would be for nothing.
        TensorRtDevice tensorRt = bringUp.apply(device);
        DynamicRanges given = model.ranges();
        Plan plan =
                example.run(
                        model.file(),
                        given.provenance().call(),
                        e -> build(tensorRt, how, given, e));
        PrintWriter out = verb.commandLine().getOut();
        out.printf(
                "layers  %s%n", plan.description().report().toText().replace("\n", "\n        "));
        out.printf("gpu  %s%n", plan.description().gpu());
        out.printf("memory  %d bytes a session%n", plan.description().leastDeviceBytes(1));
        out.printf("plan  %s%n", output);
        out.flush();
        return 0;
    }

    private Plan build(
            TensorRtDevice tensorRt, PlanOptions how, DynamicRanges given, Optional<NDList> example)
            throws IOException, MalformedModelException {
        PlanBuilder builder = new PlanBuilder(tensorRt);
        Path target = output.toAbsolutePath();
        if (how.mode() == PlanMode.IMPLICIT) {
            RangedOnnx ranged = Int8Compiler.prepare(model.files(), given, example, opset.opset());
            return builder.build(ranged.model(), ranged.ranges(), how, target);
        }
        QuantizationOptions.Builder quantization =
                QuantizationOptions.builder().optOpset(opset.opset());
        options.floatLayers().forEach(quantization::addFloatLayer);
        QuantizedModel quantized =
                Int8Compiler.compile(model.files(), given, example, quantization.build());
        return builder.build(quantized.model(), given, how, target);
    }
}
