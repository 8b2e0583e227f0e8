package io.rangefinder.engine.backend.providers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What of ONNX Runtime executes a model on a GPU. */
public enum Provider {

    /** TensorRT 10: Q/DQ become INT8 kernels. What it leaves goes to CUDA, then to the CPU. */
    TENSORRT("tensorrt"),

    /** CUDA and cuDNN: Q/DQ are computed in float. What it leaves goes to the CPU. */
    CUDA("cuda");

    private final String id;

    Provider(String id) {
        this.id = id;
    }

    /**
     * The provider's name in options.
     *
     * @return the name
     */
    public String id() {
        return id;
    }

    /**
     * The names of all providers.
     *
     * @return the names
     */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Provider::id).toList();
    }

    /**
     * The provider of a name.
     *
     * @param name a text, in letters of any case
     * @return the provider, or empty if none has this name
     */
    public static Optional<Provider> named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(p -> p.id.equals(wanted)).findFirst();
    }
}
