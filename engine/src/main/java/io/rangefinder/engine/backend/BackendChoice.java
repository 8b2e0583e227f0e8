package io.rangefinder.engine.backend;

import ai.djl.Device;
import io.rangefinder.engine.backend.providers.OnnxRuntimeGpu;
import io.rangefinder.engine.backend.providers.Provider;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.ladder.RungFailedException;
import io.rangefinder.engine.tensorrt.bringup.TensorRt;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/**
 * Which backend runs a model: the one that was asked for by name, or the best one here. Safe for
 * use from several threads.
 *
 * <p>The best one is TensorRT, then ONNX Runtime's TensorRT, then the integer kernels of this CPU.
 * ONNX Runtime's CUDA provider computes Q/DQ in float, slower than float itself: it is nobody's
 * default, and taken only for who asked for it or for a GPU.
 */
public final class BackendChoice {

    /** The rungs of ONNX Runtime's ladder that stand on a device. */
    private static final Set<String> ABOVE_DEVICE = Set.of("libraries", "trial", "load");

    /** What was found out of this machine is remembered, as it takes seconds. */
    private static final BackendChoice HERE =
            new BackendChoice(TensorRt::climb, OnnxRuntimeGpu.here()::ladder);

    private final IntFunction<Ladder> tensorRt;
    private final BiFunction<Provider, Integer, Ladder> onnxRuntime;

    /**
     * A choice.
     *
     * @param tensorRt climbs TensorRT's ladder on a GPU
     * @param onnxRuntime climbs a provider's ladder on a GPU
     */
    BackendChoice(IntFunction<Ladder> tensorRt, BiFunction<Provider, Integer, Ladder> onnxRuntime) {
        this.tensorRt = tensorRt;
        this.onnxRuntime = onnxRuntime;
    }

    /**
     * The choice on this machine, which is looked at once a process and only as far as needed.
     *
     * @return the same for all
     */
    public static BackendChoice here() {
        return HERE;
    }

    /**
     * A backend, and where it runs.
     *
     * @param backend the backend
     * @param provider ONNX Runtime's provider on a GPU, or empty
     * @param gpu the GPU's number, for what runs on one
     * @param remark why it is not a better one, and what to do, where nobody asked for this one
     */
    public record Choice(
            Backend backend, Optional<Provider> provider, int gpu, Optional<String> remark) {

        private Choice(Backend backend, Optional<Provider> provider, int gpu) {
            this(backend, provider, gpu, Optional.empty());
        }

        /**
         * As what was asked for in so many words, which gives the same choice.
         *
         * @return ONNX Runtime's provider, or empty for other backends
         */
        public Optional<RequestedProvider> requestedProvider() {
            return backend == Backend.ONNXRUNTIME
                    ? Optional.of(
                            provider.map(p -> RequestedProvider.named(p.id()))
                                    .orElse(RequestedProvider.CPU))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return backend.id() + provider.map(p -> " with provider " + p.id()).orElse("");
        }
    }

    /**
     * Chooses.
     *
     * @param named the backend that the application named
     * @param provider ONNX Runtime's provider that it named; nobody else has providers
     * @param device the device that it named, or the CPU
     * @return a backend that can run
     * @throws BackendUnavailableException if the backend that was named cannot run here
     * @throws RungFailedException if the provider, or a provider of the device, that was asked for
     *     cannot run here
     */
    public Choice of(Optional<Backend> named, Optional<RequestedProvider> provider, Device device) {
        int gpu = device.isGpu() ? Math.max(0, device.getDeviceId()) : 0;
        if (named.isEmpty() && provider.isEmpty()) {
            return best(gpu);
        }
        Backend backend = named.orElse(Backend.ONNXRUNTIME);
        backend.require(backend == Backend.TENSORRT ? tensorRt.apply(gpu) : backend.ladder());
        if (backend != Backend.ONNXRUNTIME) {
            return new Choice(backend, Optional.empty(), gpu);
        }
        if (provider.isPresent()) {
            provider.get().gpu().ifPresent(p -> require(p, gpu));
            return new Choice(backend, provider.get().gpu(), gpu);
        }
        return device.isGpu() ? ofGpu(gpu) : new Choice(backend, Optional.empty(), gpu);
    }

    private void require(Provider provider, int gpu) {
        Ladder ladder = onnxRuntime.apply(provider, gpu);
        if (ladder.firstFailure().isPresent()) {
            throw new RungFailedException(ladder);
        }
    }

    private Choice best(int gpu) {
        Ladder ladder = tensorRt.apply(gpu);
        if (ladder.firstFailure().isEmpty()) {
            return new Choice(Backend.TENSORRT, Optional.empty(), gpu);
        }
        Ladder provider = onnxRuntime.apply(Provider.TENSORRT, gpu);
        if (provider.firstFailure().isEmpty()) {
            return new Choice(Backend.ONNXRUNTIME, Optional.of(Provider.TENSORRT), gpu);
        }
        boolean device =
                provider.firstFailure().map(Rung::name).filter(ABOVE_DEVICE::contains).isPresent();
        return new Choice(
                Backend.ONNXRUNTIME,
                Optional.empty(),
                gpu,
                Optional.of(
                        "INT8 runs on the CPU, for TensorRT cannot run here: "
                                + ladder.problem().orElseThrow()
                                + (device
                                        ? "; nor can "
                                                + provider.subject()
                                                + ": "
                                                + provider.problem().orElseThrow()
                                                + "; the option provider = cuda asks for this GPU,"
                                                + " with INT8's numbers computed in float"
                                        : "")
                                + " (the option backend = onnxruntime asks for the CPU, and says"
                                + " nothing)"));
    }

    /** Who asked ONNX Runtime for a GPU gets one, if only for INT8's numbers. */
    private Choice ofGpu(int gpu) {
        Ladder ladder = onnxRuntime.apply(Provider.TENSORRT, gpu);
        if (ladder.firstFailure().isEmpty()) {
            return new Choice(Backend.ONNXRUNTIME, Optional.of(Provider.TENSORRT), gpu);
        }
        if (onnxRuntime.apply(Provider.CUDA, gpu).firstFailure().isPresent()) {
            throw new RungFailedException(ladder);
        }
        return new Choice(
                Backend.ONNXRUNTIME,
                Optional.of(Provider.CUDA),
                gpu,
                Optional.of(
                        ladder.subject()
                                + " cannot run here, so that provider cuda computes INT8's numbers"
                                + " in float: "
                                + ladder.problem().orElseThrow()));
    }
}
