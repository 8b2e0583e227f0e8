package io.rangefinder.engine.batch;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.OnnxModel;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a model treats a batch.
 *
 * @param axes the batch's axis in each input and output that carries it. Inputs carry it as their
 *     first axis. An output's axis may hold several elements of each row, side by side. What does
 *     not carry it is the same for all rows.
 * @param obstacle why a batch can't be cut into parts or filled up: what in the model lets rows
 *     influence each other, or isn't known not to. Empty where it is shown that each row's outputs
 *     depend on that row only; only then do {@code axes} tell of outputs.
 */
public record BatchUse(Map<String, Integer> axes, Optional<String> obstacle) {

    private static final String KEY = "rangefinder.batch";

    /** The reason by itself: an export knows it before there is a graph to follow rows through. */
    private static final String REASON = "rangefinder.fixed_batch";

    /** What is kept in metadata. */
    private record Kept(Map<String, Integer> axes, String obstacle) {}

    /**
     * Copies the axes.
     *
     * @param axes the batch's axis by tensor
     * @param obstacle why it can't be split
     */
    public BatchUse {
        axes = Map.copyOf(axes);
    }

    /**
     * Writes it into a model's metadata, in place of what was there.
     *
     * @param model the model
     * @return the model with it
     * @throws InvalidOnnxException never for a model that was read
     */
    public OnnxModel writtenTo(OnnxModel model) throws InvalidOnnxException {
        ModelProto.Builder proto = model.proto().toBuilder();
        for (int i = proto.getMetadataPropsCount() - 1; i >= 0; i--) {
            if (proto.getMetadataProps(i).getKey().equals(KEY)) {
                proto.removeMetadataProps(i);
            }
        }
        Kept kept = new Kept(new TreeMap<>(axes), obstacle.orElse(""));
        add(proto, KEY, new Gson().toJson(kept));
        return OnnxModel.of(proto.build(), model.source());
    }

    /**
     * Reads it from metadata.
     *
     * @param metadata a model's metadata by key
     * @return what was written, or empty if nothing was or it was damaged
     */
    public static Optional<BatchUse> of(Map<String, String> metadata) {
        try {
            return Optional.ofNullable(metadata.get(KEY))
                    .map(text -> new Gson().fromJson(text, Kept.class))
                    .filter(kept -> kept.axes() != null && kept.obstacle() != null)
                    .map(
                            kept ->
                                    new BatchUse(
                                            kept.axes(),
                                            Optional.of(kept.obstacle())
                                                    .filter(o -> !o.isEmpty())));
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    /**
     * What an export notes in its model's metadata if that takes one batch only.
     *
     * @param why what in the model depends on the batch's length
     * @return keys and values
     */
    public static Map<String, String> reasonAsMetadata(String why) {
        return Map.of(REASON, why);
    }

    /** Why a model was exported for one batch only. */
    static Optional<String> reason(OnnxModel model) {
        return Optional.ofNullable(model.metadata().get(REASON));
    }

    private static void add(ModelProto.Builder model, String key, String value) {
        model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
    }
}
