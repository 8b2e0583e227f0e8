package io.rangefinder.engine.onnxruntime;

import ai.djl.ndarray.types.Shape;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.TensorInfo;
import io.rangefinder.engine.session.TensorDescription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shapes of outputs, told before a model runs: each axis has a length, or the name of an axis
 * of an input. So the memory of outputs can be made beforehand, and results are written where they
 * are wanted, without a copy.
 *
 * <p>A model may be wrong about its own axes. ONNX Runtime refuses outputs of other shapes than it
 * is given room for; once that shows in {@link #compare}, nothing is foreseen any more. Safe from
 * any thread.
 */
final class ForeseenOutputs {

    private final List<TensorDescription> inputs;
    private final List<List<Axis>> outputs;
    private volatile boolean told;

    /** Tells an axis' length. */
    @FunctionalInterface
    private interface Axis {

        long length(List<NamedTensor> inputs);
    }

    private ForeseenOutputs(
            List<TensorDescription> inputs, List<List<Axis>> outputs, boolean told) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.told = told;
    }

    /** Of a model that is asked for what it gives each time. */
    static ForeseenOutputs none() {
        return new ForeseenOutputs(List.of(), List.of(), false);
    }

    /**
     * Reads the names of axes.
     *
     * @param inputs the model's inputs, as they will be given
     * @param outputs what the model gives
     * @param inputInfos what ONNX Runtime says of the inputs
     * @param outputInfos what it says of the outputs
     */
    static ForeseenOutputs of(
            List<TensorDescription> inputs,
            List<TensorDescription> outputs,
            Map<String, NodeInfo> inputInfos,
            Map<String, NodeInfo> outputInfos) {
        List<String> names = inputs.stream().map(TensorDescription::name).toList();
        Map<String, Axis> named = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            TensorInfo info = tensor(inputInfos, names.get(i));
            for (int axis = 0; axis < info.getShape().length; axis++) {
                if (info.getShape()[axis] < 0) {
                    int place = i;
                    int at = axis;
                    named.putIfAbsent(
                            info.getDimensionNames()[axis],
                            given -> given.get(place).shape().get(at));
                }
            }
        }
        named.remove("");
        List<List<Axis>> axes = new ArrayList<>();
        for (TensorDescription output : outputs) {
            Optional<List<Axis>> own = axes(tensor(outputInfos, output.name()), named);
            // An input that is an output, too, stays where it is instead of being written.
            if (own.isEmpty() || names.contains(output.name())) {
                return none();
            }
            axes.add(own.get());
        }
        return new ForeseenOutputs(inputs, axes, true);
    }

    private static TensorInfo tensor(Map<String, NodeInfo> infos, String name) {
        return (TensorInfo) infos.get(name).getInfo();
    }

    private static Optional<List<Axis>> axes(TensorInfo output, Map<String, Axis> named) {
        List<Axis> axes = new ArrayList<>();
        for (int i = 0; i < output.getShape().length; i++) {
            long length = output.getShape()[i];
            Axis axis = length < 0 ? named.get(output.getDimensionNames()[i]) : given -> length;
            if (axis == null) {
                return Optional.empty();
            }
            axes.add(axis);
        }
        return Optional.of(axes);
    }

    /**
     * The shapes that outputs will have.
     *
     * @param given all inputs, in the model's order
     * @return a shape an output; empty if the model does not tell, if these are not its inputs, or
     *     if an output would hold nothing
     */
    Optional<List<Shape>> shapes(List<NamedTensor> given) {
        if (!told || !fit(given)) {
            return Optional.empty();
        }
        List<Shape> shapes = new ArrayList<>(outputs.size());
        for (List<Axis> axes : outputs) {
            long[] lengths = new long[axes.size()];
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] = axes.get(i).length(given);
                if (lengths[i] == 0) {
                    return Optional.empty();
                }
            }
            shapes.add(new Shape(lengths));
        }
        return Optional.of(shapes);
    }

    private boolean fit(List<NamedTensor> given) {
        if (given.size() != inputs.size()) {
            return false;
        }
        for (int i = 0; i < inputs.size(); i++) {
            TensorDescription input = inputs.get(i);
            NamedTensor tensor = given.get(i);
            if (!tensor.name().equals(input.name())
                    || tensor.shape().dimension() != input.shape().dimension()) {
                return false;
            }
        }
        return true;
    }

    /** Looks at what the model gave, and foresees nothing any more if that was foreseen wrongly. */
    void compare(List<NamedTensor> given, List<NamedTensor> results) {
        Optional<List<Shape>> foreseen = shapes(given);
        List<Shape> actual = results.stream().map(NamedTensor::shape).toList();
        if (foreseen.isPresent() && !foreseen.get().equals(actual)) {
            told = false;
        }
    }
}
