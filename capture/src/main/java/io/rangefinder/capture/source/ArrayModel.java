package io.rangefinder.capture.source;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.rangefinder.capture.observers.Observers;
import io.rangefinder.capture.ranges.InputDescription;
import io.rangefinder.capture.ranges.ModelCall;
import io.rangefinder.capture.ranges.Provenance;
import io.rangefinder.capture.ranges.RangefinderVersion;
import io.rangefinder.capture.statistics.ModelStatistics;
import io.rangefinder.capture.statistics.TensorStatistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * An observed model whose tensors are seen as arrays while it runs. Safe from any thread if {@link
 * #run} is.
 */
public abstract class ArrayModel implements ObservedModel {

    private final String name;
    private final String digest;
    private final PointFilter wanted;
    private final List<HookPoint> points;
    private final List<String> inputNames;
    private final List<Hook> hooks = new CopyOnWriteArrayList<>();
    private final Map<String, TensorStatistics> statistics = new LinkedHashMap<>();
    private List<InputDescription> described = List.of();
    private long samples;
    private volatile boolean recording = true;

    /** Compared by identity: one hook may be registered twice. */
    private static final class Hook {

        private final PointFilter points;
        private final BiConsumer<String, NDArray> called;

        Hook(PointFilter points, BiConsumer<String, NDArray> called) {
            this.points = points;
            this.called = called;
        }
    }

    /** A tensor that hooks are waiting for. */
    private record Copy(HookPoint point, NDArray tensor) {}

    /**
     * A model that saw nothing yet.
     *
     * @param source what it was loaded from
     * @param options what is observed
     * @param points all its points, in execution order
     * @throws IOException if the source can't be read
     * @throws MalformedModelException if it is no such model
     * @throws IllegalArgumentException if others than the standard observers are asked for, whose
     *     code is for models that it is put into
     */
    protected ArrayModel(ModelSource source, ObservationOptions options, List<HookPoint> points)
            throws IOException, MalformedModelException {
        if (!options.observers().names().equals(Observers.STANDARD.names())) {
            throw new IllegalArgumentException(
                    source.name()
                            + " is observed from outside, by "
                            + String.join(", ", Observers.STANDARD.names())
                            + " only, but "
                            + String.join(", ", options.observers().names())
                            + " are asked for; leave the others out");
        }
        name = source.name();
        digest = source.digest();
        wanted = options.points();
        this.points = List.copyOf(points);
        inputNames = source.inputs(ModelCall.PLAIN).stream().map(ModelInput::name).toList();
    }

    /**
     * Runs the model.
     *
     * @param parameters DJL's store of parameters
     * @param inputs its inputs in order
     * @param seen is told of each point when its tensor is there
     * @return its outputs
     */
    protected abstract NDList run(
            ParameterStore parameters, NDList inputs, BiConsumer<HookPoint, NDArray> seen);

    @Override
    public NDList forward(
            ParameterStore parameters,
            NDList inputs,
            boolean training,
            PairList<String, Object> params) {
        NDList own = new NDList();
        inputs.stream().filter(i -> ModelCall.marked(i.getName()).isEmpty()).forEach(own::add);
        if (training || !recording) {
            return run(parameters, own, (point, tensor) -> {});
        }
        Map<String, TensorStatistics> pass = new LinkedHashMap<>();
        List<Copy> copies = new ArrayList<>();
        try {
            NDList outputs =
                    run(
                            parameters,
                            own,
                            (point, tensor) -> {
                                if (wanted.test(point) && tensor.getDataType().isFloating()) {
                                    pass.merge(
                                            point.name(), seenIn(tensor), TensorStatistics::merge);
                                }
                                if (hooks.stream().anyMatch(h -> h.points.test(point))) {
                                    copies.add(new Copy(point, tensor.duplicate()));
                                }
                            });
            add(own, pass);
            copies.forEach(this::call);
            return outputs;
        } finally {
            copies.forEach(copy -> copy.tensor().close());
        }
    }

    private void call(Copy copy) {
        for (Hook hook : hooks) {
            if (hook.points.test(copy.point())) {
                hook.called.accept(copy.point().name(), copy.tensor());
            }
        }
    }

    private static TensorStatistics seenIn(NDArray tensor) {
        boolean wide = tensor.getDataType() == DataType.FLOAT64;
        long count = tensor.size();
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        long nan = 0;
        long positive = 0;
        long negative = 0;
        try (NDArray doubles = wide ? tensor.duplicate() : tensor.toType(DataType.FLOAT64, true)) {
            for (double value : doubles.toDoubleArray()) {
                if (Double.isFinite(value)) {
                    min = Math.min(min, value);
                    max = Math.max(max, value);
                } else if (Double.isNaN(value)) {
                    nan++;
                } else if (value > 0) {
                    positive++;
                } else {
                    negative++;
                }
            }
        }
        return new TensorStatistics(count, min, max, nan, positive, negative);
    }

    private void add(NDList inputs, Map<String, TensorStatistics> pass) {
        List<InputDescription> now = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            now.add(
                    new InputDescription(
                            i < inputNames.size() ? inputNames.get(i) : "input" + i,
                            input.getDataType().name().toLowerCase(Locale.ROOT),
                            Arrays.stream(input.getShape().getShape()).boxed().toList()));
        }
        boolean scalar = inputs.isEmpty() || inputs.get(0).getShape().dimension() == 0;
        synchronized (statistics) {
            described = InputDescription.merge(described, now).orElse(now);
            samples += scalar ? 1 : inputs.get(0).getShape().get(0);
            pass.forEach((point, seen) -> statistics.merge(point, seen, TensorStatistics::merge));
        }
    }

    @Override
    public ModelStatistics statistics() {
        synchronized (statistics) {
            ModelStatistics.Builder all =
                    ModelStatistics.builder()
                            .optProvenance(
                                    new Provenance(
                                            Optional.of(digest),
                                            described,
                                            samples,
                                            Optional.empty(),
                                            Optional.of(RangefinderVersion.current()),
                                            Optional.empty(),
                                            Optional.empty()));
            statistics.forEach(all::add);
            return all.build();
        }
    }

    @Override
    public void reset() {
        synchronized (statistics) {
            statistics.clear();
            described = List.of();
            samples = 0;
        }
    }

    @Override
    public void setRecording(boolean on) {
        recording = on;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<HookPoint> points() {
        return points.stream().filter(wanted::test).toList();
    }

    @Override
    public List<HookPoint> allPoints() {
        return points;
    }

    @Override
    public AutoCloseable addHook(PointFilter chosen, BiConsumer<String, NDArray> called) {
        Hook hook = new Hook(chosen, called);
        hooks.add(hook);
        return () -> hooks.remove(hook);
    }

    @Override
    public PairList<String, Shape> describeInput() {
        return new PairList<>();
    }

    @Override
    public PairList<String, Shape> describeOutput() {
        return new PairList<>();
    }

    @Override
    public Shape[] outputShapes(Shape[] inputs, DataType... types) {
        throw new UnsupportedOperationException(
                name + " does not tell the shapes of its outputs before it runs");
    }

    @Override
    public ParameterList parameters() {
        return new ParameterList();
    }

    @Override
    public void close() {}
}
