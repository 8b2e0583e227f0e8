package io.rangefinder.engine.textnetwork;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.RangeRecorder;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.HookPoint;
import io.rangefinder.capture.source.ModelInput;
import io.rangefinder.capture.source.ModelSource;
import io.rangefinder.capture.source.ModelSources;
import io.rangefinder.capture.source.ObservationOptions;
import io.rangefinder.capture.source.ObservedModel;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.engine.Int8;
import io.rangefinder.engine.compile.Int8Compiler;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.compile.UnsuitableRangesException;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.ExportedModel;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.onnx.HookNames;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.QuantizedModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kind of model that Rangefinder does not know goes the whole way, from capture to INT8, by being
 * on the class path. All numbers are worked out here, in plain loops.
 *
 * <p>Weights are multiples of 1/128 with 127/128 among them in each column, and inputs multiples of
 * 1/64 up to 127/64: int8 holds both exactly, so that what INT8 changes is the rounding of the
 * hidden tensor.
 */
class TextNetworkTest {

    private static final int IN = 4;
    private static final int HIDDEN = 8;
    private static final int OUT = 3;
    private static final int ROWS = 6;

    @TempDir Path folder;
    private Path file;
    private final double[][] first = new double[IN][HIDDEN];
    private final double[] firstBias = new double[HIDDEN];
    private final double[][] second = new double[HIDDEN][OUT];
    private final double[] secondBias = new double[OUT];
    private final double[][] x = new double[ROWS][IN];

    @BeforeEach
    void write() throws Exception {
        Random random = new Random(7);
        fill(random, first, 128);
        fill(random, second, 128);
        fill(random, x, 64);
        x[0][0] = 127 / 64.0;
        Arrays.setAll(firstBias, i -> i / 16.0);
        Arrays.setAll(secondBias, i -> 0.5 - i);
        file = folder.resolve("two.network");
        Files.write(
                file,
                List.of(
                        "linear 4 8 " + text(first) + " " + text(firstBias),
                        "relu 8 8",
                        "linear 8 3 " + text(second) + " " + text(secondBias)));
    }

    private static void fill(Random random, double[][] matrix, double unit) {
        for (int column = 0; column < matrix[0].length; column++) {
            int greatest = random.nextInt(matrix.length);
            for (int row = 0; row < matrix.length; row++) {
                int number = row == greatest ? 127 : random.nextInt(253) - 126;
                matrix[row][column] = number / unit;
            }
        }
    }

    private static String text(double[]... rows) {
        return Arrays.stream(rows)
                .flatMap(row -> Arrays.stream(row).mapToObj(Double::toString))
                .collect(Collectors.joining(" "));
    }

    private static double[][] linear(double[][] x, double[][] weight, double[] bias) {
        double[][] y = new double[x.length][bias.length];
        for (int row = 0; row < x.length; row++) {
            for (int column = 0; column < bias.length; column++) {
                y[row][column] = bias[column];
                for (int i = 0; i < weight.length; i++) {
                    y[row][column] += x[row][i] * weight[i][column];
                }
            }
        }
        return y;
    }

    private static double[][] relu(double[][] x) {
        return Arrays.stream(x)
                .map(row -> Arrays.stream(row).map(v -> Math.max(0, v)).toArray())
                .toArray(double[][]::new);
    }

    private double[][] hidden() {
        return relu(linear(x, first, firstBias));
    }

    private Map<String, double[][]> tensors() {
        Map<String, double[][]> tensors = new LinkedHashMap<>();
        tensors.put("x", x);
        tensors.put("0", linear(x, first, firstBias));
        tensors.put("1", hidden());
        tensors.put("2", linear(hidden(), second, secondBias));
        return tensors;
    }

    private static float[] flat(double[][] matrix) {
        double[] all = Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
        float[] floats = new float[all.length];
        for (int i = 0; i < all.length; i++) {
            floats[i] = (float) all[i];
        }
        return floats;
    }

