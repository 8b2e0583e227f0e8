package io.rangefinder.capture.pytorch;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import ai.djl.util.PairList;
import io.rangefinder.capture.archive.InvalidArchiveException;
import io.rangefinder.capture.archive.TorchScriptArchive;
import io.rangefinder.capture.archive.TorchScriptProgram;
import io.rangefinder.capture.hooks.BoundArguments;
import io.rangefinder.capture.hooks.HookInjector;
import io.rangefinder.capture.hooks.HookedProgram;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.source.HookPoint;
import io.rangefinder.capture.source.ObservationOptions;
import io.rangefinder.capture.source.ObservedModel;
import io.rangefinder.capture.source.PointFilter;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.types.SchemaTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An archive, loaded with hooks in it. Forward passes run at once from any number of threads; while
 * hooks change, they wait.
 */
final class HookedModule implements ObservedModel {

    private static final Logger logger = LoggerFactory.getLogger(HookedModule.class);

    /** DJL's own option: whether saved tensors go to the model's device, wherever they were. */
    private static final String MAP_LOCATION = "mapLocation";

    private final Path file;
    private final Engine pytorch;
    private final Device device;
    private final Map<String, ?> options;
    private final PointFilter points;
    private final Observers observers;
    private final String digest;
    private final TorchScriptProgram program;
    private final BoundArguments bound;
    private final Map<String, MethodParameters> parameters;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final ForwardHooks hooks = new ForwardHooks();
    private final Observations observations;
    private volatile boolean recording = true;
    private Loaded loaded;

    /** What its temporary folders begin with, so that one can tell whose they are. */
    static final String FOLDERS = "rangefinder-" + ProcessHandle.current().pid() + "-";

    /**
     * What is loaded now.
     *
     * @param model the PyTorch engine's model
     * @param program what was put in
     * @param markers by method, an input whose name makes the PyTorch engine call its copy
     * @param unhooked such inputs for methods with bound arguments, to call them without hooks
     */
    private record Loaded(
            Model model,
            HookedProgram program,
            Map<String, NDArray> markers,
            Map<String, NDArray> unhooked) {

        SymbolBlock block() {
            return (SymbolBlock) model.getBlock();
        }
    }

    HookedModule(Path file, ObservationOptions how) throws IOException, MalformedModelException {
        this.file = file;
        pytorch = how.engine();
        device = how.device();
        options = how.loading();
        points = how.points();
        observers = how.observers();
        try (TorchScriptArchive archive = TorchScriptArchive.open(file)) {
            digest = archive.digest();
            program = archive.program();
            bound = BoundArguments.of(file, program, how.arguments());
            parameters = MethodParameters.of(file, program, bound);
            observations = new Observations(observers, parameters);
            loaded = load(archive);
        }
        loaded.program().unobserved().forEach(sentence -> logger.warn("{}: {}", file, sentence));
    }

    private Loaded load(TorchScriptArchive archive) throws IOException, MalformedModelException {
        HookedProgram hooked = inject(points, hooks.filter());
        Model model = loadHere(archive, hooked.code());
        Map<String, NDArray> markers = new HashMap<>();
        Map<String, NDArray> unhooked = new HashMap<>();
        hooked.methods()
                .forEach(
                        (name, method) -> {
                            markers.put(name, marker(model, method.name()));
                            method.withoutHooks()
                                    .ifPresent(m -> unhooked.put(name, marker(model, m)));
                        });
        return new Loaded(model, hooked, markers, unhooked);
    }

