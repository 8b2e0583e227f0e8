package io.rangefinder.examples.benchmark;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.rangefinder.engine.Int8;
import io.rangefinder.engine.onnxruntime.CpuAbilities;
import io.rangefinder.engine.onnxruntime.Execution;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * What a forward pass of the engine {@code Int8} on a CPU costs beside the bare session of ONNX
 * Runtime that it runs, in turn, in one thread. The session has its inputs in buffers and its
 * results read into one; the engine is asked through DJL's Predictor, with arrays made for each
 * pass, as applications do.
 */
final class ForwardBenchmark {

    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

    private final Path file;
    private final Path ranges;
    private final int rounds;
    private final int batch;

    ForwardBenchmark(Path file, Path ranges, int rounds, int batch) {
        this.file = file;
        this.ranges = ranges;
        this.rounds = rounds;
        this.batch = batch;
    }

    /**
     * What was measured.
     *
     * @param bare milliseconds of CPU time of each pass of the session
     * @param engine the same of the engine
     */
    record Result(List<Double> bare, List<Double> engine) {}

    /** A model's one input, in both forms. */
    private record Input(String name, Shape shape, ByteBuffer data) {

        static Input of(Model model, int batch) {
            if (model.describeInput().size() != 1) {
                throw new IllegalArgumentException("a model of one float input is needed");
            }
            Shape shape = model.describeInput().valueAt(0);
            long[] lengths = shape.getShape();
            for (int i = 0; i < lengths.length; i++) {
                if (lengths[i] < 0) {
                    lengths[i] = i == 0 ? batch : 1;
                }
            }
            Shape whole = new Shape(lengths);
            ByteBuffer data =
                    ByteBuffer.allocateDirect(Math.toIntExact(whole.size() * Float.BYTES))
                            .order(ByteOrder.nativeOrder());
            try (NDManager manager = model.getNDManager().newSubManager();
                    NDArray values = manager.randomNormal(whole)) {
                data.asFloatBuffer().put(values.toFloatArray());
            }
            return new Input(model.describeInput().keyAt(0), whole, data);
        }

        NDArray array(NDManager manager) {
            return manager.create(data, shape, DataType.FLOAT32);
        }
    }

    Result run() throws Exception {
        Path cache = Files.createTempDirectory("rangefinder-");
        try {
            return run(cache);
        } finally {
            try (Stream<Path> files = Files.list(cache)) {
                for (Path made : files.toList()) {
                    Files.delete(made);
                }
            }
            Files.delete(cache);
        }
    }

    private Result run(Path cache) throws Exception {
        try (Model model = Model.newInstance("forward", Int8.ENGINE)) {
            model.load(
                    file,
                    null,
                    Map.of(
                            "ranges",
                            ranges.toString(),
                            "cache",
                            cache.toString(),
                            "backend",
                            "onnxruntime",
                            "threads",
                            "1"));
            try (SessionOptions options = options();
                    OrtSession session =
                            OrtEnvironment.getEnvironment()
                                    .createSession(compiled(cache).toString(), options);
                    Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
                    NDManager manager = model.getNDManager().newSubManager()) {
                return inTurn(session, predictor, manager, Input.of(model, batch));
            }
        }
    }

    private static SessionOptions options() throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setIntraOpNumThreads(1);
        if (CpuAbilities.probe().execution() == Execution.SIMULATED) {
            options.addConfigEntry("session.disable_quant_qdq", "1");
        }
        return options;
    }

    private static Path compiled(Path cache) throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(f -> f.toString().endsWith(".onnx"))
                    .findFirst()
                    .orElseThrow(() -> new FileNotFoundException(cache + " holds no model"));
        }
    }

    private Result inTurn(
            OrtSession session, Predictor<NDList, NDList> predictor, NDManager manager, Input input)
            throws Exception {
        FloatBuffer floats = input.data().asFloatBuffer();
        Callable<?> bare = () -> bare(session, input, floats);
        List<Double> bareTimes = new ArrayList<>();
        List<Double> engineTimes = new ArrayList<>();
        for (int i = -rounds; i < rounds; i++) {
            double[] took = new double[2];
            for (int turn = 0; turn < 2; turn++) {
                int which = (i + turn) & 1;
                try (NDArray array = input.array(manager)) {
                    took[which] = time(which == 0 ? bare : () -> forward(predictor, array));
                }
            }
            // The first half lets the JVM compile both.
            if (i >= 0) {
                bareTimes.add(took[0]);
                engineTimes.add(took[1]);
            }
        }
        return new Result(bareTimes, engineTimes);
    }

    private static int bare(OrtSession session, Input input, FloatBuffer floats)
            throws OrtException {
        floats.rewind();
        try (OnnxTensor tensor =
                        OnnxTensor.createTensor(
                                OrtEnvironment.getEnvironment(), floats, input.shape().getShape());
                OrtSession.Result result = session.run(Map.of(input.name(), tensor))) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer().remaining();
        }
    }

    private static int forward(Predictor<NDList, NDList> predictor, NDArray input)
            throws TranslateException {
        try (NDList outputs = predictor.predict(new NDList(input))) {
            return outputs.size();
        }
    }

    private static double time(Callable<?> pass) throws Exception {
        long start = THREAD.getCurrentThreadCpuTime();
        pass.call();
        return (THREAD.getCurrentThreadCpuTime() - start) / 1e6;
    }
}
