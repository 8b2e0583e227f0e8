package io.rangefinder.examples.inspect;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.check.TensorRtVersion;
import io.rangefinder.engine.inspect.InspectionOptions;
import io.rangefinder.engine.inspect.InspectionReport;
import io.rangefinder.engine.inspect.InspectorUnavailableException;
import io.rangefinder.engine.inspect.TensorRtInspector;
import io.rangefinder.engine.match.TensorMatcher;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.examples.cli.FormatOption;
import io.rangefinder.examples.cli.ModelParameter;
import io.rangefinder.examples.cli.WorkFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
            "Check an ONNX model against the rules of a TensorRT, and ask NVIDIA's TensorRT",
            "10, without a GPU, what it makes of it: whether it accepts it, which layers",
            "end in INT8, and what is left over. Exit status 1 if the check finds an error,",
            "if TensorRT 10 rejects the model, if a layer stays in float that is not named",
            "by --float-layer, or if a range is refused or missing."
        })
public final class InspectCommand implements Callable<Integer> {

    @Mixin private ModelParameter model;

    @Option(
            names = "--ranges",
            paramLabel = "R",
            description = "The ranges of a float model: .ranges, .txt, .cache or .json.")
    private Optional<Path> ranges = Optional.empty();

    @Mixin private FormatOption format;

    @Option(
            names = "--tensorrt",
            defaultValue = "8.6",
            paramLabel = "V",
            description =
                    "The TensorRT whose rules are checked: 8.4, 8.6, which DJL's engine runs with,"
                            + " or 10 (default: ${DEFAULT-VALUE}).")
    private String tensorRt;

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
        TensorRtVersion version = version();
        InspectionOptions.Builder options =
                InspectionOptions.builder()
                        .optBatchSize(batchSize)
                        .optTimeout(Duration.ofSeconds(timeout));
        floatLayers.forEach(options::addFloatLayer);
        if (ranges.isPresent()) {
            options.optRanges(byTensor(format.read(ranges.get())));
        }
        CheckedModel checked = CheckedModel.check(OnnxModel.read(model.file()), version);
        InspectionReport report = inspector(checked).inspect(model.file(), options.build());
        print(
                json
                        ? List.of(ReportJson.of(checked, report))
                        : Stream.concat(
                                        ReportText.of(checked).stream(),
                                        ReportText.whole(report).stream())
                                .toList());
        return checked.passes() && report.passes() ? 0 : 1;
    }

    private TensorRtVersion version() {
        return Stream.of(TensorRtVersion.values())
                .filter(v -> v.number().equals(tensorRt))
                .findFirst()
                .orElseThrow(
                        () ->
                                new ParameterException(
                                        verb.commandLine(),
                                        "--tensorrt must be 8.4, 8.6 or 10, not " + tensorRt));
    }

    /** Where TensorRT 10 is not at hand, what was checked without it is printed all the same. */
    private TensorRtInspector inspector(CheckedModel checked) throws InspectorUnavailableException {
        try {
            return TensorRtInspector.find();
        } catch (InspectorUnavailableException e) {
            print(json ? List.of(ReportJson.of(checked)) : ReportText.of(checked));
            throw e;
        }
    }

    private void print(List<String> lines) {
        PrintWriter out = verb.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
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
