package io.rangefinder.engine.session;

import ai.djl.ndarray.types.DataType;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The element types that DJL's PyTorch arrays have. An array of another, 16-bit integers for
 * example, ends the JVM in DJL's native code as soon as it is made, so models and files that ask
 * for one are refused before.
 */
public final class ArrayTypes {

    private static final Set<DataType> HELD =
            EnumSet.of(
                    DataType.FLOAT32,
                    DataType.FLOAT64,
                    DataType.FLOAT16,
                    DataType.UINT8,
                    DataType.INT8,
                    DataType.INT32,
                    DataType.INT64,
                    DataType.BOOLEAN);

    private ArrayTypes() {}

    /**
     * Whether an array may be made of a type.
     *
     * @param type an element type
     * @return true if DJL's PyTorch engine has arrays of it
     */
    public static boolean hold(DataType type) {
        return HELD.contains(type);
    }

    /**
     * What keeps a model from running on such arrays.
     *
     * @param tensors its inputs and outputs
     * @return a sentence that names the first tensor of another type and says what to do, or empty
     */
    public static Optional<String> problem(List<TensorDescription> tensors) {
        return tensors.stream()
                .filter(t -> !hold(t.type()))
                .findFirst()
                .map(
                        t ->
                                "'"
                                        + t.name()
                                        + "' is of type "
                                        + t.type().toString().toLowerCase(Locale.ROOT)
                                        + ", which DJL's PyTorch arrays do not have; cast it to"
                                        + " int32 or float32 in the model");
    }
}
