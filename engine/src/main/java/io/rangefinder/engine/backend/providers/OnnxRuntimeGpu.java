package io.rangefinder.engine.backend.providers;

import io.rangefinder.engine.cache.CacheFolder;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.ladder.RungFailedException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings ONNX Runtime up on this machine's GPUs. A climb is remembered, as its trial takes seconds.
 * Safe from any thread.
 */
public final class OnnxRuntimeGpu {

    private static final OnnxRuntimeGpu HERE =
            new OnnxRuntimeGpu(CacheFolder.path().resolve("native"));

    private final OrtMachine machine;
    private final Map<String, Ladder> climbed = new ConcurrentHashMap<>();

    /**
     * For this machine, with libraries below DJL's cache folder.
     *
     * @return the same for all, so that nothing is climbed twice
     */
    public static OnnxRuntimeGpu here() {
        return HERE;
    }

    /**
     * For this machine.
     *
     * @param cache the folder that NVIDIA's libraries are unpacked to (3 GB); made when needed
     */
    public OnnxRuntimeGpu(Path cache) {
        this(new ThisMachine(cache));
    }

    OnnxRuntimeGpu(OrtMachine machine) {
        this.machine = machine;
    }

    /**
     * What a provider needs here, rung by rung.
     *
     * @param provider the provider
     * @param device the GPU's number, from 0
     * @return the ladder; if no rung failed, the provider's libraries are loaded
     */
    public Ladder ladder(Provider provider, int device) {
        return climbed.computeIfAbsent(
                provider + " " + device, key -> GpuLadder.climb(machine, provider, device));
    }

    /**
     * The providers for a session.
     *
     * @param settings what to run on
     * @return providers that were seen to work
     * @throws RungFailedException if the provider can't run here; the message says which rung
     *     failed and what to do
     */
    public GpuProviders bringUp(GpuSettings settings) {
        Ladder ladder = ladder(settings.provider(), settings.device());
        if (ladder.firstFailure().isPresent()) {
            throw new RungFailedException(ladder);
        }
        return new GpuProviders(settings);
    }
}
