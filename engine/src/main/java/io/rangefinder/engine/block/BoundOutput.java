package io.rangefinder.engine.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.rangefinder.engine.onnx.OutputNames;
import io.rangefinder.engine.session.TensorDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an output of a bound model is for the application.
 *
 * @param type its type in the model, which a backend may have changed
 * @param name its name, empty for none
 */
record BoundOutput(DataType type, String name) {

    static List<BoundOutput> of(
            List<TensorDescription> outputs, List<DataType> types, Map<String, String> metadata) {
        List<String> names =
                OutputNames.of(metadata, outputs.stream().map(TensorDescription::name).toList());
        List<BoundOutput> all = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            all.add(new BoundOutput(types.get(i), names.get(i)));
        }
        return List.copyOf(all);
    }

    /** A result as this output, which replaces it. */
    NDArray of(NDArray result) {
        if (result.getDataType() == type) {
            return named(result);
        }
        try (result) {
            return named(result.toType(type, false));
        }
    }

    private NDArray named(NDArray array) {
        array.setName(name.isEmpty() ? null : name);
        return array;
    }
}
