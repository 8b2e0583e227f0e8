package io.rangefinder.engine.backend.onnxruntime;

import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.options.OptionTexts;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What of ONNX Runtime an application asked for: one of a GPU's providers, or the CPU. */
public enum RequestedProvider {
    /** TensorRT 10 on a GPU. */
    TENSORRT(true),
    /** CUDA and cuDNN on a GPU, which compute Q/DQ in float. */
    CUDA(true),
    /** The integer kernels of the CPU. */
    CPU(false);

    /** The option that names it. */
    public static final String OPTION = "provider";

    private final boolean onGpu;

    RequestedProvider(boolean onGpu) {
        this.onGpu = onGpu;
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

    /**
     * What the option names.
     *
     * @param options what the application gave
     * @return the provider, or empty if it named none
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Optional<RequestedProvider> in(OptionTexts options) {
        return options.named(OPTION, RequestedProvider::named);
    }

    /**
     * Whether ONNX Runtime is asked for, by its name or by a provider, and of it this one: named,
     * or for the device.
     *
     * @param request what was asked for
     * @return whether it is this one
     */
    public boolean isAskedFor(Request request) {
        Optional<RequestedProvider> provider = in(request.texts());
        boolean onnxRuntime =
                request.names(OnnxRuntimeBackend.ID)
                        || request.options().backend().isEmpty() && provider.isPresent();
        return onnxRuntime && provider.map(this::equals).orElse(request.device().isGpu() == onGpu);
    }

    /**
     * The options that ask for it.
     *
     * @return values by name
     */
    public Map<String, String> asOptions() {
        return Map.of("backend", OnnxRuntimeBackend.ID, OPTION, id());
    }
}
