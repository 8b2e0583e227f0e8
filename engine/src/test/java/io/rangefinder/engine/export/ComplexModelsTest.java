package io.rangefinder.engine.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.NoopTranslator;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.match.TensorMatcher;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.quantization.CoverageReport;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import io.rangefinder.engine.quantization.Quantizer;
import io.rangefinder.engine.quantization.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks with complex tensors inside go all the way: capture, export, INT8. */
class ComplexModelsTest {

    private static final Path OPERATORS = Path.of("src/test/resources/operators");

    /** What an archive gives on an engine, and the ranges if it is the one that captures them. */
    private record Answer(List<byte[]> outputs, DynamicRanges ranges) {}

    private static Answer run(String engine, Fixture fixture) throws Exception {
        try (Model model = Model.newInstance("complex", engine)) {
            model.load(fixture.archive(), null, Map.of());
            List<byte[]> outputs = new ArrayList<>();
            try (Predictor<NDList, NDList> predictor =
                            model.newPredictor(new NoopTranslator(null));
                    NDManager manager = model.getNDManager().newSubManager()) {
                NDList inputs = new NDList();
                for (NamedTensor input : fixture.batches().get(0).inputs()) {
                    NDArray array =
                            manager.create(input.data().duplicate(), input.shape(), input.type());
                    array.setName(input.name());
                    inputs.add(array);
                }
                for (NDArray output : predictor.predict(inputs)) {
                    outputs.add(output.toByteArray());
                }
            }
            DynamicRanges ranges =
                    engine.equals(RangeCapture.ENGINE)
                            ? RangeCapture.of(model).ranges()
                            : DynamicRanges.builder().build();
            return new Answer(outputs, ranges);
        }
    }

    private static Fixture fixture(String archive) throws Exception {
        return Fixture.read(OPERATORS.resolve(archive + ".pt").toAbsolutePath());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "complex_parts_traced",
                "complex_arithmetic_scripted",
                "complex_in_place_scripted",
                "complex_in_place_traced",
                "complex_rotary_scripted",
                "complex_buffer_unused_scripted",
                "fourier_operator_scripted",
                "spectrogram_scripted"
            })
    void hooksLeaveComplexModelsAsTheyAre(String archive) throws Exception {
        Fixture fixture = fixture(archive);
        List<byte[]> plain = run("PyTorch", fixture).outputs();
        List<byte[]> hooked = run(RangeCapture.ENGINE, fixture).outputs();
        assertEquals(plain.size(), hooked.size());
        for (int i = 0; i < plain.size(); i++) {
            assertArrayEquals(plain.get(i), hooked.get(i), "output " + i);
        }
    }

    /** Layers in INT8 and in float; what is complex is a transform or a product of pairs. */
    @ParameterizedTest
    @CsvSource({
        "complex_rotary_scripted, k; o; q; v, 0, 28",
        "complex_rotary_traced, k; o; q; v, 0, 28",
        "complex_buffer_unused_traced, linear, 0, 35",
        "fourier_mixing_scripted, narrow; wide, 2, 30",
        "fourier_filter_traced, mlp, 4, 30",
        "fourier_operator_scripted, skip, 6, 30"
    })
    void theRealLayersRunInInt8(String archive, String int8, int complex, double leastDb)
            throws Exception {
        Fixture fixture = fixture(archive);
        DynamicRanges byHook = run(RangeCapture.ENGINE, fixture).ranges();
        OnnxModel model =
                ModelExporter.export(fixture.archive(), fixture.inputs(), ExportOptions.DEFAULT)
                        .toOnnx();
        DynamicRanges ranges =
                TensorMatcher.byName(model, byHook.asMap().keySet()).toTensors(byHook);
        for (Target target : Target.values()) {
            QuantizedModel quantized =
                    new Quantizer(QuantizationOptions.builder().optTarget(target).build())
                            .quantize(model, ranges);
            Map<Boolean, List<CoverageReport.Layer>> layers =
                    quantized.coverage().layers().stream()
                            .collect(Collectors.partitioningBy(l -> l.leftInFloat().isEmpty()));
            assertEquals(
                    new TreeSet<>(List.of(int8.split("; "))),
                    layers.get(true).stream()
                            .map(CoverageReport.Layer::name)
                            .collect(Collectors.toCollection(TreeSet::new)));
            assertEquals(complex, layers.get(false).size(), quantized.coverage().toText());
            for (CoverageReport.Layer layer : layers.get(false)) {
                assertTrue(layer.name().contains("/"), "no layer's own name: " + layer.name());
                assertTrue(
                        layer.leftInFloat()
                                .orElseThrow()
                                .matches("its matrix is a transform's.*|it multiplies complex.*"),
                        layer::toString);
            }
            assertEquals(Set.of(), quantized.coverage().missingRanges());
            compare(fixture.batches().get(0), quantized.model(), leastDb);
        }
    }

    private static void compare(Fixture.Batch batch, OnnxModel int8, double leastDb)
            throws Exception {
        try (OrtModel session =
                OrtModel.load(int8.toBytes(), int8.source(), Execution.UNOPTIMIZED, 1)) {
            List<NamedTensor> outputs = session.run(batch.inputsOf(session));
            for (int i = 0; i < outputs.size(); i++) {
                float[] expected = batch.outputs().get(i).toFloats();
                float[] actual = outputs.get(i).toFloats();
                double signal = 0;
                double noise = 0;
                for (int j = 0; j < expected.length; j++) {
                    signal += expected[j] * expected[j];
                    noise += Math.pow(expected[j] - actual[j], 2);
                }
                double db = 10 * Math.log10(signal / noise);
                assertTrue(db >= leastDb, "output " + i + ": " + db + " dB");
            }
        }
    }
}