    private static double amax(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
    }

    private ZooModel<NDList, NDList> load(String engine, Map<String, String> options)
            throws Exception {
        Criteria.Builder<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(file)
                        .optTranslator(new NoopTranslator())
                        .optEngine(engine);
        options.forEach(criteria::optOption);
        return criteria.build().loadModel();
    }

    /** Two batches: what they saw adds up. */
    private float[] predict(ZooModel<NDList, NDList> model) throws Exception {
        List<Float> outputs = new ArrayList<>();
        try (Predictor<NDList, NDList> predictor = model.newPredictor()) {
            for (int from : new int[] {0, 4}) {
                int rows = from == 0 ? 4 : 2;
                NDArray batch =
                        model.getNDManager()
                                .create(
                                        flat(Arrays.copyOfRange(x, from, from + rows)),
                                        new Shape(rows, IN));
                NDList output = predictor.predict(new NDList(batch));
                for (float value : output.singletonOrThrow().toFloatArray()) {
                    outputs.add(value);
                }
            }
        }
        float[] all = new float[outputs.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = outputs.get(i);
        }
        return all;
    }

    @Test
    void captureRecordsWhatEachLayerSees() throws Exception {
        Path ranges = folder.resolve("two.ranges");
        Map<String, float[]> hooked = new LinkedHashMap<>();
        try (ZooModel<NDList, NDList> model =
                load(RangeCapture.ENGINE, Map.of("ranges", ranges.toString()))) {
            RangeRecorder recorder = RangeCapture.of(model);
            AutoCloseable hook =
                    recorder.registerForwardHook(
                            "[12]", (point, t) -> hooked.put(point, t.toFloatArray()));
            assertArrayEquals(flat(tensors().get("2")), predict(model), 1e-6f);
            hook.close();
            ModelStatistics seen = recorder.statistics();
            assertEquals(List.copyOf(tensors().keySet()), List.copyOf(seen.asMap().keySet()));
            tensors()
                    .forEach(
                            (name, expected) -> {
                                float[] values = flat(expected);
                                Arrays.sort(values);
                                assertEquals(values.length, seen.get(name).get().count());
                                assertEquals(values[0], seen.get(name).get().min(), 1e-6);
                                assertEquals(
                                        values[values.length - 1],
                                        seen.get(name).get().max(),
                                        1e-6);
                            });
            assertEquals(ROWS, seen.provenance().samples());
            assertEquals(
                    List.of("x", "0", "1", "2"),
                    recorder.points().stream().map(HookPoint::name).toList());
        }
        // The last batch's.
        assertEquals(Set.of("1", "2"), hooked.keySet());
        assertArrayEquals(flat(Arrays.copyOfRange(hidden(), 4, ROWS)), hooked.get("1"), 1e-6f);
        DynamicRanges read = RangeFiles.read(ranges);
        tensors()
                .forEach(
                        (name, expected) ->
                                assertEquals(amax(expected), read.get(name).get().amax(), 1e-6));
    }

    @Test
    void theExportComputesTheNetworkForAnyBatch() throws Exception {
        ExportedModel exported =
                ModelExporter.export(
                        file,
                        List.of(new InputDescription("x", "float32", List.of(2L, (long) IN))),
                        ExportOptions.DEFAULT);
        Path onnx = folder.resolve("two.onnx");
        exported.write(onnx);
        HookNames names = exported.hookNames();
        assertEquals(Set.of("x", "0", "1", "2"), names.tensors().keySet());
        ByteBuffer data = ByteBuffer.allocateDirect(ROWS * IN * Float.BYTES);
        data.order(ByteOrder.nativeOrder()).asFloatBuffer().put(flat(x));
        NamedTensor input = new NamedTensor("x", DataType.FLOAT32, new Shape(ROWS, IN), data);
        try (OrtModel session = OrtModel.load(onnx, Execution.UNOPTIMIZED, 1)) {
            NamedTensor output = session.run(List.of(input)).get(0);
            float[] outputs = new float[ROWS * OUT];
            output.data().order(ByteOrder.nativeOrder()).asFloatBuffer().get(outputs);
            assertArrayEquals(flat(tensors().get("2")), outputs, 1e-6f);
        }
    }

