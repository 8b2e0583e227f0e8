package io.rangefinder.examples.inspect;

import io.rangefinder.engine.check.Finding;
import io.rangefinder.engine.check.ModelChecker;
import io.rangefinder.engine.check.Severity;
import io.rangefinder.engine.check.TensorRtVersion;
import io.rangefinder.engine.onnx.OnnxModel;
import java.util.List;

/**
 * What the check of a model found, which needs no TensorRT. Immutable.
 *
 * @param version the TensorRT whose rules it was checked against
 * @param findings what is wrong, errors first
 */
record CheckedModel(TensorRtVersion version, List<Finding> findings) {

    CheckedModel {
        findings = List.copyOf(findings);
    }

    static CheckedModel check(OnnxModel model, TensorRtVersion version) {
        return new CheckedModel(version, ModelChecker.check(model, version));
    }

    long errors() {
        return findings.stream().filter(f -> f.severity() == Severity.ERROR).count();
    }

    /** Warnings do not matter. */
    boolean passes() {
        return errors() == 0;
    }
}
