package io.rangefinder.engine.backend;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import io.rangefinder.capture.source.Providers;
import io.rangefinder.engine.backend.onnxruntime.OnnxRuntimeBackend;
import io.rangefinder.engine.backend.onnxruntime.SimulationBackend;
import io.rangefinder.engine.backend.providers.OnnxRuntimeGpu;
import io.rangefinder.engine.backend.providers.Provider;
import io.rangefinder.engine.backend.providers.ProviderBackend;
import io.rangefinder.engine.backend.spi.Backend;
import io.rangefinder.engine.backend.spi.PassedOver;
import io.rangefinder.engine.backend.spi.Request;
import io.rangefinder.engine.backend.tensorrt.TensorRtBackend;
import io.rangefinder.engine.ladder.Ladder;
import io.rangefinder.engine.onnxruntime.OrtLibrary;
import io.rangefinder.engine.options.EngineOptions;
import io.rangefinder.engine.options.OptionNames;
import io.rangefinder.engine.tensorrt.bringup.TensorRt;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All backends, and which of them runs a model: the one that was asked for, or the best one here.
 * Safe for use from several threads.
 *
 * <p>The best one is TensorRT, then ONNX Runtime's TensorRT, then the integer kernels of this CPU.
 * ONNX Runtime's CUDA provider computes Q/DQ in float, slower than float itself: it is nobody's
 * default, and taken only for who asked for it or for a GPU. So are an application's own backends,
 * for who named them.
 */
public final class Backends {

    private static final Logger logger = LoggerFactory.getLogger(Backends.class);

    /** What was found out of this machine is remembered, as it takes seconds. */
    private static final Backends HERE =
            new Backends(
                    TensorRt::climb,
                    OnnxRuntimeGpu.here()::ladder,
                    Providers.usable(Backend.class, "backends"));

    private final List<Backend> all = new ArrayList<>();
    private final List<Backend> best;

    /**
     * The backends, of which those that need a GPU stand on ladders of the caller's.
     *
     * @param tensorRt climbs TensorRT's ladder on a GPU
     * @param providers climbs a provider's ladder on a GPU
     * @param others the applications' own
     */
    Backends(
            IntFunction<Ladder> tensorRt,
            BiFunction<Provider, Integer, Ladder> providers,
            List<Backend> others) {
        Backend plans = new TensorRtBackend(tensorRt);
        Backend tensorRtProvider =
                new ProviderBackend(
                        Provider.TENSORRT, gpu -> providers.apply(Provider.TENSORRT, gpu));
        Backend cuda =
                new ProviderBackend(Provider.CUDA, gpu -> providers.apply(Provider.CUDA, gpu));
        Backend cpu = new OnnxRuntimeBackend();
        best = List.of(plans, tensorRtProvider, cpu);
        all.addAll(List.of(plans, tensorRtProvider, cuda, cpu, new SimulationBackend()));
        for (Backend other : others) {
            if (ids().stream().anyMatch(other.id()::equalsIgnoreCase)) {
                logger.warn(
                        "{} is left out, for there is a backend {} already; give it another name",
                        other.getClass().getName(),
                        other.id());
            } else {
                all.add(other);
            }
        }
    }

    /**
     * The backends on this machine, which is looked at once a process and only as far as needed.
     *
     * @return the same for all
     */
    public static Backends here() {
        return HERE;
    }

    /**
     * All of them.
     *
     * @return those that can't run here, too; several may share a name
     */
    public List<Backend> all() {
        return List.copyOf(all);
    }

    /**
     * The names that the option {@code backend} takes.
     *
     * @return each once
     */
    public List<String> ids() {
        return all.stream().map(Backend::id).distinct().toList();
    }

    /**
     * The backend that has a name alone, whether it can run here or not.
     *
     * @param id the name, in any case
     * @return the backend
     * @throws IllegalArgumentException if there is none of that name
     */
    public Backend named(String id) {
        return all.stream()
                .filter(b -> b.id().equalsIgnoreCase(id) && b.variant().isEmpty())
                .findFirst()
                .orElseThrow(() -> unknown(id));
    }

    private IllegalArgumentException unknown(String id) {
        return new IllegalArgumentException(
                "there is no backend " + id + "; choose one of " + String.join(", ", ids()));
    }

    /**
     * The options that there are, of all backends.
     *
     * @return their names, each once
     */
    public List<String> options() {
        Set<String> names = new LinkedHashSet<>(EngineOptions.NAMES);
        all.forEach(backend -> names.addAll(backend.ownOptions()));
        return List.copyOf(names);
    }

    /**
     * What is wrong with the names of options: they are ignored, as they may be another engine's.
     *
     * @param options values by name
     * @return a sentence for each name that is no option's, with the option that is likely meant
     */
    public List<String> unknownOptions(Map<String, ?> options) {
        return OptionNames.unknown(options(), options);
    }

    /**
     * Reads what an application asks for.
     *
     * @param options values by name
     * @param device the device
     * @return the request
     * @throws IllegalArgumentException if a value is not what its option takes, be the option of
     *     another backend than the one that will run; the message names it
     */
    public Request read(Map<String, ?> options, Device device) {
        Request request = Request.read(options, device);
        Optional<String> named = request.options().backend();
        if (named.isPresent() && all.stream().noneMatch(b -> request.names(b.id()))) {
            IllegalArgumentException unknown = unknown(named.get());
            throw new IllegalArgumentException("option backend: " + unknown.getMessage(), unknown);
        }
        all.forEach(backend -> backend.checkOptions(request.texts()));
        return request;
    }

    /**
     * Chooses.
     *
     * @param request what was asked for
     * @return a backend that can run
     * @throws EngineException if what was asked for cannot run here: {@link
     *     io.rangefinder.engine.backend.spi.BackendUnavailableException} for a backend that was
     *     named, {@link io.rangefinder.engine.ladder.RungFailedException} for a provider
     */
    public BackendChoice choose(Request request) {
        List<Backend> asked = all.stream().filter(b -> b.isAskedFor(request)).toList();
        List<PassedOver> better = new ArrayList<>();
        for (Backend backend : asked.isEmpty() ? best : asked) {
            Ladder ladder = backend.ladder(request.gpu());
            if (ladder.firstFailure().isEmpty()) {
                return new BackendChoice(backend, request.gpu(), backend.remark(better));
            }
            better.add(new PassedOver(backend, ladder));
        }
        // Of those that were asked for the best one counts, and of all the one that needs least.
        PassedOver failed = better.get(asked.isEmpty() ? better.size() - 1 : 0);
        throw failed.backend().refusal(failed.ladder());
    }

    /**
     * What runs on every machine, for people.
     *
     * @return ONNX Runtime's name and its version
     */
    public static String everywhere() {
        return "ONNX Runtime " + version();
    }

    /**
     * The version of what runs on every machine.
     *
     * @return ONNX Runtime's
     */
    public static String version() {
        return OrtLibrary.environment().getVersion();
    }
}
