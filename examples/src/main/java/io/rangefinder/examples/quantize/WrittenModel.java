package io.rangefinder.examples.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.rangefinder.engine.check.Finding;
import io.rangefinder.engine.check.ModelChecker;
import io.rangefinder.engine.check.Severity;
import io.rangefinder.engine.check.TensorRtVersion;
import io.rangefinder.engine.inspect.InspectionReport;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.LoadTrial;
import io.rangefinder.examples.cli.WorkFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What must hold of a written model before the work counts as done. Stateless. */
final class WrittenModel {

    /** ONNX Runtime has operators of these; of others only plugins know. */
    private static final Set<String> DOMAINS =
            Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc");

    private WrittenModel() {}

    /** Loads a model, unless it has operators that only TensorRT's plugins are. */
    static void requireLoadable(OnnxModel model, Path file)
            throws IOException, WorkFailedException {
        boolean plugins =
                model.proto().getGraph().getNodeList().stream()
                        .map(NodeProto::getDomain)
                        .anyMatch(d -> !DOMAINS.contains(d));
        if (plugins) {
            return;
        }
        try {
            LoadTrial.requireLoadable(model.proto(), file.toString());
        } catch (InvalidOnnxException e) {
            throw new WorkFailedException(
                    e.getMessage()
                            + "; nothing was written; if ONNX Runtime loads the float model,"
                            + " please report this",
                    e);
        }
    }

    /**
     * What TensorRT 8.6 would not take. The opset alone is a warning: what could be lowered was,
     * the owner of a file from elsewhere may be unable to export a lower one, and TensorRT 10 takes
     * it.
     */
    static List<Finding> check(OnnxModel model) {
        return ModelChecker.check(model, TensorRtVersion.V8_6).stream()
                .map(WrittenModel::withoutOpset)
                .toList();
    }

    private static Finding withoutOpset(Finding finding) {
        return finding.rule().equals("opset")
                ? new Finding(
                        Severity.WARNING,
                        finding.rule(),
                        finding.layer(),
                        finding.tensor(),
                        finding.problem(),
                        finding.remedy() + ", or use TensorRT 10")
                : finding;
    }

    static void requireNoErrors(List<Finding> findings, Path file) throws WorkFailedException {
        long errors = findings.stream().filter(f -> f.severity() == Severity.ERROR).count();
        if (errors > 0) {
            throw new WorkFailedException(
                    file
                            + " is written, but TensorRT 8.6 does not take it, for "
                            + errors
                            + " reasons given by the check; mend them in the float model");
        }
    }

    static void requireAccepted(InspectionReport report, Path file) throws WorkFailedException {
        if (report.outcome() == InspectionReport.Outcome.REJECTED) {
            throw new WorkFailedException(
                    file
                            + " is written, but TensorRT "
                            + report.tensorRt().orElse("")
                            + " rejects it, as said above; mend the float model");
        }
    }
}
