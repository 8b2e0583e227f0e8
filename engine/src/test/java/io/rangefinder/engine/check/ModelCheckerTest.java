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

    /** And only it: the same model before the break has no finding. */
    @TestFactory
    Stream<DynamicTest> eachPlantedBreakIsFoundAtItsLayer() throws Exception {
        OnnxModel good = PlantedBreaks.good();
        return PlantedBreaks.of(good).stream()
                .map(
                        planted ->
                                DynamicTest.dynamicTest(
                                        planted.name(),
                                        () -> {
                                            assertEquals(
                                                    List.of(),
                                                    ModelChecker.check(good, planted.version()));
                                            assertFound(planted);
                                        }));
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
        // A layer that reads the broken one's Q/DQ may be named, too; none of the others is.
        assertTrue(
                planted.name().equals("per-channel-in-opset-12") || findings.size() <= 2,
                findings.toString());
    }
}
