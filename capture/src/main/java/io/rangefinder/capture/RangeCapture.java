package io.rangefinder.capture;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.repository.zoo.ZooModel;
import io.rangefinder.capture.source.ModelSource;
import java.io.IOException;
import java.util.Map;

/**
 * The engine's name, its options, and the way from a model to its recorder.
 *
 * <pre>{@code
 * Criteria<Image, Classifications> criteria = Criteria.builder()
 *         .setTypes(Image.class, Classifications.class)
 *         .optModelPath(Paths.get("resnet50.pt"))
 *         .optEngine(RangeCapture.ENGINE)
 *         .build();
 * }</pre>
 */
public final class RangeCapture {

    /** The engine's name in {@code Criteria}. */
    public static final String ENGINE = "RangeCapture";

    /**
     * Option: the file that ranges are written to when the model closes. Its name's end chooses the
     * format: {@code .ranges}, {@code .txt}, {@code .cache}, or {@code .json} for the whole
     * statistics.
     */
    public static final String OPTION_RANGES = "ranges";

    /**
     * Option: the format of the file of ranges, {@code ranges}, {@code txt}, {@code cache} or
     * {@code json}, whatever its name.
     */
    public static final String OPTION_RANGES_FORMAT = "rangesFormat";

    /**
     * Option: values of arguments that are no tensors, which DJL can't pass: {@code rate=16000,
     * sizes=[1, 2]}. They are kept with the ranges.
     */
    public static final String OPTION_ARGUMENTS = "arguments";

    /**
     * Option: the points to observe: {@code all} (the default), {@code modules}, or a regular
     * expression for whole names.
     */
    public static final String OPTION_POINTS = "points";

    /**
     * Option: what is kept of each point beside minimum and maximum, by the names of {@link
     * io.rangefinder.capture.observers.Observer}s with commas between: those of an application,
     * which {@code ServiceLoader} finds.
     */
    public static final String OPTION_OBSERVERS = "observers";

    private RangeCapture() {}

    /**
     * Loads a model that need not be a file, as {@code Criteria} loads files.
     *
     * @param source the model
     * @param options the engine's options and those of the engine that runs the model
     * @return the loaded model, to be closed
     * @throws IOException if it can't be read
     * @throws MalformedModelException if it is not what it is called
     */
    public static Model load(ModelSource source, Map<String, ?> options)
            throws IOException, MalformedModelException {
        RangeCaptureModel model = new RangeCaptureEngine().newModel(source.name(), null);
        try {
            model.load(source, options);
            return model;
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * The recorder of a model that was loaded with this engine.
     *
     * @param model a model or a {@code ZooModel}
     * @return its recorder, always the same one
     * @throws IllegalArgumentException if the model runs on another engine or is not loaded
     */
    public static RangeRecorder of(Model model) {
        Model inner = model;
        while (inner instanceof ZooModel<?, ?> zoo) {
            inner = zoo.getWrappedModel();
        }
        if (inner instanceof RangeCaptureModel capture) {
            return capture.recorder();
        }
        throw new IllegalArgumentException(
                "model "
                        + model.getName()
                        + " does not run on the engine "
                        + ENGINE
                        + "; load it with Criteria.optEngine(\""
                        + ENGINE
                        + "\")");
    }
}
