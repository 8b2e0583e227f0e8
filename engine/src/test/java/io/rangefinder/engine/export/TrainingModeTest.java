package io.rangefinder.engine.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model does in training only is said, by layer and with the remedy, or refused. */
class TrainingModeTest {

    private static final Path FOLDER = Path.of("src/test/resources/training");

    private static final String REMEDY = "call model.eval() before the model is traced or scripted";

    @TempDir Path folder;

    @Test
    void whatATraceDropsAtRandomIsLeftOutAndSaid() throws Exception {
        ExportedModel model = evaluated("dropouts_traced");
        List<String> warnings = model.warnings();
        assertEquals(5, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).startsWith("dropout is in training mode"), warnings.get(0));
        assertTrue(warnings.get(0).endsWith(" in 2"), warnings.get(0));
        assertTrue(warnings.get(1).startsWith("alpha_dropout is in"), warnings.get(1));
        assertTrue(warnings.get(2).startsWith("feature_alpha_dropout is"), warnings.get(2));
        assertTrue(warnings.get(3).startsWith("feature_dropout is in"), warnings.get(3));
        assertTrue(warnings.get(4).startsWith("rrelu is in training mode"), warnings.get(4));
        assertTrue(warnings.get(4).endsWith(" in 8"), warnings.get(4));
        warnings.forEach(w -> assertTrue(w.contains(REMEDY), w));
    }

    @ParameterizedTest
    @CsvSource({"dropouts_scripted, '2, 3, 4, 6, 8'", "batch_norm_scripted, 1"})
    void whatWasScriptedInTrainingModeIsExportedForInferenceAndSaid(String name, String layers)
            throws Exception {
        List<String> warnings = evaluated(name).warnings();
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).startsWith("it was saved in training mode"), warnings.get(0));
        assertTrue(warnings.get(0).endsWith(": " + layers), warnings.get(0));
    }

    @Test
    void aTracedBatchNormInTrainingModeIsRefused() throws Exception {
        Fixture fixture = Fixture.read(FOLDER.resolve("batch_norm_traced.pt"));
        String message = refusal(fixture);
        assertTrue(message.contains("aten::batch_norm is in training mode; " + REMEDY), message);
        assertTrue(message.contains(", in 1 ("), message);
    }

    private static String refusal(Fixture fixture) {
        return assertThrows(
                        UnsupportedModelException.class,
                        () ->
                                ModelExporter.export(
                                        fixture.archive(), fixture.inputs(), ExportOptions.DEFAULT))
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "torch.dropout(x, 0.5, True)                 | 1",
                "torch.dropout_(torch.mul(x, 2), 0.5, True)  | 1",
                "torch.feature_dropout(x, 0.5, True)         | 1",
                "torch.native_dropout(x, 0.5, True)[0]       | 1",
                "torch.rrelu(x, 0.1, 0.3, True)              | 1",
                "torch.scaled_dot_product_attention(x, x, x, None, 0.1, False) | 1",
                "torch.dropout(x, 0.0, True)                 | 0",
                "torch.dropout(x, 0.5, False)                | 0",
                "torch.rrelu(x, 0.1, 0.3, False)             | 0",
                "torch.scaled_dot_product_attention(x, x, x, None, 0.0, False) | 0",
            })
    void functionsAreSaidOnlyWhereTheyDropSomething(String call, int warnings) throws Exception {
        ExportedModel model = Archives.export(Archives.ofForward(folder, "return " + call));
        assertEquals(warnings, model.warnings().size(), model.warnings().toString());
        model.warnings().forEach(w -> assertTrue(w.contains(REMEDY), w));
        model.warnings().forEach(w -> assertTrue(w.endsWith(" in the model"), w));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "torch.bernoulli(x)",
                "torch.bernoulli_(torch.mul(x, 2), 0.5)",
                "torch.rand_like(x)",
                "torch.randn([2, 3])",
                "torch.multinomial(x, 1)",
                "torch.uniform_(torch.mul(x, 2), 0., 1.)"
            })
    void randomNumbersAreRefusedWithTheRemedy(String call) throws Exception {
        Path archive = Archives.ofForward(folder, "return torch.add(x, " + call + ")");
        String message =
                assertThrows(UnsupportedModelException.class, () -> Archives.export(archive))
                        .getMessage();
        assertTrue(message.contains("draws random numbers"), message);
        assertTrue(message.contains(REMEDY), message);
    }

    /** Exports, and compares with what PyTorch gives in evaluation. */
    private static ExportedModel evaluated(String name) throws Exception {
        Fixture fixture = Fixture.read(FOLDER.resolve(name + ".pt"));
        ExportedModel exported =
                ModelExporter.export(fixture.archive(), fixture.inputs(), ExportOptions.DEFAULT);
        OnnxModel model = exported.toOnnx();
        Fixture.Batch batch = fixture.batches().get(0);
        try (OrtModel session =
                OrtModel.load(model.toBytes(), model.source(), Execution.UNOPTIMIZED, 1)) {
            assertArrayEquals(
                    floats(batch.outputs().get(0)),
                    floats(session.run(batch.inputsOf(session)).get(0)),
                    1e-5f);
        }
        return exported;
    }

    private static float[] floats(NamedTensor tensor) {
        FloatBuffer data =
                tensor.data().duplicate().order(ByteOrder.nativeOrder()).clear().asFloatBuffer();
        float[] values = new float[data.remaining()];
        data.get(values);
        return values;
    }
}
