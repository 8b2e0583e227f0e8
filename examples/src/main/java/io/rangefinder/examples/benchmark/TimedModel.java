package io.rangefinder.examples.benchmark;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;

/** A model on an engine, to be timed. */
final class TimedModel implements AutoCloseable {

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Model model;
    private final Predictor<NDList, NDList> predictor;

    /**
     * What one forward pass took.
     *
     * @param wall milliseconds by the clock
     * @param cpu milliseconds of all threads; where other programs run, and with OMP_NUM_THREADS=1,
     *     the better measure
     */
    record Pass(double wall, double cpu) {}

    private TimedModel(Model model) {
        this.model = model;
        predictor = model.newPredictor(new NoopTranslator());
    }

    static TimedModel load(Path archive, String engine)
            throws IOException, MalformedModelException {
        Model model = Model.newInstance("resnet50", engine);
        try {
            model.load(archive, null, Map.of());
            return new TimedModel(model);
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    Model model() {
        return model;
    }

    /** Runs one forward pass. */
    Pass run(NDList inputs) throws TranslateException {
        long cpu = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        predictor.predict(inputs).close();
        long end = System.nanoTime();
        return new Pass((end - start) / 1e6, (PROCESS.getProcessCpuTime() - cpu) / 1e6);
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
