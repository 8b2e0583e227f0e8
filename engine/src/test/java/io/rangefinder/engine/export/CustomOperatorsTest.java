package io.rangefinder.engine.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.export.operators.OperatorTable;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ScaledTanh} and its line in {@code META-INF/services} are all that there is of it. */
class CustomOperatorsTest {

    @ParameterizedTest
    @ValueSource(strings = {"custom_traced", "custom_scripted"})
    void givesPyTorchsAnswersInAnyBatch(String archive) throws Exception {
        Path file = Path.of("src/test/resources/custom", archive + ".pt");
        Fixture fixture = Fixture.read(file);
        ExportedModel exported =
                ModelExporter.export(file, fixture.inputs(), ExportOptions.DEFAULT);
        assertTrue(
                exported.toOnnx().graph().nodes().stream()
                        .anyMatch(node -> node.getOpType().equals("Tanh")));
        try (OrtModel session = OrtModel.load(exported.toOnnx(), Execution.UNOPTIMIZED, 1)) {
            for (Fixture.Batch batch : fixture.batches()) {
                assertArrayEquals(
                        batch.outputs().get(0).toFloats(),
                        session.run(batch.inputsOf(session)).get(0).toFloats(),
                        1e-5f);
            }
        }
    }

    /** Compiled models are kept by the classes that they were made by. */
    @Test
    void areToldApartByWhereTheyComeFrom() {
        assertEquals(List.of(ScaledTanh.class), OperatorTable.standard().origins());
    }
}
