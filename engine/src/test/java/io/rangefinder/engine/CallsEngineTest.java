package io.rangefinder.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.session.UnsuitableInputException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Methods other than forward, and arguments that are no tensors, from capture to INT8, against what
 * PyTorch gives (engine/src/test/python/calls.py).
 */
class CallsEngineTest {

    private static final Path ARCHIVES = Path.of("src/test/resources/calls").toAbsolutePath();

    private static final Map<String, String> ALL =
            Map.of(
                    "rate", "-8000",
                    "gain", "0.25",
                    "mode", "\"wide, or so\"",
                    "flip", "true",
                    "limit", "4",
                    "sizes", "[2, 3]",
                    "pair", "(0.5, -2)",
                    "mask", "None");

    @TempDir Path folder;

    @BeforeEach
    void copy() throws Exception {
        for (String name : List.of("methods.pt", "scalars.pt", "options.pt")) {
            Files.copy(ARCHIVES.resolve(name), folder.resolve(name));
        }
    }

    private Criteria.Builder<NDList, NDList> criteria(String name, String engine) {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder.resolve(name + ".pt"))
                .optEngine(engine);
    }

    private static NDList told(NDManager manager, String name) throws Exception {
        try (InputStream in = Files.newInputStream(ARCHIVES.resolve(name + ".npz"))) {
            return NDList.decode(manager, in);
        }
    }

    /** Arrays of the file, with the marker that tells DJL's PyTorch engine the method. */
    private static NDList inputs(NDManager manager, String name, String method, String... arrays)
            throws Exception {
        NDList all = told(manager, name);
        NDList inputs = new NDList();
        for (String array : arrays) {
            NDArray input = all.get(array);
            input.setName(null);
            inputs.add(input);
        }
        if (!method.equals(ModelCall.FORWARD)) {
            NDArray marker = manager.create(0f);
            marker.setName(ModelCall.marker(method));
            inputs.add(marker);
        }
        return inputs;
    }

    private void capture(Criteria.Builder<NDList, NDList> criteria, NDListSource inputs)
            throws Exception {
        try (ZooModel<NDList, NDList> model =
                        criteria.optOption("ranges", folder.resolve("r.ranges").toString())
                                .build()
                                .loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            predictor.predict(inputs.of(model.getNDManager())).close();
        }
    }

    @FunctionalInterface
    private interface NDListSource {
        NDList of(NDManager manager) throws Exception;
    }

    private Criteria.Builder<NDList, NDList> int8(String name, String backend) {
        return criteria(name, Int8.ENGINE)
                .optOption("ranges", folder.resolve("r.ranges").toString())
                .optOption("backend", backend)
                .optOption("cache", folder.resolve("cache").toString());
    }

    /** The worst output, in dB. */
    private static double sqnr(NDList actual, NDList expected) {
        assertEquals(expected.size(), actual.size());
        double worst = Double.POSITIVE_INFINITY;
        for (int i = 0; i < expected.size(); i++) {
            NDArray right = expected.get(i);
            double signal = right.square().sum().getFloat();
            double noise = right.sub(actual.get(i)).square().sum().getFloat();
            worst = Math.min(worst, 10 * Math.log10(signal / noise));
        }
        return worst;
    }

    @ParameterizedTest
    @CsvSource({
        "forward, x, , forward, simulate",
        "embed, x scale, , projected hidden, simulate",
        "embed, x scale, , projected hidden, onnxruntime",
        "resample, x, rate=8000, resampled, simulate"
    })
    void theMethodThatWasCapturedRunsInInt8(
            String method, String arrays, String arguments, String outputs, String backend)
            throws Exception {
        Criteria.Builder<NDList, NDList> capturing = criteria("methods", "RangeCapture");
        Criteria.Builder<NDList, NDList> running = int8("methods", backend);
        if (arguments != null) {
            capturing.optOption("arguments", arguments);
            // As it stays when one word of the Criteria changes; the ranges tell it, too.
            running.optOption("arguments", arguments);
        }
        capture(capturing, m -> inputs(m, "methods", method, arrays.split(" ")));

        try (ZooModel<NDList, NDList> model = running.build().loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList actual =
                    predictor.predict(inputs(manager, "methods", method, arrays.split(" ")));
            NDList expected = inputs(manager, "methods", ModelCall.FORWARD, outputs.split(" "));
            double db = sqnr(actual, expected);
            assertTrue(db > 30, method + " " + db);
            // Nothing in Int8 needs the marker.
            NDList plain = inputs(manager, "methods", ModelCall.FORWARD, arrays.split(" "));
            assertEquals(db, sqnr(predictor.predict(plain), expected));
        }
    }

    @Test
    void aTranslatorsMarkerIsNotStackedAsAnInput() throws Exception {
        capture(
                criteria("methods", "RangeCapture"),
                m -> inputs(m, "methods", "embed", "x", "scale"));
        Translator<Integer, NDList> rows =
                new Translator<>() {
                    @Override
                    public NDList processInput(TranslatorContext ctx, Integer row)
                            throws Exception {
                        NDList all = inputs(ctx.getNDManager(), "methods", "embed", "x", "scale");
                        NDArray marker = all.remove(2);
                        return new NDList(all.get(0).get(row), all.get(1).get(row), marker);
                    }

                    @Override
                    public NDList processOutput(TranslatorContext ctx, NDList outputs) {
                        outputs.detach();
                        return outputs;
                    }

                    @Override
                    public Batchifier getBatchifier() {
                        return Batchifier.STACK;
                    }
                };
        Criteria<Integer, NDList> running =
                Criteria.builder()
                        .setTypes(Integer.class, NDList.class)
                        .optModelPath(folder.resolve("methods.pt"))
                        .optEngine(Int8.ENGINE)
                        .optTranslator(new Int8Translator<>(rows))
                        .optOption("ranges", folder.resolve("r.ranges").toString())
                        .optOption("backend", "simulate")
                        .optOption("cache", folder.resolve("cache").toString())
                        .build();
        try (ZooModel<Integer, NDList> model = running.loadModel();
                Predictor<Integer, NDList> predictor = model.newPredictor()) {
            List<NDList> outputs = predictor.batchPredict(List.of(1, 3));
            NDList expected = told(model.getNDManager(), "methods");
            for (int i = 0; i < 2; i++) {
                NDArray right = expected.get("projected").get(2 * i + 1);
                assertTrue(sqnr(new NDList(outputs.get(i).get(0)), new NDList(right)) > 25);
            }
        }
    }

    @Test
    void anotherMethodThanTheCapturedOneIsRefused() throws Exception {
        capture(criteria("methods", "RangeCapture"), m -> inputs(m, "methods", "forward", "x"));
        try (ZooModel<NDList, NDList> model = int8("methods", "simulate").build().loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList other = inputs(manager, "methods", "embed", "x", "scale");
            TranslateException refused =
                    assertThrows(TranslateException.class, () -> predictor.predict(other));
            assertEquals(UnsuitableInputException.class, refused.getCause().getClass());
            assertTrue(
                    refused.getCause().getMessage().contains("method embed, but the model was"),
                    refused.getCause().getMessage());
        }
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        int8("methods", "simulate")
                                                .optOption("moduleMethod", "embed")
                                                .build()
                                                .loadModel())
                        .getMessage()
                        .contains("captured through forward(x), not embed()"));
    }

    @ParameterizedTest
    @CsvSource({"least", "all"})
    void argumentsOfEveryKindAreBound(String which) throws Exception {
        Map<String, String> values =
                which.equals("all") ? ALL : Map.of("rate", "16000", "gain", "1", "mode", "plain");
        ModelCall call = new ModelCall(ModelCall.FORWARD, values);
        assertEquals(call.arguments(), ModelCall.parseArguments(call.argumentsText()));

        NDList[] captured = new NDList[1];
        try (ZooModel<NDList, NDList> model =
                        criteria("scalars", "RangeCapture")
                                .optOption("arguments", call.argumentsText())
                                .optOption("ranges", folder.resolve("r.ranges").toString())
                                .build()
                                .loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList expected = new NDList(told(manager, "scalars").get(which));
            captured[0] = predictor.predict(inputs(manager, "scalars", "forward", "x", "other"));
            assertTrue(sqnr(captured[0], expected) > 120);
            io.rangefinder.capture.RangeCapture.of(model).setRecording(false);
            NDList unrecorded =
                    predictor.predict(inputs(manager, "scalars", "forward", "x", "other"));
            assertEquals(captured[0].get(0), unrecorded.get(0));
        }
        Provenance told = RangeFiles.read(folder.resolve("r.ranges")).provenance();
        assertEquals(call, told.call());
        assertEquals(
                List.of("x", "other"), told.inputs().stream().map(InputDescription::name).toList());

        OnnxModel onnx =
                ModelExporter.export(
                                folder.resolve("scalars.pt"),
                                told.inputs(),
                                ExportOptions.DEFAULT.withCall(call))
                        .toOnnx();
        try (OrtModel session = OrtModel.load(onnx.toBytes(), "scalars", Execution.UNOPTIMIZED, 1);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList all = told(manager, "scalars");
            List<NamedTensor> inputs = new ArrayList<>();
            for (String name : List.of("x", "other")) {
                NDArray array = all.get(name);
                inputs.add(
                        new NamedTensor(
                                name, array.getDataType(), array.getShape(), array.toByteBuffer()));
            }
            NamedTensor output = session.run(inputs).get(0);
            NDArray actual =
                    manager.create(
                            output.data().order(ByteOrder.nativeOrder()),
                            output.shape(),
                            output.type());
            assertTrue(sqnr(new NDList(actual), new NDList(all.get(which))) > 100);
        }
        try (ZooModel<NDList, NDList> model = int8("scalars", "simulate").build().loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList actual = predictor.predict(inputs(manager, "scalars", "forward", "x", "other"));
            double db = sqnr(actual, new NDList(told(manager, "scalars").get(which)));
            assertTrue(db > 30, which + " " + db);
        }
    }

    @Test
    void dictsOfNumbersAreBound() throws Exception {
        String values = "rates={fast: 2, \"slow, or so\": 3}, gains={-1: 0.5, 2: 1.5}";
        try (ZooModel<NDList, NDList> model =
                        criteria("options", "RangeCapture")
                                .optOption("arguments", values)
                                .optOption("ranges", folder.resolve("r.ranges").toString())
                                .build()
                                .loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList captured = predictor.predict(inputs(manager, "options", "forward", "x"));
            assertTrue(sqnr(captured, new NDList(told(manager, "options").get("result"))) > 120);
        }
        try (ZooModel<NDList, NDList> model = int8("options", "simulate").build().loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList actual = predictor.predict(inputs(manager, "options", "forward", "x"));
            double db = sqnr(actual, new NDList(told(manager, "options").get("result")));
            assertTrue(db > 30, () -> "" + db);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rates={fast},gains={}|argument rates must be such as {a: 1, b: 2}, but is {fast}",
                "rates={fast: x},gains={}|argument rates must be a whole number",
                "rates={fast: 1,gains={}}|argument rates must be such as {a: 1, b: 2}",
                "rates={fast: 1},gains=[1: 2}|argument gains must be such as"
            })
    void aDictThatDoesNotFitIsTold(String arguments, String message) {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                criteria("options", "RangeCapture")
                                        .optOption("arguments", arguments)
                                        .build()
                                        .loadModel());
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    @Test
    void anArgumentWithoutAValueIsSaidWithTheRemedy() throws Exception {
        try (ZooModel<NDList, NDList> model =
                        criteria("scalars", "RangeCapture").build().loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = model.getNDManager().newSubManager()) {
            NDList inputs = inputs(manager, "scalars", "forward", "x", "other");
            TranslateException refused =
                    assertThrows(TranslateException.class, () -> predictor.predict(inputs));
            assertTrue(
                    refused.getCause()
                            .getMessage()
                            .contains(
                                    "scalars.pt takes rate, which is of type int, but DJL passes"
                                            + " tensors only; give it a value"),
                    refused.getCause().getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rat=1|takes no argument rat; forward takes (x, rate, gain",
                "x=1|argument x is a tensor; give it among the inputs",
                "rate=fast|argument rate must be a whole number, but is fast",
                "rate=1.5|argument rate must be a whole number, but is 1.5",
                "rate=9999999999999999999|argument rate must be a whole number",
                "gain=nan|argument gain must be a finite number, but is nan",
                "flip=yes|argument flip must be True or False, but is yes",
                "sizes=[1|argument sizes must be such as [1, 2], but is [1",
                "sizes=[a]|argument sizes must be a whole number, but is [a]",
                "pair=(1,)|argument pair must have 2 elements, but is (1,)",
                "mask=1|argument mask is a tensor; give it among the inputs",
                "rate|option arguments: an argument must read like rate=16000, but is rate",
                "rate=1,rate=2|option arguments: argument rate must be given once"
            })
    void aValueThatDoesNotFitIsToldWhenTheModelIsLoaded(String arguments, String message) {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                criteria("scalars", "RangeCapture")
                                        .optOption("arguments", arguments)
                                        .build()
                                        .loadModel());
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }
}
