package io.rangefinder.engine.backend;

import io.rangefinder.engine.backend.providers.Provider;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What of ONNX Runtime an application asked for: one of a GPU's providers, or the CPU. */
public enum RequestedProvider {
    /** TensorRT 10 on a GPU. */
    TENSORRT(Optional.of(Provider.TENSORRT)),
    /** CUDA and cuDNN on a GPU, which compute Q/DQ in float. */
    CUDA(Optional.of(Provider.CUDA)),
    /** The integer kernels of the CPU. */
    CPU(Optional.empty());

    private final Optional<Provider> gpu;

    RequestedProvider(Optional<Provider> gpu) {
        this.gpu = gpu;
    }

    /**
     * The provider on a GPU.
     *
     * @return the provider, or empty for the CPU
     */
    public Optional<Provider> gpu() {
        return gpu;
    }

    /**
     * The provider's name in options and on the command line.
     *
     * @return the name
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What a text names, whether it can run here or not.
     *
     * @param name a provider's name, in any case
     * @return the provider
     * @throws IllegalArgumentException if there is none of that name
     */
    public static RequestedProvider named(String name) {
        List<String> ids = Arrays.stream(values()).map(RequestedProvider::id).toList();
        int place = ids.indexOf(name.toLowerCase(Locale.ROOT));
        if (place < 0) {
            throw new IllegalArgumentException(
                    "there is no provider " + name + "; choose one of " + String.join(", ", ids));
        }
        return values()[place];
    }
}
