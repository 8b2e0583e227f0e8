package io.rangefinder.engine;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import io.rangefinder.capture.files.ModelFile;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.RungFailedException;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.onnxruntime.gpu.GpuProviders;
import io.rangefinder.engine.onnxruntime.gpu.GpuSettings;
import io.rangefinder.engine.onnxruntime.gpu.OnnxRuntimeGpu;
import io.rangefinder.engine.onnxruntime.gpu.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backend {@code onnxruntime} on a GPU: which provider, and a session on it. Thread safe. */
final class OnnxRuntimeBackend {

    private static final Logger logger = LoggerFactory.getLogger(OnnxRuntimeBackend.class);

    private final OnnxRuntimeGpu gpu;

    OnnxRuntimeBackend() {
        this(OnnxRuntimeGpu.here());
    }

    OnnxRuntimeBackend(OnnxRuntimeGpu gpu) {
        this.gpu = gpu;
    }

    /**
     * The provider that options and device ask for.
     *
     * @return a provider of the GPU, or empty for the CPU
     * @throws IllegalArgumentException if there is no provider of that name
     * @throws RungFailedException if a GPU was asked for and none of its providers can run
     */
    Optional<Provider> provider(Options options, Device device) {
        Optional<String> named = options.text(Int8.OPTION_PROVIDER);
        if (named.isEmpty()) {
            return device.isGpu() ? Optional.of(best(number(device))) : Optional.empty();
        }
        if (named.get().equalsIgnoreCase("cpu")) {
            return Optional.empty();
        }
        Provider provider = named(named.get());
        Ladder ladder = gpu.ladder(provider, number(device));
        if (ladder.firstFailure().isPresent()) {
            throw new RungFailedException(ladder);
        }
        return Optional.of(provider);
    }

    private static Provider named(String name) {
        return Provider.named(name)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no provider "
                                                + name
                                                + "; choose one of "
                                                + String.join(", ", Provider.ids())
                                                + ", cpu"));
    }

    /**
     * The provider that serves best on a GPU, asked for or not.
     *
     * @return a provider that can run, or empty if none can
     */
    Optional<Provider> bestHere(int device) {
        return Stream.of(Provider.TENSORRT, Provider.CUDA)
                .filter(p -> gpu.ladder(p, device).firstFailure().isEmpty())
                .findFirst();
    }

    private Provider best(int device) {
        Ladder tensorRt = gpu.ladder(Provider.TENSORRT, device);
        if (tensorRt.firstFailure().isEmpty()) {
            return Provider.TENSORRT;
        }
        if (gpu.ladder(Provider.CUDA, device).firstFailure().isPresent()) {
            throw new RungFailedException(tensorRt);
        }
        logger.warn(
                "{} cannot run here, so that provider cuda computes INT8's numbers in float: {}",
                tensorRt.subject(),
                tensorRt.problem().orElseThrow());
        return Provider.CUDA;
    }

    /**
     * Loads a model on a GPU.
     *
     * @param file the INT8 model, with Q/DQ as TensorRT wants them
     * @param cache the folder of compiled models
     */
    OrtModel load(Path file, Provider provider, Options options, int device, Path cache)
            throws IOException, MalformedModelException {
        Path below = cache.toAbsolutePath().resolve("onnxruntime");
        GpuSettings settings =
                new GpuSettings(
                        provider,
                        device,
                        below.resolve(ModelFile.stem(file)),
                        below.resolve("timings"),
                        options.flag(Int8.OPTION_FP16, true),
                        options.bytes(Int8.OPTION_WORKSPACE));
        GpuProviders providers = gpu.bringUp(settings);
        Files.createDirectories(settings.engines());
        Files.createDirectories(settings.timings());
        logger.info("{} on {}", file, providers);
        return OrtModel.load(
                file, providers.execution(), options.number(Int8.OPTION_THREADS, 0), providers);
    }

    private static int number(Device device) {
        return device.isGpu() ? Math.max(0, device.getDeviceId()) : 0;
    }
}
