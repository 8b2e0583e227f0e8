package io.rangefinder.engine.onnxruntime;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.ModelOutline;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.session.TensorDescription;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ONNX model loaded into ONNX Runtime, on the CPU unless told otherwise. Whatever loads or runs
 * one passes the one {@link NativeGate}.
 *
 * <p>{@link #run} may be called from any number of threads at once; {@link #close} may not be
 * called while a run is under way. Outputs that are no tensors (sequences, maps) or hold strings
 * are left out.
 */
public final class OrtModel implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(OrtModel.class);

    private final OrtEnvironment environment = OrtLibrary.environment();
    private final OrtSession session;
    private final NativeGate gate;
    private final List<TensorDescription> inputs;
    private final List<TensorDescription> outputs;
    private final List<Integer> batched;
    private final Map<String, String> metadata;
    private final Set<String> outputNames;
    private final ForeseenOutputs foreseen;

    private OrtModel(OrtSession session, NativeGate gate, ExecutionProviders providers)
            throws OrtException {
        this.session = session;
        this.gate = gate;
        inputs = describe(session.getInputInfo());
        outputs = describe(session.getOutputInfo());
        batched = batched(session.getInputInfo());
        metadata = Map.copyOf(session.getMetadata().getCustomMetadata());
        Set<String> names = new LinkedHashSet<>();
        outputs.forEach(o -> names.add(o.name()));
        outputNames = Collections.unmodifiableSet(names);
        // What comes from a GPU is copied without a look at its shape.
        foreseen =
                providers.equals(ExecutionProviders.CPU)
                        ? ForeseenOutputs.of(
                                inputs, outputs, session.getInputInfo(), session.getOutputInfo())
                        : ForeseenOutputs.none();
    }

    /** Makes a session from wherever the model is. */
    @FunctionalInterface
    private interface Loader {

        OrtSession load(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    /**
     * Loads a model from a file, beside which its external data may lie.
     *
     * @param file the {@code .onnx} file
     * @param execution how to run it
     * @param threads the number of threads for one run; 0 for one a physical core
     * @return the loaded model, to be closed
     * @throws InvalidOnnxException if ONNX Runtime refuses the model
     */
    public static OrtModel load(Path file, Execution execution, int threads)
            throws InvalidOnnxException {
        return load(file, execution, threads, ExecutionProviders.CPU);
    }

    /**
     * Loads a model from a file to run on other providers than the CPU's.
     *
     * @param file the {@code .onnx} file
     * @param execution how to run it
     * @param threads the number of threads for one run of what is left to the CPU; 0 for one a
     *     physical core
     * @param providers what takes the nodes before the CPU does
     * @return the loaded model, to be closed
     * @throws InvalidOnnxException if ONNX Runtime or a provider refuses the model
     */
    public static OrtModel load(
            Path file, Execution execution, int threads, ExecutionProviders providers)
            throws InvalidOnnxException {
        SessionSettings settings = new SessionSettings(execution, threads, Optional.empty());
        ModelProto outline;
        try {
            outline = ModelOutline.read(file);
        } catch (IOException e) {
            throw new InvalidOnnxException(
                    file.toString(), "can't be read (" + e.getMessage() + ")", e);
        }
        NativeGate gate = NativeGate.pass(outline, file.toString(), settings, folder -> file);
        return load(
                (e, o) -> e.createSession(file.toString(), o),
                file.toString(),
                settings,
                gate,
                providers);
    }

    /**
     * Loads a model from memory.
     *
     * @param model the model in ONNX's file format
     * @param source where it came from, for messages
     * @param execution how to run it
     * @param threads the number of threads for one run; 0 for one a physical core
     * @return the loaded model, to be closed
     * @throws InvalidOnnxException if ONNX Runtime refuses the model
     */
    public static OrtModel load(byte[] model, String source, Execution execution, int threads)
            throws InvalidOnnxException {
        return load(
                model,
                ModelOutline.read(model, source),
                source,
                new SessionSettings(execution, threads, Optional.empty()));
    }

    /**
     * Loads a model from memory.
     *
     * @param model the model
     * @param execution how to run it
     * @param threads the number of threads for one run; 0 for one a physical core
     * @return the loaded model, to be closed
     * @throws InvalidOnnxException if its shapes don't fit or ONNX Runtime refuses it
     */
    public static OrtModel load(OnnxModel model, Execution execution, int threads)
            throws InvalidOnnxException {
        return load(
                model.toBytes(),
                model.proto(),
                model.source(),
                new SessionSettings(execution, threads, Optional.empty()));
    }

    /**
     * Writes what ONNX Runtime's optimizer makes of a model for this CPU, to see which operators
     * became integer kernels.
     *
     * @param model the model in ONNX's file format
     * @param source where it came from, for messages
     * @param file the {@code .onnx} file to write
     * @throws InvalidOnnxException if ONNX Runtime refuses the model
     */
    public static void writeOptimized(byte[] model, String source, Path file)
            throws InvalidOnnxException {
        load(
                        model,
                        ModelOutline.read(model, source),
                        source,
                        new SessionSettings(Execution.INTEGER, 1, Optional.of(file)))
                .close();
    }

    private static OrtModel load(
            byte[] model, ModelProto outline, String source, SessionSettings settings)
            throws InvalidOnnxException {
        NativeGate gate =
                NativeGate.pass(
                        outline,
                        source,
                        settings,
                        folder -> Files.write(folder.resolve("model.onnx"), model));
        return load(
                (e, o) -> e.createSession(model, o),
                source,
                settings,
                gate,
                ExecutionProviders.CPU);
    }

    private static OrtModel load(
            Loader loader,
            String source,
            SessionSettings settings,
            NativeGate gate,
            ExecutionProviders providers)
            throws InvalidOnnxException {
        try (SessionOptions options = settings.options()) {
            providers.addTo(options);
            return opened(loader.load(OrtLibrary.environment(), options), gate, providers);
        } catch (OrtException e) {
            gate.close();
            throw refused(source, e);
        } catch (RuntimeException e) {
            gate.close();
            throw e;
        }
    }

    private static OrtModel opened(
            OrtSession session, NativeGate gate, ExecutionProviders providers) throws OrtException {
        try {
            return new OrtModel(session, gate, providers);
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    static InvalidOnnxException refused(String source, OrtException e) {
        return new InvalidOnnxException(
                source, "ONNX Runtime refuses the model: " + OrtWords.ofMessage(e), e);
    }

    /**
     * What the model must be given.
     *
     * @return its inputs, in order
     */
    public List<TensorDescription> inputs() {
        return inputs;
    }

    /**
     * What the model gives.
     *
     * @return its outputs, in order
     */
    public List<TensorDescription> outputs() {
        return outputs;
    }

    /**
     * What the model tells of itself.
     *
     * @return its metadata by key
     */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * The inputs that carry the batch, as far as the model tells: those whose first axis is open
     * and has the same name as that of the first such input.
     *
     * @return places of inputs, in order
     */
    public List<Integer> batchedInputs() {
        return batched;
    }

    /**
     * Runs the model.
     *
     * @param tensors the inputs, in any order; direct buffers are read where they are
     * @return the outputs in the order of {@link #outputs}, each in a direct buffer of its own
     * @throws IllegalArgumentException if an input is of a type that ONNX Runtime's Java interface
     *     does not take
     * @throws EngineException if ONNX Runtime fails, for want of an input for example
     */
    public List<NamedTensor> run(List<NamedTensor> tensors) {
        Optional<List<NamedTensor>> results = foresee(tensors);
        return results.isPresent() && runInto(tensors, results.get())
                ? results.get()
                : runUnforeseen(tensors);
    }

    /**
     * Makes room for outputs before the model runs.
     *
     * @param tensors the inputs
     * @param memory gives an output of a shape its memory, a direct buffer of its length
     * @return for each output a tensor whose elements {@link #runInto} sets; empty if the model
     *     does not tell the shapes of all its outputs, or if inputs are not in its order
     */
    public Optional<List<NamedTensor>> foresee(
            List<NamedTensor> tensors, BiFunction<TensorDescription, Shape, ByteBuffer> memory) {
        return foreseen.shapes(tensors)
                .map(
                        shapes -> {
                            List<NamedTensor> results = new ArrayList<>(shapes.size());
                            for (int i = 0; i < shapes.size(); i++) {
                                TensorDescription output = outputs.get(i);
                                Shape shape = shapes.get(i);
                                results.add(
                                        new NamedTensor(
                                                output.name(),
                                                output.type(),
                                                shape,
                                                memory.apply(output, shape)));
                            }
                            return results;
                        });
    }

    /** Makes room in buffers of its own. */
    Optional<List<NamedTensor>> foresee(List<NamedTensor> tensors) {
        return foresee(tensors, OrtModel::room);
    }

    /**
     * Runs the model and has its results written where they are wanted.
     *
     * @param tensors the inputs
     * @param results what {@link #foresee} made for them
     * @return false if ONNX Runtime failed, perhaps for outputs that are of other shapes than the
     *     model tells; then {@link #runUnforeseen} gives them, or says what is wrong
     */
    public boolean runInto(List<NamedTensor> tensors, List<NamedTensor> results) {
        gate.pass(tensors);
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
        try {
            for (NamedTensor tensor : tensors) {
                feeds.put(tensor.name(), toOrt(tensor));
            }
            for (NamedTensor result : results) {
                pinned.put(result.name(), toOrt(result));
            }
            session.run(feeds, pinned).close();
            return true;
        } catch (OrtException e) {
            logger.debug("ONNX Runtime did not write into the memory made for its results", e);
            return false;
        } finally {
            feeds.values().forEach(OnnxTensor::close);
            pinned.values().forEach(OnnxTensor::close);
        }
    }

    /**
     * Runs the model whatever it gives. If these are other shapes than it tells, it is not asked
     * for them any more.
     *
     * @param tensors the inputs, in any order
     * @return the outputs in the order of {@link #outputs}, each in a direct buffer of its own
     * @throws IllegalArgumentException if an input is of a type that ONNX Runtime's Java interface
     *     does not take
     * @throws EngineException if ONNX Runtime fails, for want of an input for example
     */
    public List<NamedTensor> runUnforeseen(List<NamedTensor> tensors) {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        gate.pass(tensors);
        try {
            for (NamedTensor tensor : tensors) {
                feeds.put(tensor.name(), toOrt(tensor));
            }
            try (OrtSession.Result result = session.run(feeds, outputNames)) {
                List<NamedTensor> values = new ArrayList<>();
                for (TensorDescription output : outputs) {
                    values.add(fromOrt(output, (OnnxTensor) result.get(output.name()).get()));
                }
                foreseen.compare(tensors, values);
                return values;
            }
        } catch (OrtException e) {
            throw new EngineException("ONNX Runtime failed: " + OrtWords.ofMessage(e), e);
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        gate.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new EngineException("ONNX Runtime failed to close the model", e);
        }
    }

    private OnnxTensor toOrt(NamedTensor tensor) throws OrtException {
        ByteBuffer data = direct(tensor.data());
        return OnnxTensor.createTensor(
                environment, data, tensor.shape().getShape(), OrtTypes.of(tensor.type()));
    }

    /** ONNX Runtime's Java interface takes a buffer of bytes only if it is direct. */
    private static ByteBuffer direct(ByteBuffer data) {
        ByteBuffer source = data.duplicate().order(ByteOrder.nativeOrder()).clear();
        if (source.isDirect()) {
            return source;
        }
        ByteBuffer copy =
                ByteBuffer.allocateDirect(source.capacity()).order(ByteOrder.nativeOrder());
        return copy.put(source).clear();
    }

    private static NamedTensor fromOrt(TensorDescription output, OnnxTensor tensor) {
        Shape shape = new Shape(tensor.getInfo().getShape());
        ByteBuffer copy = room(output, shape);
        copy.put(0, tensor.getByteBuffer(), 0, copy.capacity());
        return new NamedTensor(output.name(), output.type(), shape, copy);
    }

    private static ByteBuffer room(TensorDescription output, Shape shape) {
        return ByteBuffer.allocateDirect(
                Math.toIntExact(shape.size() * output.type().getNumOfBytes()));
    }

    private static List<TensorDescription> describe(Map<String, NodeInfo> infos) {
        List<TensorDescription> descriptions = new ArrayList<>();
        for (NodeInfo node : infos.values()) {
            if (node.getInfo() instanceof TensorInfo tensor
                    && OrtTypes.djl(tensor.type).isPresent()) {
                descriptions.add(
                        new TensorDescription(
                                node.getName(),
                                OrtTypes.djl(tensor.type).get(),
                                new Shape(tensor.getShape())));
            }
        }
        return List.copyOf(descriptions);
    }

    private static List<Integer> batched(Map<String, NodeInfo> infos) {
        List<Integer> places = new ArrayList<>();
        Optional<String> name = Optional.empty();
        int place = 0;
        for (NodeInfo node : infos.values()) {
            if (node.getInfo() instanceof TensorInfo tensor
                    && OrtTypes.djl(tensor.type).isPresent()) {
                if (tensor.getShape().length > 0 && tensor.getShape()[0] < 0) {
                    String own = tensor.getDimensionNames()[0];
                    if (name.isEmpty() || !own.isEmpty() && own.equals(name.get())) {
                        name = name.or(() -> Optional.of(own));
                        places.add(place);
                    }
                }
                place++;
            }
        }
        return List.copyOf(places);
    }
}
