package io.rangefinder.engine.backend.providers;

import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import io.rangefinder.capture.files.ModelFile;
import io.rangefinder.engine.backend.onnxruntime.OnnxRuntimeBackend;
import io.rangefinder.engine.backend.onnxruntime.OrtLadder;
import io.rangefinder.engine.backend.onnxruntime.RequestedProvider;
import io.rangefinder.engine.backend.spi.Backend;
import io.rangefinder.engine.backend.spi.ModelAndRanges;
import io.rangefinder.engine.backend.spi.PassedOver;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.block.LoadedModel;
import io.rangefinder.engine.compile.CompiledCache;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.Rung;
import io.rangefinder.engine.ladder.RungFailedException;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.options.ByteSize;
import io.rangefinder.engine.options.OptionTexts;
import io.rangefinder.engine.quantization.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backend {@code onnxruntime} on a GPU, with one of its providers. */
public final class ProviderBackend implements Backend {

    private static final Logger logger = LoggerFactory.getLogger(ProviderBackend.class);

    /** The rungs of the ladder that stand on a device. */
    private static final Set<String> ABOVE_DEVICE = Set.of("libraries", "trial", "load");

    private final Provider provider;
    private final RequestedProvider requested;
    private final IntFunction<Ladder> climb;

    /**
     * A backend.
     *
     * @param provider what executes the model
     * @param climb climbs the provider's ladder on a GPU
     */
    public ProviderBackend(Provider provider, IntFunction<Ladder> climb) {
        this.provider = provider;
        requested = RequestedProvider.named(provider.id());
        this.climb = climb;
    }

    @Override
    public String id() {
        return OnnxRuntimeBackend.ID;
    }

    @Override
    public Optional<String> variant() {
        return Optional.of("provider " + provider.id());
    }

    @Override
    public Map<String, String> asOptions() {
        return requested.asOptions();
    }

    @Override
    public List<String> ownOptions() {
        return List.of(RequestedProvider.OPTION);
    }

    @Override
    public void checkOptions(OptionTexts options) {
        RequestedProvider.in(options);
    }

    @Override
    public boolean isAskedFor(Request request) {
        return requested.isAskedFor(request);
    }

    @Override
    public Ladder ladder(int gpu) {
        Ladder library = OrtLadder.simulated();
        return library.firstFailure().isPresent() ? library : climb.apply(gpu);
    }

    @Override
    public EngineException refusal(Ladder failed) {
        return new RungFailedException(failed);
    }

    /** Who has no GPU need not be told what else could not run on one. */
    @Override
    public Optional<String> whyPassedOver(Ladder failed) {
        return failed.firstFailure()
                .filter(rung -> ABOVE_DEVICE.contains(rung.name()))
                .map(Rung::sentence)
                .map(
                        why ->
                                why
                                        + "; the option provider = cuda asks for this GPU, with"
                                        + " INT8's numbers computed in float");
    }

    @Override
    public Optional<String> remark(List<PassedOver> better) {
        return provider == Provider.CUDA && !better.isEmpty()
                ? Optional.of(
                        better.get(0).ladder().subject()
                                + " cannot run here, so that provider cuda computes INT8's numbers"
                                + " in float: "
                                + better.get(0).ladder().problem().orElseThrow())
                : Optional.empty();
    }

    @Override
    public LoadedModel load(ModelAndRanges model, Request request)
            throws IOException, MalformedModelException {
        CompiledCache.Entry compiled =
                model.quantized(
                        request.options().quantization().optTarget(Target.TENSORRT).build());
        Path file = compiled.file();
        // ONNX Runtime tells engines apart by the model's graph: each model has a folder of its
        // own.
        Path below = model.cache().toAbsolutePath().resolve(OnnxRuntimeBackend.ID);
        GpuSettings settings =
                new GpuSettings(
                        provider,
                        request.gpu(),
                        below.resolve(ModelFile.stem(file, List.of(".onnx"))),
                        below.resolve("timings"),
                        request.options().fp16(),
                        request.options()
                                .workspace()
                                .map(ByteSize::bytes)
                                .map(OptionalLong::of)
                                .orElse(OptionalLong.empty()));
        GpuProviders providers = OnnxRuntimeGpu.here().bringUp(settings);
        Files.createDirectories(settings.engines());
        Files.createDirectories(settings.timings());
        logger.info("{} on {}", file, providers);
        return LoadedModel.shared(
                OrtModel.load(file, providers.execution(), request.options().threads(), providers),
                compiled.coverage());
    }
}