    /** What Q and DQ of int8 with this range make of a tensor. */
    private static double[][] rounded(double[][] tensor, double amax) {
        double scale = amax / 127;
        return Arrays.stream(tensor)
                .map(
                        row ->
                                Arrays.stream(row)
                                        .map(v -> Math.rint(v / scale))
                                        .map(q -> Math.max(-128, Math.min(127, q)) * scale)
                                        .toArray())
                .toArray(double[][]::new);
    }

    @Test
    void int8RoundsTheHiddenTensorAndNothingElse() throws Exception {
        try (ZooModel<NDList, NDList> model =
                load(
                        RangeCapture.ENGINE,
                        Map.of("ranges", folder.resolve("two.ranges").toString()))) {
            predict(model);
        }
        Path cache = folder.resolve("cache");
        Map<String, String> options =
                Map.of(Int8.OPTION_BACKEND, "simulate", Int8.OPTION_CACHE, cache.toString());
        float[] expected = flat(linear(rounded(hidden(), amax(hidden())), second, secondBias));
        try (ZooModel<NDList, NDList> model = load(Int8.ENGINE, options)) {
            assertTrue(
                    model.getProperty(Int8.PROPERTY_COVERAGE).startsWith("2 of 2 layers"),
                    model.getProperty(Int8.PROPERTY_COVERAGE));
            assertArrayEquals(expected, predict(model), 1e-5f);
        }
        DynamicRanges ranges = RangeFiles.read(folder.resolve("two.ranges"));
        Files.writeString(file, Files.readString(file).replace("relu 8 8", "relu 8 8 "));
        UnsuitableRangesException e =
                assertThrows(
                        UnsuitableRangesException.class,
                        () ->
                                Int8Compiler.prepare(
                                        ModelFiles.find(file, Optional.empty()),
                                        ranges,
                                        Optional.empty(),
                                        OptionalInt.empty()));
        assertTrue(e.getMessage().contains(file + " is sha256:"), e.getMessage());
    }

    @Test
    void whatIsNoFileIsCapturedAndCompiledAsWell() throws Exception {
        ModelSource source = ModelSources.open(file);
        Files.delete(file);
        try (Model model = RangeCapture.load(source, Map.of());
                Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
            predictor.predict(
                    new NDList(model.getNDManager().create(flat(x), new Shape(ROWS, IN))));
            QuantizedModel quantized =
                    Int8Compiler.compile(
                            new ModelFiles(Optional.of(source), Optional.empty()),
                            RangeCapture.of(model).ranges(),
                            Optional.empty(),
                            QuantizationOptions.builder().build());
            assertEquals(2, quantized.coverage().int8Layers());
        }
    }

    @Test
    void aSourceWithoutFrontendIsRefusedByName() {
        ModelSource stranger =
                new ModelSource() {
                    @Override
                    public String name() {
                        return "model of another kind";
                    }

                    @Override
                    public String digest() {
                        return "sha256:" + "0".repeat(64);
                    }

                    @Override
                    public List<ModelInput> inputs(ModelCall call) {
                        return List.of();
                    }

                    @Override
                    public ObservedModel observe(ObservationOptions options) {
                        throw new UnsupportedOperationException("is not observed");
                    }
                };
        MalformedModelException e =
                assertThrows(
                        MalformedModelException.class,
                        () ->
                                ModelExporter.export(
                                        stranger,
                                        List.of(new InputDescription("x", "float32", List.of(1L))),
                                        ExportOptions.DEFAULT));
        assertTrue(
                e.getMessage().startsWith("model of another kind can't be exported: there is no"),
                e.getMessage());
    }
}
