package io.rangefinder.engine;

import ai.djl.Device;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.onnxruntime.gpu.Provider;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which backend runs a model: the one that was asked for by name, or the best one here. Where the
 * best one is a CPU because no GPU can be used, that is said once, with the reason. Safe for use
 * from several threads.
 */
final class BackendChoice {

    private static final Logger logger = LoggerFactory.getLogger(BackendChoice.class);

    private final IntFunction<Ladder> tensorRt;
    private final OnnxRuntimeBackend onnxRuntime;
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * Makes a choice for each model.
     *
     * @param tensorRt climbs TensorRT's ladder on a GPU
     * @param onnxRuntime knows what ONNX Runtime's providers need
     */
    BackendChoice(IntFunction<Ladder> tensorRt, OnnxRuntimeBackend onnxRuntime) {
        this.tensorRt = tensorRt;
        this.onnxRuntime = onnxRuntime;
    }

    /**
     * A backend, and where it runs.
     *
     * @param backend the backend
     * @param provider ONNX Runtime's provider on a GPU, or empty
     * @param gpu the GPU's number, for what runs on one
     */
    record Choice(Backend backend, Optional<Provider> provider, int gpu) {

        @Override
        public String toString() {
            return backend.id() + provider.map(p -> " with provider " + p.id()).orElse("");
        }
    }

    /**
     * Chooses.
     *
     * @param options the engine's options
     * @param device the device that the application named, or the CPU
     * @return a backend that can run
     * @throws IllegalArgumentException if there is no backend or provider of that name
     * @throws ai.djl.engine.EngineException if what was asked for by name cannot run here
     */
    Choice of(Options options, Device device) {
        int gpu = device.isGpu() ? Math.max(0, device.getDeviceId()) : 0;
        Optional<String> named = options.text(Int8.OPTION_BACKEND);
        if (named.isPresent()) {
            Backend backend = Backend.named(named.get());
            Ladder ladder = backend == Backend.TENSORRT ? tensorRt.apply(gpu) : backend.ladder();
            backend.require(ladder);
            return new Choice(
                    backend,
                    backend == Backend.ONNXRUNTIME
                            ? onnxRuntime.provider(options, device)
                            : Optional.empty(),
                    gpu);
        }
        if (options.text(Int8.OPTION_PROVIDER).isPresent()) {
            // Only ONNX Runtime has providers.
            return new Choice(Backend.ONNXRUNTIME, onnxRuntime.provider(options, device), gpu);
        }
        return best(gpu);
    }

    private Choice best(int gpu) {
        Ladder ladder = tensorRt.apply(gpu);
        if (ladder.firstFailure().isEmpty()) {
            return new Choice(Backend.TENSORRT, Optional.empty(), gpu);
        }
        Optional<Provider> provider = onnxRuntime.bestHere(gpu);
        if (provider.isEmpty() && !warned.getAndSet(true)) {
            logger.warn(
                    "INT8 runs on the CPU, for TensorRT cannot run here: {} (the option backend ="
                            + " onnxruntime asks for the CPU, and says nothing)",
                    ladder.problem().orElseThrow());
        }
        return new Choice(Backend.ONNXRUNTIME, provider, gpu);
    }
}
