package io.rangefinder.engine.inspect;

import io.rangefinder.engine.inspect.InspectionReport.Mode;
import io.rangefinder.engine.inspect.InspectionReport.Outcome;
import io.rangefinder.engine.inspect.InspectorProcess.Scheme;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnx.SeenLengths;
import io.rangefinder.inspector.protocol.RecordType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Asks NVIDIA's TensorRT 10, on a CPU, what it makes of a model. A child JVM for each graph does
 * the work: it can't hang, crash or fill this one. Immutable, hence safe from any thread; each
 * question takes a second or two and some hundred MB of native memory besides the model.
 */
public final class TensorRtInspector {

    private final InspectorProcess process;

    TensorRtInspector(InspectorProcess process) {
        this.process = process;
    }

    /**
     * Finds TensorRT 10.15's jars: in the folder that the system property {@code
     * rangefinder.tensorrt10} names, in {@code lib/tensorrt10} beside the running jar, or in the
     * local Maven repository. Takes the libraries out of them the first time (some seconds).
     *
     * @return an inspector
     * @throws InspectorUnavailableException if they are not there, with the command that gets them;
     *     if this is not Linux on x86_64; or if the cache folder can't be written
     */
    public static TensorRtInspector find() throws InspectorUnavailableException {
        TensorRtJars jars = TensorRtJars.find();
        Path libraries = NativeLibraries.defaultFolder();
        NativeLibraries.extract(jars.natives(), libraries);
        return new TensorRtInspector(InspectorProcess.of(jars, libraries));
    }

    /**
     * Asks.
     *
     * @param onnx the model; opset 11 or later
     * @param options ranges, batch, time limit
     * @return what TensorRT makes of it, also if it rejects the model, crashes or takes too long
     * @throws InvalidOnnxException if the file is not a sound ONNX
     * @throws IOException if a file can't be read or written, or if this thread is interrupted
     */
    public InspectionReport inspect(Path onnx, InspectionOptions options)
            throws IOException, InvalidOnnxException {
        OnnxModel given = OnnxModel.read(onnx);
        // Only the batch is left to TensorRT's profile: other lengths decide what fits and pays.
        OnnxModel model = SeenLengths.fix(given, List.of());
        ModelLayers layers = new ModelLayers(model);
        Mode mode =
                layers.isQuantized()
                        ? Mode.EXPLICIT
                        : options.ranges().isPresent() ? Mode.IMPLICIT : Mode.FLOAT;
        Scheme scheme = mode == Mode.FLOAT ? Scheme.FLOAT : Scheme.INT8;
        InspectorProcess.Answer answer =
                model == given
                        ? process.ask(onnx, options, scheme)
                        : process.ask(model, options, scheme);
        OptionalInt floatLayers = OptionalInt.empty();
        if (answer.outcome() == Outcome.OPTIMIZED && options.floatGraph()) {
            floatLayers =
                    mode == Mode.EXPLICIT
                            ? process.countFloatLayers(FloatGraph.strip(model), options)
                            : answer.report().log().layersLeft();
        }
        return report(answer, layers, mode, floatLayers, options);
    }

    private static InspectionReport report(
            InspectorProcess.Answer answer,
            ModelLayers layers,
            Mode mode,
            OptionalInt floatLayers,
            InspectionOptions options) {
        ReportReader report = answer.report();
        OptimizerLog log = report.log();
        boolean parsed = report.has(RecordType.ACCEPTED);
        boolean optimized = answer.outcome() == Outcome.OPTIMIZED;
        return new InspectionReport(
                report.tensorRt(),
                answer.outcome(),
                answer.reason(),
                mode,
                report.errors(),
                report.ranges(),
                report.withoutRange(),
                new LayerJudge(layers, report, mode, answer.outcome()).judge(options.floatLayers()),
                log.fusions(),
                optimized ? new Leftovers(layers).of(log) : List.of(),
                parsed ? OptionalInt.of(report.networkLayers()) : OptionalInt.empty(),
                optimized ? log.layersLeft() : OptionalInt.empty(),
                floatLayers,
                List.copyOf(log.warnings()));
    }
}
