package io.rangefinder.engine.onnx;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which axes of a model's inputs, besides the batch, may have several lengths, and which lengths
 * these are: for others the model was not shown to answer as the one that it was exported from.
 *
 * @param axes the axes, in the inputs' order
 */
public record OpenLengths(List<OpenAxis> axes) {

    private static final String KEY = "rangefinder.lengths";

    /**
     * An axis.
     *
     * @param input the input's name
     * @param axis the axis, from 0
     * @param length the name of its length, which axes share that must be equally long
     * @param least the least length
     * @param most the greatest, {@link Long#MAX_VALUE} if there is none
     * @param multiple what the length is a multiple of
     * @param seen the greatest length that capture saw, by which the model is judged
     */
    public record OpenAxis(
            String input,
            int axis,
            String length,
            long least,
            long most,
            long multiple,
            long seen) {

        private boolean takes(long given) {
            return given >= least && given <= most && given % multiple == 0;
        }

        private String lengths() {
            String range =
                    most == Long.MAX_VALUE ? "from " + least : "from " + least + " to " + most;
            return multiple == 1 ? range : "multiples of " + multiple + " " + range;
        }
    }

    /**
     * Copies the axes.
     *
     * @param axes the axes
     */
    public OpenLengths {
        axes = List.copyOf(axes);
    }

    /**
     * What is kept in a model's metadata.
     *
     * @return keys and values
     */
    public Map<String, String> toMetadata() {
        return axes.isEmpty() ? Map.of() : Map.of(KEY, new Gson().toJson(axes));
    }

    /**
     * Reads them from metadata.
     *
     * @param metadata a model's metadata by key
     * @return the axes; none if none are told of, or what is told was damaged
     */
    public static OpenLengths of(Map<String, String> metadata) {
        try {
            return Optional.ofNullable(metadata.get(KEY))
                    .map(text -> new Gson().fromJson(text, new TypeToken<List<OpenAxis>>() {}))
                    .filter(axes -> axes.stream().allMatch(OpenLengths::isWhole))
                    .map(OpenLengths::new)
                    .orElseGet(() -> new OpenLengths(List.of()));
        } catch (JsonParseException e) {
            return new OpenLengths(List.of());
        }
    }

    private static boolean isWhole(OpenAxis axis) {
        return axis != null
                && axis.input() != null
                && axis.length() != null
                && axis.axis() >= 0
                && axis.multiple() >= 1
                && axis.seen() >= 1;
    }

    /** The greatest length that capture saw of an axis, if it is one of these. */
    Optional<Long> seen(String input, int axis) {
        return axes.stream()
                .filter(a -> a.input().equals(input) && a.axis() == axis)
                .map(OpenAxis::seen)
                .findFirst();
    }

    /**
     * What is wrong with the lengths of some inputs.
     *
     * @param shapes the length of each axis, by input
     * @return a sentence that says what the model takes and what to do, or empty if it takes these
     */
    public Optional<String> problem(Map<String, List<Long>> shapes) {
        Map<String, OpenAxis> known = new HashMap<>();
        for (OpenAxis open : axes) {
            List<Long> shape = shapes.getOrDefault(open.input(), List.of());
            if (open.axis() >= shape.size()) {
                continue;
            }
            long given = shape.get(open.axis());
            if (!open.takes(given)) {
                return Optional.of(
                        at(open, given)
                                + ", but the model takes "
                                + open.lengths()
                                + ": for others what it computes is not what was exported; pad to"
                                + " one of these, or capture and export the model with this"
                                + " length, too");
            }
            OpenAxis same = known.putIfAbsent(open.length(), open);
            long other = same == null ? given : shapes.get(same.input()).get(same.axis());
            if (other != given) {
                return Optional.of(
                        at(open, given)
                                + " and "
                                + at(same, other)
                                + ", but the model needs both equally long");
            }
        }
        return Optional.empty();
    }

    private static String at(OpenAxis axis, long given) {
        return "axis " + axis.axis() + " of input " + axis.input() + " has length " + given;
    }

    /** The lengths that the model takes, for people. */
    @Override
    public String toString() {
        return String.join(
                "; ",
                axes.stream()
                        .map(a -> "axis " + a.axis() + " of " + a.input() + " " + a.lengths())
                        .toList());
    }
}
