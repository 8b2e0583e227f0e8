package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which hook points the tensors of an exported model are, as the model itself says, in its
 * metadata. A tensor has the name of one of its hook points; it may be more (a block's output is
 * its last layer's, too), and a loop makes several tensors of one hook point. Immutable.
 *
 * @param tensors the hook points of each tensor that is any
 * @param withoutTensor hook points that are no tensor of the model: constants, and layers that were
 *     folded into others
 */
public record HookNames(Map<String, List<String>> tensors, Set<String> withoutTensor) {

    private static final String TENSORS = "rangefinder.hook_points";

    private static final String WITHOUT_TENSOR = "rangefinder.hook_points_without_tensor";

    private static final TypeToken<Map<String, List<String>>> NAMES = new TypeToken<>() {};

    private static final TypeToken<Set<String>> POINTS = new TypeToken<>() {};

    /**
     * Writes them into a model's metadata.
     *
     * @param model the model
     */
    public void writeTo(ModelProto.Builder model) {
        Map<String, List<String>> others = new LinkedHashMap<>();
        tensors.forEach(
                (tensor, hooks) -> {
                    if (!hooks.equals(List.of(tensor))) {
                        others.put(tensor, hooks);
                    }
                });
        add(model, TENSORS, new Gson().toJson(others));
        add(model, WITHOUT_TENSOR, new Gson().toJson(new TreeSet<>(withoutTensor)));
    }

    private static void add(ModelProto.Builder model, String key, String value) {
        model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
    }

    /**
     * Reads them from a model's metadata.
     *
     * @param model a model
     * @return the hook points of tensors that are not named as their only one, or empty if the
     *     model is none that Rangefinder exported
     * @throws InvalidOnnxException if its metadata was damaged
     */
    public static Optional<HookNames> of(OnnxModel model) throws InvalidOnnxException {
        Optional<String> tensors = value(model, TENSORS);
        Optional<String> without = value(model, WITHOUT_TENSOR);
        if (tensors.isEmpty() || without.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new HookNames(
                        read(model, TENSORS, tensors.get(), NAMES, HookNames::areWhole),
                        read(model, WITHOUT_TENSOR, without.get(), POINTS, HookNames::isWhole)));
    }

    private static <T> T read(
            OnnxModel model, String key, String json, TypeToken<T> type, Predicate<T> whole)
            throws InvalidOnnxException {
        JsonParseException cause = null;
        try {
            T read = new Gson().fromJson(json, type);
            if (read != null && whole.test(read)) {
                return read;
            }
        } catch (JsonParseException e) {
            cause = e;
        }
        throw new InvalidOnnxException(
                model.source(),
                "its metadata " + key + " is damaged; export the model again",
                cause);
    }

    private static boolean areWhole(Map<String, List<String>> names) {
        return names.values().stream().allMatch(points -> points != null && isWhole(points));
    }

    /** JSON has null anywhere. */
    private static boolean isWhole(Collection<String> points) {
        return points.stream().allMatch(Objects::nonNull);
    }

    private static Optional<String> value(OnnxModel model, String key) {
        return model.proto().getMetadataPropsList().stream()
                .filter(p -> p.getKey().equals(key))
                .map(StringStringEntryProto::getValue)
                .findFirst();
    }
}
