package io.rangefinder.engine.match;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.rangefinder.engine.onnx.HookNames;
import io.rangefinder.engine.onnx.InvalidOnnxException;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.OnnxGraph;
import io.rangefinder.engine.onnx.OnnxModel;
import io.rangefinder.engine.onnxruntime.Execution;
import io.rangefinder.engine.onnxruntime.NamedTensor;
import io.rangefinder.engine.onnxruntime.OrtModel;
import io.rangefinder.engine.operators.OperatorSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds each hook point among an ONNX model's tensors: by name where the names are the same, else
 * by value. Stateless.
 *
 * <p>What Reshape, Transpose and the like make has the range of what they read, so a pair holds on
 * both sides of them.
 */
public final class TensorMatcher {

    /** A pair is kept if no other of its tensor or hook point is closer by this factor... */
    private static final double CLEARLY_CLOSER = 4;

    /** ...or if it is this close, which rounding alone explains. */
    private static final double AS_CLOSE_AS_ROUNDING = 1e-5;

    private TensorMatcher() {}

    /**
     * Pairs by name alone, as in an ONNX file that Rangefinder exported, which also says what other
     * hook points its tensors are, and which are none. Runs nothing.
     *
     * @param model the ONNX model
     * @param hooks names of hook points
     * @return the pairs
     * @throws InvalidOnnxException if the graph is malformed
     */
    public static Matching byName(OnnxModel model, Collection<String> hooks)
            throws InvalidOnnxException {
        OnnxGraph graph = model.graph();
        Set<String> tensors = names(model, graph);
        Map<String, List<String>> pairs = new LinkedHashMap<>();
        hooks.stream().filter(tensors::contains).forEach(h -> pairs.put(h, List.of(h)));
        Set<String> wanted = new LinkedHashSet<>(hooks);
        Optional<HookNames> named = HookNames.of(model);
        if (named.isPresent()) {
            named.get()
                    .tensors()
                    .forEach(
                            (tensor, points) -> {
                                List<String> known =
                                        points.stream().filter(wanted::contains).toList();
                                if (tensors.contains(tensor) && !known.isEmpty()) {
                                    pairs.put(tensor, known);
                                }
                            });
            wanted.removeAll(named.get().withoutTensor());
        }
        return matching(graph, pairs, wanted, tensors);
    }

    /**
     * Pairs by name, then the rest by value: runs the ONNX model once, every tensor held in memory.
     *
     * @param model the ONNX model
     * @param inputs the example input, in the model's order if names differ; several varied samples
     *     tell tensors apart better than one
     * @param hooks what PyTorch computed on it at each hook point, by name
     * @param outputs the PyTorch model's float32 outputs on it, in order
     * @return the pairs
     * @throws DifferentModelException if the ONNX model's float32 outputs are others
     * @throws InvalidOnnxException if the model is malformed, if ONNX Runtime refuses it, or if the
     *     number of inputs is another
     */
    public static Matching match(
            OnnxModel model,
            List<NamedTensor> inputs,
            Map<String, ReferenceTensor> hooks,
            List<ReferenceTensor> outputs)
            throws InvalidOnnxException {
        Matching exact = byName(model, hooks.keySet());
        if (exact.hooksWithoutTensor().isEmpty()) {
            return exact;
        }
        Map<String, Signature> tensors = run(model, rename(model, inputs));
        checkOutputs(model, tensors, outputs);
        Map<String, Signature> references = new LinkedHashMap<>();
        for (String hook : exact.hooksWithoutTensor()) {
            references.put(hook, Signature.of(hooks.get(hook).values()));
        }
        OnnxGraph graph = model.graph();
        Map<String, List<String>> pairs = new LinkedHashMap<>();
        hooks.keySet().stream()
                .filter(h -> !exact.hooksWithoutTensor().contains(h))
                .forEach(h -> pairs.put(h, List.of(h)));
        Map<String, Signature> rest = new LinkedHashMap<>(tensors);
        rest.keySet().removeAll(pairs.keySet());
        rest.keySet().removeIf(t -> graph.constant(t).isPresent());
        pairs.putAll(pairByValue(rest, references));
        return matching(graph, pairs, hooks.keySet(), tensors.keySet());
    }

    private static Map<String, List<String>> pairByValue(
            Map<String, Signature> tensors, Map<String, Signature> references) {
        Map<String, Map<String, Double>> distances = new LinkedHashMap<>();
        Map<String, Double> closest = new LinkedHashMap<>();
        tensors.forEach(
                (tensor, values) ->
                        references.forEach(
                                (hook, reference) -> {
                                    if (!reference.isTelling()) {
                                        return;
                                    }
                                    double distance = reference.distance(values);
                                    if (Double.isFinite(distance)) {
                                        distances
                                                .computeIfAbsent(tensor, t -> new LinkedHashMap<>())
                                                .put(hook, distance);
                                        closest.merge(hook, distance, Math::min);
                                    }
                                }));
        Map<String, List<String>> pairs = new LinkedHashMap<>();
        distances.forEach(
                (tensor, hooks) -> {
                    double closestHook = Collections.min(hooks.values());
                    List<String> kept =
                            hooks.entrySet().stream()
                                    .filter(e -> isClose(e.getValue(), closestHook))
                                    .filter(e -> isClose(e.getValue(), closest.get(e.getKey())))
                                    .sorted(Comparator.comparingDouble(Map.Entry::getValue))
                                    .map(Map.Entry::getKey)
                                    .toList();
                    if (!kept.isEmpty()) {
                        pairs.put(tensor, kept);
                    }
                });
        return pairs;
    }

