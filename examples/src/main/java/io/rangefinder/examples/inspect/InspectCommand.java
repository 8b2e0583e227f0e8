package io.rangefinder.examples.inspect;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.inspect.InspectionOptions;
import io.rangefinder.engine.inspect.InspectionReport;
import io.rangefinder.engine.inspect.TensorRtInspector;
import io.rangefinder.engine.match.TensorMatcher;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.examples.cli.ModelParameter;
import io.rangefinder.examples.cli.WorkFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The verb {@code inspect}. */
@Command(
        name = "inspect",
        description = {
            "Ask NVIDIA's TensorRT 10, without a GPU, what it makes of an ONNX model: whether it",
            "accepts it, which layers end in INT8, and what is left over. Exit status 1 if it",
            "rejects it, if a layer stays in float that is not named by --float-layer, or if a",
            "range is refused or missing."
        })
public final class InspectCommand implements Callable<Integer> {

    @Mixin private ModelParameter model;

    @Option(
            names = "--ranges",
            paramLabel = "R",
            description = "The ranges of a float model: .ranges, .txt, .cache or .json.")
    private Optional<Path> ranges = Optional.empty();

    @Option(names = "--json", description = "Print JSON, with every single fusion.")
    private boolean json;

    @Option(
            names = "--batch-size",
            defaultValue = "1",
            paramLabel = "N",
            description = "The length of open axes (default: ${DEFAULT-VALUE}).")
    private long batchSize;

    @Option(
            names = "--float-layer",
            paramLabel = "LAYER",
            description = "A layer that is meant to stay in float; may be given several times.")
    private List<String> floatLayers = List.of();

    @Option(
            names = "--timeout",
            defaultValue = "120",
            paramLabel = "S",
            description = "Seconds that TensorRT may take (default: ${DEFAULT-VALUE}).")
    private long timeout;

    @Spec private CommandSpec verb;

    /** Made by picocli. */
    public InspectCommand() {}

    @Override
    public Integer call() throws IOException, MalformedModelException, WorkFailedException {
        require(batchSize > 0, "--batch-size must be 1 or more, not " + batchSize);
        require(timeout > 0, "--timeout must be 1 or more, not " + timeout);
        InspectionOptions.Builder options =
                InspectionOptions.builder()
                        .optBatchSize(batchSize)
                        .optTimeout(Duration.ofSeconds(timeout));
        floatLayers.forEach(options::addFloatLayer);
        if (ranges.isPresent()) {
            options.optRanges(byTensor(RangeFiles.read(ranges.get())));
        }
        InspectionReport report = TensorRtInspector.find().inspect(model.file(), options.build());
        PrintWriter out = verb.commandLine().getOut();
        if (json) {
            out.println(ReportJson.of(report));
        } else {
            ReportText.whole(report).forEach(out::println);
        }
        out.flush();
        return report.passes() ? 0 : 1;
    }

    /** Ranges go by hook points; the model tells which tensors they are. */
    private DynamicRanges byTensor(DynamicRanges given)
            throws IOException, MalformedModelException, WorkFailedException {
        OnnxModel onnx = OnnxModel.read(model.file());
        DynamicRanges byTensor =
                TensorMatcher.byName(onnx, given.tensors().keySet()).toTensors(given);
        if (byTensor.asMap().isEmpty()) {
            throw new WorkFailedException(
                    "none of the ranges in "
                            + ranges.orElseThrow()
                            + " is for a tensor of "
                            + model.file()
                            + "; capture ranges of this model, and export it with rangefinder"
                            + " export");
        }
        return byTensor;
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(verb.commandLine(), otherwise);
        }
    }
}
