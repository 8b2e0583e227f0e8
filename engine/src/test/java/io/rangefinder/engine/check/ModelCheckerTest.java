package io.rangefinder.engine.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.fixtures.PlantedBreak;
import io.rangefinder.engine.fixtures.PlantedBreaks;
import io.rangefinder.engine.onnx.OnnxModel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCheckerTest {

    @ParameterizedTest
    @ValueSource(strings = {"resnet", "mobilenet", "vit"})
    void quantizedModelsHaveNoFindings(String name) throws Exception {
        OnnxModel model = PlantedBreaks.good(name);
        for (TensorRtVersion version : TensorRtVersion.values()) {
            assertEquals(List.of(), ModelChecker.check(model, version), version.toString());
        }
    }

    @TestFactory
    Stream<DynamicTest> eachPlantedBreakIsFoundAtItsLayer() throws Exception {
        return PlantedBreaks.all().stream()
                .map(b -> DynamicTest.dynamicTest(b.name(), () -> assertFound(b)));
    }

    private static void assertFound(PlantedBreak planted) {
        List<Finding> findings = ModelChecker.check(planted.model(), planted.version());
        assertTrue(
                findings.stream()
                        .anyMatch(
                                f ->
                                        f.rule().equals(planted.rule())
                                                && f.layer().equals(planted.layer())),
                findings.toString());
    }
}
