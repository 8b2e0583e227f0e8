package io.rangefinder.examples.demo;

import ai.djl.MalformedModelException;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.capture.files.AtomicFile;
import io.rangefinder.capture.io.RangeFiles;
import io.rangefinder.capture.ranges.DynamicRanges;
import io.rangefinder.engine.Int8;
import io.rangefinder.engine.backend.onnxruntime.OnnxRuntimeBackend;
import io.rangefinder.engine.backend.onnxruntime.SimulationBackend;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.compile.ModelFiles;
import io.rangefinder.engine.export.ExportOptions;
import io.rangefinder.engine.export.ModelExporter;
import io.rangefinder.engine.onnxruntime.CpuAbilities;
import io.rangefinder.engine.quantization.QuantizationOptions;
import io.rangefinder.engine.quantization.Target;
import io.rangefinder.examples.cli.Progress;
import io.rangefinder.examples.compare.Forward;
import io.rangefinder.examples.compare.SideBySide;
import io.rangefinder.examples.data.FashionMnist;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Captures the ranges of a ResNet while it is evaluated on 512 images, then runs it in INT8 on the
 * 10,000 test images beside the float model.
 */
public final class MainJob {

    private static final int BATCH = 32;
    private static final int TEST_BATCH = 100;

    /** The test images that are left for the command line. */
    private static final int SAVED = 1000;

    private final Path examples;
    private final Path work;
    private final PrintWriter out;

    /**
     * Prepares the job.
     *
     * @param examples the folder with {@code models} and {@code data}
     * @param work the folder that files are written to; made if it is missing
     * @param out where the table goes
     */
    public MainJob(Path examples, Path work, PrintWriter out) {
        this.examples = examples;
        this.work = work;
        this.out = out;
    }

    /**
     * Runs the job.
     *
     * @param arguments the folder of the examples and the folder to work in; by default {@code .}
     *     and {@code target/demo}
     * @throws Exception if anything fails: a demonstration hides nothing
     */
    public static void main(String[] arguments) throws Exception {
        Path examples = Path.of(arguments.length > 0 ? arguments[0] : ".");
        Path work = Path.of(arguments.length > 1 ? arguments[1] : "target/demo");
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        new MainJob(examples.toAbsolutePath().normalize(), work.toAbsolutePath().normalize(), out)
                .run();
    }

    /**
     * Runs the job.
     *
     * @throws IOException if a file can't be read or written
     * @throws ModelException if a model can't be loaded
     * @throws TranslateException if a forward pass fails
     */
    public void run() throws IOException, ModelException, TranslateException {
        Files.createDirectories(work);
        Path model = examples.resolve("models").resolve("resnet_traced.pt");
        Path ranges = work.resolve("resnet.ranges");
        long start = System.nanoTime();
        capture(model, ranges);
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(Locale.ROOT, "model         %s%n", model);
        out.printf(Locale.ROOT, "ranges        %s%n", ranges);
        out.printf(Locale.ROOT, "capture       512 images in %.1f s, loading included%n", seconds);
        compare(model, ranges);
        speed(model, ranges);
        writeInputs();
    }

    /** The same images for the command line. */
    private void writeInputs() throws IOException {
        FashionMnist calibration = data(true);
        FashionMnist test = data(false);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            write("calibration.npz", calibration.batch(manager, 0, calibration.count()));
            write("test.npz", test.batch(manager, 0, SAVED));
            int[] labels = IntStream.range(0, SAVED).map(test::label).toArray();
            write("labels.npz", manager.create(labels));
        }
    }

    private void write(String name, NDArray array) throws IOException {
        AtomicFile.write(
                work.resolve(name), file -> new NDList(array).encode(file, NDList.Encoding.NPZ));
        out.printf("inputs        %s%n", work.resolve(name));
    }

    /** The application's own evaluation, with another word in its Criteria. */
    private void capture(Path file, Path ranges)
            throws IOException, ModelException, TranslateException {
        FashionMnist images = data(true);
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(file)
                        .optTranslator(new NoopTranslator())
                        .optEngine(RangeCapture.ENGINE) // was "PyTorch"
                        .optOption(RangeCapture.OPTION_RANGES, ranges.toString())
                        .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                Progress progress = Progress.start("capture", "images", images.count())) {
            for (int from = 0; from < images.count(); from += BATCH) {
                try (NDManager manager = model.getNDManager().newSubManager()) {
                    predictor.predict(new NDList(images.batch(manager, from, BATCH))).close();
                }
                progress.add(BATCH);
            }
        }
    }

    private FashionMnist data(boolean calibration) throws IOException {
        Path folder = examples.resolve("data").resolve("fashion-mnist");
        return calibration ? FashionMnist.calibration(folder) : FashionMnist.test(folder);
    }

    private Map<String, String> options(String backend, Path ranges) {
        return Map.of(
                Int8.OPTION_BACKEND, backend,
                Int8.OPTION_RANGES, ranges.toString(),
                Int8.OPTION_CACHE, work.resolve("cache").toString());
    }

    private void compare(Path file, Path ranges)
            throws IOException, MalformedModelException, TranslateException {
        FashionMnist images = data(false);
        try (Forward reference = Forward.pytorch(file);
                Forward fast = Forward.int8(file, options(OnnxRuntimeBackend.ID, ranges));
                Forward exact = Forward.int8(file, options(SimulationBackend.ID, ranges));
                Progress progress = Progress.start("evaluate", "images", images.count())) {
            Map<String, Forward> int8 = new LinkedHashMap<>();
            int8.put(OnnxRuntimeBackend.ID, fast);
            int8.put(SimulationBackend.ID + " (TensorRT's arithmetic)", exact);
            SideBySide sides = new SideBySide(reference, int8);
            for (int from = 0; from < images.count(); from += TEST_BATCH) {
                int[] labels =
                        IntStream.range(from, from + TEST_BATCH).map(images::label).toArray();
                try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                    sides.add(
                            new NDList(images.batch(manager, from, TEST_BATCH)),
                            Optional.of(labels));
                }
                progress.add(TEST_BATCH);
            }
            sides.print(out);
        }
    }

    /** INT8 against the float ONNX in the same runtime, in turn. */
    private void speed(Path file, Path ranges)
            throws IOException, MalformedModelException, TranslateException {
        ModelFiles files = ModelFiles.find(file, Optional.empty());
        DynamicRanges given = RangeFiles.read(ranges);
        Path exported = work.resolve("float.onnx");
        ModelExporter.export(file, given.provenance().inputs(), ExportOptions.DEFAULT)
                .write(exported);
        CpuAbilities cpu = CpuAbilities.probe();
        CompiledCache.Entry compiled =
                new CompiledCache(work.resolve("cache"))
                        .get(
                                files,
                                given,
                                QuantizationOptions.builder()
                                        .optTarget(Target.CPU)
                                        .optWeightBits(cpu.weightBits())
                                        .build());
        try (Forward reference = Forward.onnx(exported);
                Forward int8 = Forward.onnx(compiled.file());
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList batch = new NDList(data(false).batch(manager, 0, BATCH));
            double ratio = PairedTimes.ratio(() -> int8.run(batch), () -> reference.run(batch));
            out.printf(
                    Locale.ROOT,
                    "%nint8 / float time in ONNX Runtime %.2f (median of pairs, batch %d; %s)%n",
                    ratio,
                    BATCH,
                    cpu.explanation());
        }
        out.printf("int8 model    %s%n", compiled.file());
    }
}
