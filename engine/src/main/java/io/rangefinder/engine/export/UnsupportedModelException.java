package io.rangefinder.engine.export;

import ai.djl.MalformedModelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model holds what can't be exported; the message names each kind. */
public final class UnsupportedModelException extends MalformedModelException {

    private static final long serialVersionUID = 1L;

    private final transient List<Obstacle> obstacles;
    private final boolean exhausted;

    /**
     * Something that can't be exported.
     *
     * @param what the operator or the construct, and why
     * @param path the path of the layer that it is in, empty for the model itself
     * @param place where in the source that is: the file and the line of its code
     * @param count how often it was met
     */
    public record Obstacle(String what, String path, String place, int count) {

        @Override
        public String toString() {
            return what
                    + ", in "
                    + (path.isEmpty() ? "the model" : path)
                    + " ("
                    + place
                    + ")"
                    + (count > 1 ? ", " + count + " times" : "");
        }
    }

    /**
     * Tells what can't be exported.
     *
     * @param model the model's name
     * @param obstacles all that stands in the way, one at least
     * @param exhausted whether following it took more work or memory than is spent on a model
     */
    public UnsupportedModelException(String model, List<Obstacle> obstacles, boolean exhausted) {
        super(
                model
                        + " can't be exported: "
                        + summary(obstacles)
                        + ". Replace these in the model, or give an ONNX of it made otherwise");
        this.obstacles = List.copyOf(obstacles);
        this.exhausted = exhausted;
    }

    private UnsupportedModelException(UnsupportedModelException cause, String message) {
        super(message, cause);
        obstacles = cause.obstacles;
        exhausted = cause.exhausted;
    }

    /** Whether following it took more work or memory than is spent on a model. */
    boolean exhausted() {
        return exhausted;
    }

    /** Says of a model that opset 13 has too few operators for that opset 17 has them. */
    UnsupportedModelException withLaterOpset() {
        return new UnsupportedModelException(
                this,
                getMessage()
                        + "; or export it with opset 17 (--opset 17), which has them and which"
                        + " TensorRT 8.6 and later read");
    }

    /** One of each kind, and how often it was met in all. */
    private static String summary(List<Obstacle> obstacles) {
        Map<String, Obstacle> kinds = new LinkedHashMap<>();
        for (Obstacle o : obstacles) {
            kinds.merge(
                    o.what(),
                    o,
                    (a, b) -> new Obstacle(a.what(), a.path(), a.place(), a.count() + b.count()));
        }
        return String.join("; ", kinds.values().stream().map(Obstacle::toString).toList());
    }

    /**
     * Everything that stands in the way.
     *
     * @return the obstacles in the order in which they were met
     */
    public List<Obstacle> obstacles() {
        return obstacles;
    }
}