    private static boolean isClose(double distance, double closest) {
        return distance <= Math.max(AS_CLOSE_AS_ROUNDING, CLEARLY_CLOSER * closest);
    }

    private static Map<String, Signature> run(OnnxModel model, List<NamedTensor> inputs)
            throws InvalidOnnxException {
        Map<String, Signature> tensors = new LinkedHashMap<>();
        OnnxModel open = model.withEveryTensorAsOutput();
        try (OrtModel session = OrtModel.load(open, Execution.UNOPTIMIZED, 0)) {
            List<NamedTensor> all = new ArrayList<>(inputs);
            all.addAll(session.run(inputs));
            for (NamedTensor tensor : all) {
                if (tensor.type() == DataType.FLOAT32 && tensor.shape().size() > 0) {
                    tensors.put(tensor.name(), Signature.of(tensor.toFloats()));
                }
            }
        } catch (EngineException e) {
            throw new InvalidOnnxException(
                    model.source(),
                    "fails on the example input ("
                            + e.getMessage()
                            + "); check that the input is this model's, or export the model again",
                    e);
        }
        return tensors;
    }

    private static List<NamedTensor> rename(OnnxModel model, List<NamedTensor> inputs)
            throws InvalidOnnxException {
        List<String> names = model.inputs().stream().map(ValueInfoProto::getName).toList();
        if (inputs.size() != names.size()) {
            throw new InvalidOnnxException(
                    model.source(),
                    "has the inputs " + names + ", but the example has " + inputs.size());
        }
        Set<String> given = new LinkedHashSet<>(inputs.stream().map(NamedTensor::name).toList());
        if (given.containsAll(names)) {
            return inputs;
        }
        List<NamedTensor> renamed = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            NamedTensor input = inputs.get(i);
            renamed.add(new NamedTensor(names.get(i), input.type(), input.shape(), input.data()));
        }
        return renamed;
    }

    private static void checkOutputs(
            OnnxModel model, Map<String, Signature> tensors, List<ReferenceTensor> outputs)
            throws DifferentModelException {
        List<String> names =
                model.outputs().stream()
                        .map(ValueInfoProto::getName)
                        .filter(tensors::containsKey)
                        .toList();
        if (names.size() != outputs.size()) {
            throw new DifferentModelException(
                    model.source(),
                    "gives " + names.size() + " float outputs, the model " + outputs.size());
        }
        for (int i = 0; i < names.size(); i++) {
            Signature reference = Signature.of(outputs.get(i).values());
            double distance = reference.distance(tensors.get(names.get(i)));
            boolean same = Double.isFinite(distance) || reference.deviation() == 0;
            if (!same) {
                throw new DifferentModelException(
                        model.source(),
                        "gives another output '" + names.get(i) + "' for the example input");
            }
        }
    }

    private static Set<String> names(OnnxModel model, OnnxGraph graph) {
        Set<String> names = new LinkedHashSet<>();
        model.inputs().forEach(i -> names.add(i.getName()));
        names.addAll(graph.tensors());
        return names;
    }

    /** Carries pairs along operators that keep values, and lists what is left over. */
    private static Matching matching(
            OnnxGraph graph,
            Map<String, List<String>> pairs,
            Collection<String> hooks,
            Set<String> tensors)
            throws InvalidOnnxException {
        Map<String, List<String>> carried = new LinkedHashMap<>(pairs);
        List<NodeProto.Builder> forwards = graph.topologicalOrder();
        List<NodeProto.Builder> backwards = new ArrayList<>(forwards);
        Collections.reverse(backwards);
        for (List<NodeProto.Builder> order : List.of(forwards, backwards, forwards)) {
            for (NodeProto.Builder node : order) {
                if (OperatorSet.REARRANGING.contains(node)
                        || Nodes.is(node, "Dropout")
                        || castsToFloat(node)) {
                    carry(carried, node.getInput(0), node.getOutput(0));
                    carry(carried, node.getOutput(0), node.getInput(0));
                }
            }
        }
        Set<String> hooksLeft = new LinkedHashSet<>(hooks);
        carried.values().forEach(hooksLeft::removeAll);
        Set<String> tensorsLeft = new LinkedHashSet<>(tensors);
        tensorsLeft.removeAll(carried.keySet());
        tensorsLeft.removeIf(t -> graph.constant(t).isPresent());
        return new Matching(carried, hooksLeft, tensorsLeft);
    }

    private static void carry(Map<String, List<String>> pairs, String from, String to) {
        if (pairs.containsKey(from)) {
            pairs.putIfAbsent(to, pairs.get(from));
        }
    }

    private static boolean castsToFloat(NodeProto.Builder node) {
        long type = Nodes.integer(node, "to", 0);
        return Nodes.is(node, "Cast") && (type == 1 || type == 10 || type == 11 || type == 16);
    }
}
