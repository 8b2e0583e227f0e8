package io.rangefinder.engine;

import ai.djl.MalformedModelException;
import io.rangefinder.capture.files.ModelFile;
import io.rangefinder.engine.backend.providers.GpuProviders;
import io.rangefinder.engine.backend.providers.GpuSettings;
import io.rangefinder.engine.backend.providers.OnnxRuntimeGpu;
import io.rangefinder.engine.backend.providers.Provider;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.options.ByteSize;
import io.rangefinder.engine.options.EngineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backend {@code onnxruntime} on a GPU. Stateless. */
final class OnnxRuntimeOnGpu {

    private static final Logger logger = LoggerFactory.getLogger(OnnxRuntimeOnGpu.class);

    private OnnxRuntimeOnGpu() {}

    /**
     * Loads a model.
     *
     * @param gpus knows which providers can run
     * @param file the INT8 model, with Q/DQ as TensorRT wants them
     * @param cache the folder of compiled models
     */
    static OrtModel load(
            OnnxRuntimeGpu gpus,
            Path file,
            Provider provider,
            EngineOptions options,
            int device,
            Path cache)
            throws IOException, MalformedModelException {
        Path below = cache.toAbsolutePath().resolve("onnxruntime");
        GpuSettings settings =
                new GpuSettings(
                        provider,
                        device,
                        below.resolve(ModelFile.stem(file, List.of(".onnx"))),
                        below.resolve("timings"),
                        options.fp16(),
                        options.workspace()
                                .map(ByteSize::bytes)
                                .map(OptionalLong::of)
                                .orElse(OptionalLong.empty()));
        GpuProviders providers = gpus.bringUp(settings);
        Files.createDirectories(settings.engines());
        Files.createDirectories(settings.timings());
        logger.info("{} on {}", file, providers);
        return OrtModel.load(file, providers.execution(), options.threads(), providers);
    }
}