    /** Loads onto the CPU what was saved on a device that is not here. */
    private Model loadHere(TorchScriptArchive archive, Map<String, String> code)
            throws IOException, MalformedModelException {
        boolean mapped = Boolean.parseBoolean(String.valueOf(options.get(MAP_LOCATION)));
        boolean onCpu = !device.isGpu();
        boolean movesAway =
                onCpu
                        && !mapped
                        && pytorch.getGpuCount() == 0
                        && CpuCode.isOfOtherDevice(program.files().values());
        try {
            boolean replaced = movesAway || mapped && onCpu;
            Model model =
                    load(archive, replaced ? CpuCode.of(program.files(), code) : code, options);
            if (movesAway) {
                logger.warn(
                        "{}: its code names a device that this machine has not, as x.cuda() does;"
                                + " it runs on the CPU. DJL's PyTorch engine itself fails here",
                        file);
            }
            return model;
        } catch (EngineException e) {
            if (mapped || !onCpu || !LoadFailure.isOfOtherDevice(e)) {
                throw LoadFailure.explain(file, e);
            }
        }
        logger.warn(
                "{} was saved on a device that this machine has not; it is loaded onto the CPU, as"
                    + " the option {}=true (--map-location cpu on the command line) does without"
                    + " this warning. DJL's PyTorch engine itself needs that option",
                file,
                MAP_LOCATION);
        Map<String, Object> mapping = new HashMap<>(options);
        mapping.put(MAP_LOCATION, "true");
        try {
            return load(archive, CpuCode.of(program.files(), code), mapping);
        } catch (EngineException e) {
            throw LoadFailure.explain(file, e);
        }
    }

    private Model load(TorchScriptArchive archive, Map<String, String> code, Map<String, ?> how)
            throws IOException, MalformedModelException {
        // Readable by its owner only. PyTorch reads all of it while it loads.
        Path folder = Files.createTempDirectory(FOLDERS);
        Path copy = folder.resolve("hooked.pt");
        Model model = pytorch.newModel("hooked", device);
        try {
            archive.copyWithCode(copy, code);
            model.load(copy, null, how);
            return model;
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw e;
        } finally {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(folder);
        }
    }

    private static NDArray marker(Model model, String method) {
        NDArray marker = model.getNDManager().create(0f);
        marker.setName(ModelCall.marker(method));
        return marker;
    }

