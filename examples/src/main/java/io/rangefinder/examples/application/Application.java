package io.rangefinder.examples.application;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import io.rangefinder.capture.RangeCapture;
import io.rangefinder.engine.Int8Translator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Serves a model: as it was, while ranges are captured, and in INT8. Safe from any thread. */
public final class Application {

    private final Translator<float[], Integer> translator = new Clothes();

    /** Makes the application. */
    public Application() {}

    /**
     * Evaluates the model in float, recording ranges.
     *
     * @param model the {@code .pt} file
     * @param ranges the file of ranges to write
     * @param images pixels, 784 an image
     * @return the kind of each
     * @throws IOException if a file can't be read or written
     * @throws ModelException if the model can't be loaded
     * @throws TranslateException if a forward pass fails
     */
    public List<Integer> evaluate(Path model, Path ranges, List<float[]> images)
            throws IOException, ModelException, TranslateException {
        Criteria<float[], Integer> criteria =
                Criteria.builder()
                        .setTypes(float[].class, Integer.class)
                        .optModelPath(model) // an absolute path: resnet.pt
                        .optTranslator(translator)
                        .optEngine("RangeCapture") // was "PyTorch"
                        .optOption("ranges", ranges.toString()) // written when the model closes
                        .build();
        try (ZooModel<float[], Integer> zooModel = criteria.loadModel();
                Predictor<float[], Integer> predictor = zooModel.newPredictor()) {
            return predictor.batchPredict(images);
        }
    }

    /**
     * Serves the model in INT8, with its ranges beside it.
     *
     * @param model the {@code .pt} file
     * @param images pixels, 784 an image
     * @return the kind of each
     * @throws IOException if a file can't be read
     * @throws ModelException if the model can't be loaded
     * @throws TranslateException if a forward pass fails
     */
    public List<Integer> serve(Path model, List<float[]> images)
            throws IOException, ModelException, TranslateException {
        Criteria<float[], Integer> criteria =
                Criteria.builder()
                        .setTypes(float[].class, Integer.class)
                        .optModelPath(model)
                        .optTranslator(translator)
                        .optEngine("Int8")
                        .build();
        try (ZooModel<float[], Integer> zooModel = criteria.loadModel();
                Predictor<float[], Integer> predictor = zooModel.newPredictor()) {
            return predictor.batchPredict(images);
        }
    }

    /**
     * Serves the model in INT8 as {@link #serve} does, each image written straight into the buffers
     * of the predictor's session where the backend has such.
     *
     * @param model the {@code .pt} file
     * @param images pixels, 784 an image
     * @return the kind of each
     * @throws IOException if a file can't be read
     * @throws ModelException if the model can't be loaded
     * @throws TranslateException if a forward pass fails
     */
    public List<Integer> serveFromBuffers(Path model, List<float[]> images)
            throws IOException, ModelException, TranslateException {
        Criteria<float[], Integer> criteria =
                Criteria.builder()
                        .setTypes(float[].class, Integer.class)
                        .optModelPath(model)
                        .optTranslator(new Int8Translator<>(translator))
                        .optEngine("Int8")
                        .build();
        try (ZooModel<float[], Integer> zooModel = criteria.loadModel();
                Predictor<float[], Integer> predictor = zooModel.newPredictor()) {
            return predictor.batchPredict(images);
        }
    }

    /**
     * Prints the shape of an intermediate layer's output.
     *
     * @param model the {@code .pt} file
     * @param image the pixels of an image
     * @throws IOException if a file can't be read
     * @throws ModelException if the model can't be loaded
     * @throws TranslateException if a forward pass fails
     */
    public void look(Path model, float[] image)
            throws IOException, ModelException, TranslateException {
        Criteria<float[], Integer> criteria =
                Criteria.builder()
                        .setTypes(float[].class, Integer.class)
                        .optModelPath(model)
                        .optTranslator(translator)
                        .optEngine(RangeCapture.ENGINE)
                        .build();
        try (ZooModel<float[], Integer> zooModel = criteria.loadModel();
                Predictor<float[], Integer> predictor = zooModel.newPredictor()) {
            RangeCapture.of(zooModel)
                    .registerForwardHook(
                            "layer3.1", (name, tensor) -> System.out.println(tensor.getShape()));
            predictor.predict(image);
        }
    }
}
