package io.rangefinder.examples.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.check.Finding;
import io.rangefinder.engine.check.Severity;
import io.rangefinder.engine.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WrittenModelTest {

    private static final Path MODEL = Path.of("src/test/resources/compare/one.onnx");

    /** TensorRT 10 reads it, and the owner of a file from elsewhere may have no other. */
    @Test
    void anOpsetThatOnlyLaterVersionsReadIsWarnedOf() throws Exception {
        OnnxModel given = OnnxModel.read(MODEL);
        OnnxModel later =
                OnnxModel.of(
                        given.proto().toBuilder()
                                .setOpsetImport(
                                        0,
                                        given.proto().getOpsetImport(0).toBuilder().setVersion(18))
                                .build(),
                        "later");
        List<Finding> findings = WrittenModel.check(later);
        Finding opset =
                findings.stream().filter(f -> f.rule().equals("opset")).findFirst().orElseThrow();
        assertEquals(Severity.WARNING, opset.severity());
        assertTrue(opset.problem().contains("opset 18"), opset::problem);
        assertTrue(opset.remedy().endsWith("or use TensorRT 10"), opset::remedy);
        WrittenModel.requireNoErrors(findings, MODEL);
        assertTrue(WrittenModel.check(given).stream().noneMatch(f -> f.rule().equals("opset")));
    }
}
