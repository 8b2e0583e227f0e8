package io.rangefinder.engine.onnx;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model's outputs are called where it came from: the keys of a dict that a TorchScript model
 * returns. The tensors themselves are named by hook points.
 *
 * @param names a name an output in order, empty for one without
 */
public record OutputNames(List<String> names) {

    private static final String KEY = "rangefinder.outputs";

    /**
     * Copies the names.
     *
     * @param names a name an output
     */
    public OutputNames {
        names = List.copyOf(names);
    }

    /**
     * What is kept in a model's metadata.
     *
     * @return keys and values
     */
    public Map<String, String> toMetadata() {
        return Map.of(KEY, new Gson().toJson(names));
    }

    /**
     * Reads them from metadata.
     *
     * @param metadata a model's metadata by key
     * @return the names, or empty if there are none or they were damaged
     */
    public static Optional<OutputNames> of(Map<String, String> metadata) {
        try {
            return Optional.ofNullable(metadata.get(KEY))
                    .map(text -> new Gson().fromJson(text, new TypeToken<List<String>>() {}))
                    .filter(names -> names.stream().allMatch(n -> n != null))
                    .map(OutputNames::new);
        } catch (JsonParseException e) {
            return Optional.empty();
        }
    }

    /**
     * What a model's outputs are called: as they were where it came from, or else as its own
     * tensors.
     *
     * @param metadata the model's metadata by key
     * @param tensors names of its outputs' tensors, in order
     * @return a name an output, empty for one without
     */
    public static List<String> of(Map<String, String> metadata, List<String> tensors) {
        return of(metadata)
                .map(OutputNames::names)
                .filter(names -> names.size() == tensors.size())
                .orElse(tensors);
    }
}
