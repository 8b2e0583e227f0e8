package io.rangefinder.capture.source;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.rangefinder.capture.statistics.ModelStatistics;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A loaded model whose forward passes are observed: its outputs are what they are without. Safe
 * from any thread.
 */
public interface ObservedModel extends AutoCloseable {

    /**
     * What messages call it.
     *
     * @return its source's name
     */
    String name();

    /**
     * Runs the model.
     *
     * @param parameters DJL's store of parameters
     * @param inputs its inputs in order; one among them that {@link
     *     io.rangefinder.capture.ranges.ModelCall#marked} knows names the method instead
     * @param training whether it is trained, which is not recorded
     * @param params further parameters of DJL's, or null as DJL gives it
     * @return the model's outputs and nothing else
     */
    NDList forward(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> params);

    /**
     * What was seen so far: each forward pass as a whole or not at all.
     *
     * @return the statistics of the observed points in execution order, with the source's digest
     */
    ModelStatistics statistics();

    /** Forgets what was seen. */
    void reset();

    /**
     * Turns observing off or on.
     *
     * @param on whether forward passes are recorded
     */
    void setRecording(boolean on);

    /**
     * The points of its usual method that are observed.
     *
     * @return the points in execution order, as far as they are known before it runs
     */
    List<HookPoint> points();

    /**
     * The points of all methods, observed or not.
     *
     * @return the points, as far as they are known before it runs
     */
    List<HookPoint> allPoints();

    /**
     * Has whole tensors handed out after each forward pass, by the thread that runs it.
     *
     * @param wanted the points that are wanted
     * @param hook is given a point's name, and a copy of its tensor that is closed afterwards
     * @return close it to remove the hook
     * @throws IOException if the source must be read again and can't be
     * @throws MalformedModelException if it has become another
     */
    AutoCloseable addHook(PointFilter wanted, BiConsumer<String, NDArray> hook)
            throws IOException, MalformedModelException;

    /**
     * What it was given, as DJL's blocks tell.
     *
     * @return name and shape of each input, empty if it does not tell
     */
    PairList<String, Shape> describeInput();

    /**
     * What it gave, as DJL's blocks tell.
     *
     * @return name and shape of each output, empty if it does not tell
     */
    PairList<String, Shape> describeOutput();

    /**
     * The shapes that its outputs have.
     *
     * @param inputs the shape of each input
     * @param types the type of each input, empty for float32
     * @return the shape of each output
     * @throws UnsupportedOperationException if it tells them of arrays only
     */
    Shape[] outputShapes(Shape[] inputs, DataType... types);

    /**
     * Its parameters, as DJL's blocks have them.
     *
     * @return the parameters, empty if they are not DJL's
     */
    ParameterList parameters();

    @Override
    void close();
}