    private HookedProgram inject(PointFilter statistics, PointFilter tensors)
            throws MalformedModelException {
        try {
            return new HookInjector(SchemaTable.ofPyTorch())
                    .inject(program, bound, statistics, tensors, observers);
        } catch (InvalidArchiveException e) {
            throw new InvalidArchiveException(file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public NDList forward(
            ParameterStore parameterStore,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        lock.readLock().lock();
        try {
            Loaded now = open();
            String method = method(inputs);
            HookedProgram.HookedMethod hooked = now.program().methods().get(method);
            boolean plain = !recording || training || hooked == null;
            if (plain && !now.unhooked().containsKey(method)) {
                return now.block().forward(parameterStore, inputs, training, params);
            }
            NDList call = new NDList(inputs.size() + 1);
            for (NDArray input : inputs) {
                if (!isMarker(input)) {
                    call.add(input);
                }
            }
            if (plain) {
                call.add(now.unhooked().get(method));
                return now.block().forward(parameterStore, call, training, params);
            }
            MethodParameters own = parameters.get(method);
            Observations.Inputs described = Observations.describe(call, own.names());
            own.requireTensors(described.descriptions());
            call.add(now.markers().get(method));
            NDList outputs = run(now, method, parameterStore, call, params);
            return record(now, method, hooked, described, outputs);
        } finally {
            lock.readLock().unlock();
        }
    }

    private NDList run(
            Loaded now,
            String method,
            ParameterStore parameterStore,
            NDList inputs,
            PairList<String, Object> params) {
        try {
            return GraphExecutor.run(
                    now.program().casts(),
                    () -> now.block().forward(parameterStore, inputs, false, params));
        } catch (UnsupportedOperationException e) {
            throw OutputFailure.explain(file, program, method, e);
        } catch (EngineException e) {
            if (OutputFailure.isOfKeys(e)) {
                throw OutputFailure.explain(file, program, method, e);
            }
            throw e;
        }
    }

    /** Takes off what the hooks added behind the model's own outputs. */
    private NDList record(
            Loaded now,
            String method,
            HookedProgram.HookedMethod hooked,
            Observations.Inputs described,
            NDList outputs) {
        int end = outputs.size() - 1;
        int own = end;
        while (own > 0 && HookedProgram.isOfDict(outputs.get(own - 1).getName())) {
            own--;
        }
        try {
            List<NDArray> dict = outputs.subList(own, end);
            observations.add(
                    method,
                    ObservedPass.of(now.program(), hooked, dict, outputs.get(end), points),
                    described);
            hooks.call(dict);
        } finally {
            outputs.subList(own, end + 1).forEach(NDArray::close);
        }
        return new NDList(outputs.subList(0, own));
    }

    private static boolean isMarker(NDArray input) {
        return ModelCall.marked(input.getName()).isPresent();
    }

    private static String method(NDList inputs) {
        return inputs.stream()
                .flatMap(input -> ModelCall.marked(input.getName()).stream())
                .findFirst()
                .orElse(ModelCall.FORWARD);
    }

    private Loaded open() {
        if (loaded == null) {
            throw new IllegalStateException("the model " + file + " is closed");
        }
        return loaded;
    }

    private <T> T plain(Function<Block, T> question) {
        lock.readLock().lock();
        try {
            return question.apply(open().block());
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return own(plain(Block::describeInput));
    }

    @Override
    public PairList<String, Shape> describeOutput() {
        return own(plain(block -> ((SymbolBlock) block).describeOutput()));
    }

    /** Without the marker among the inputs, and what hooks add to the outputs. */
    private PairList<String, Shape> own(PairList<String, Shape> described) {
        PairList<String, Shape> own = new PairList<>();
        if (described != null) {
            for (Pair<String, Shape> pair : described) {
                String name = pair.getKey();
                boolean added = HookedProgram.isOfDict(name) || ModelCall.marked(name).isPresent();
                if (!added) {
                    own.add(pair);
                }
            }
        }
        return own;
    }

    @Override
    public Shape[] outputShapes(Shape[] inputs, DataType... types) {
        return plain(
                block ->
                        types.length == 0
                                ? block.getOutputShapes(inputs)
                                : block.getOutputShapes(inputs, types));
    }

    @Override
    public ParameterList parameters() {
        return plain(Block::getDirectParameters);
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public ModelStatistics statistics() {
        return observations.statistics(digest);
    }

    @Override
    public void reset() {
        observations.reset();
    }

    @Override
    public void setRecording(boolean on) {
        recording = on;
    }

    @Override
    public List<HookPoint> points() {
        lock.readLock().lock();
        try {
            HookedProgram.HookedMethod forward = open().program().methods().get(ModelCall.FORWARD);
            return forward == null ? List.of() : forward.points();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** All points that the program has, chosen or not. */
    @Override
    public List<HookPoint> allPoints() {
        try {
            return inject(PointFilter.all(), PointFilter.none()).methods().values().stream()
                    .flatMap(m -> m.points().stream())
                    .distinct()
                    .toList();
        } catch (MalformedModelException e) {
            throw new IllegalStateException("hooks were put into this program before", e);
        }
    }

    @Override
    public AutoCloseable addHook(PointFilter wanted, BiConsumer<String, NDArray> called)
            throws IOException, MalformedModelException {
        ForwardHooks.Entry hook = new ForwardHooks.Entry(wanted, called);
        requireOutsideForward("register a hook");
        hooks.add(hook);
        try {
            reload();
        } catch (IOException | MalformedModelException | RuntimeException e) {
            hooks.remove(hook);
            throw e;
        }
        return () -> {
            if (hooks.remove(hook)) {
                removed();
            }
        };
    }

    /** The copies of its tensors stop. Within a hook, or once the model is closed, they stay. */
    private void removed() throws IOException, MalformedModelException {
        boolean isClosed;
        if (lock.getReadHoldCount() > 0) {
            return;
        }
        lock.readLock().lock();
        isClosed = loaded == null;
        lock.readLock().unlock();
        if (!isClosed) {
            reload();
        }
    }

    /** A hook that waited for all forward passes would wait for its own. */
    private void requireOutsideForward(String action) {
        if (lock.getReadHoldCount() > 0) {
            throw new IllegalStateException(
                    "a forward hook cannot "
                            + action
                            + " while it runs; do it after predict has returned");
        }
    }

    /** Loads the archive with other hooks, while predictors wait. */
    private void reload() throws IOException, MalformedModelException {
        lock.writeLock().lock();
        try (TorchScriptArchive archive = TorchScriptArchive.open(file)) {
            open();
            if (!archive.digest().equals(digest)) {
                throw new IOException(
                        file + " has changed since it was loaded; load the model again");
            }
            Loaded next = load(archive);
            loaded.model().close();
            loaded = next;
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        requireOutsideForward("close the model");
        lock.writeLock().lock();
        try {
            if (loaded != null) {
                loaded.model().close();
                loaded = null;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
