package io.rangefinder.examples.benchmark;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A model on an engine, to be timed. */
final class Contestant implements AutoCloseable {

    private final Model model;
    private final Predictor<NDList, NDList> predictor;

    private Contestant(Model model) {
        this.model = model;
        predictor = model.newPredictor(new NoopTranslator());
    }

    static Contestant load(Path archive, String engine)
            throws IOException, MalformedModelException {
        Model model = Model.newInstance("resnet50", engine);
        try {
            model.load(archive, null, Map.of());
            return new Contestant(model);
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    Model model() {
        return model;
    }

    /** The time of one forward pass, in milliseconds. */
    double time(NDList inputs) throws TranslateException {
        long start = System.nanoTime();
        predictor.predict(inputs).close();
        return (System.nanoTime() - start) / 1e6;
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
