package io.rangefinder.engine.export.graph;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.operators.OperatorSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Converts inputs of bytes before their elements are moved, not after. TensorRT takes {@code uint8}
 * in a Cast and nowhere else (<a
 * href="https://docs.nvidia.com/deeplearning/tensorrt/latest/_static/operators/Cast.html">its
 * documentation</a>), while models turn an image's axes and then call {@code float()}. The values
 * are the same, as the wider type holds each of them.
 */
final class CastsFirst {

    private static final Set<ElementType> NARROW =
            EnumSet.of(ElementType.UINT8, ElementType.INT8, ElementType.INT16);

    /** What chooses among the elements of all its inputs. */
    private static final Set<String> CHOOSING = Set.of("Clip", "Concat", "Max", "Min");

    /** What gives the same for elements of any type: comparisons, lengths of axes. */
    private static final Set<String> ASKING =
            Set.of("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Shape", "Size");

    private final List<Node> nodes;
    private final GraphTensors tensors;
    private final Set<String> outputs;
    private final Map<String, String> aliases;
    private final Set<String> carried = new LinkedHashSet<>();
    private final Map<String, String> read = new HashMap<>();
    private final List<Node> result = new ArrayList<>();

    private CastsFirst(
            List<Node> nodes,
            GraphTensors tensors,
            Set<String> outputs,
            Map<String, String> aliases) {
        this.nodes = nodes;
        this.tensors = tensors;
        this.outputs = outputs;
        this.aliases = aliases;
    }

    /**
     * Moves the conversions.
     *
     * @param inputs the graph's inputs, which keep their type
     * @param outputs the graph's outputs, which keep theirs
     * @param aliases gets the tensors that are no more, each with the one that has its values
     */
    static List<Node> move(
            List<Node> nodes,
            GraphTensors tensors,
            Collection<String> inputs,
            Collection<String> outputs,
            Map<String, String> aliases) {
        List<Node> moved = nodes;
        for (String input : inputs) {
            if (NARROW.contains(tensors.info(input).type())) {
                moved = new CastsFirst(moved, tensors, new HashSet<>(outputs), aliases).move(input);
            }
        }
        return moved;
    }

    private List<Node> move(String input) {
        ElementType narrow = tensors.info(input).type();
        Set<ElementType> wanted = new LinkedHashSet<>();
        boolean moves = false;
        boolean asks = false;
        carried.add(input);
        for (Node node : nodes) {
            if (isMoving(node)) {
                moves = true;
                carried.addAll(node.outputs());
            } else if (isAsking(node)) {
                asks = true;
            } else if (node.operator().equals("Cast") && carried.contains(node.inputs().get(0))) {
                wanted.add(tensors.info(node.outputs().get(0)).type());
            }
        }
        wanted.removeIf(t -> !holds(t, narrow));
        if (!(moves || asks) || wanted.isEmpty()) {
            return nodes;
        }
        ElementType wide =
                wanted.contains(ElementType.FLOAT32)
                        ? ElementType.FLOAT32
                        : wanted.iterator().next();
        convert(input, narrow, wide);
        return result;
    }

    /** Whether a type holds each value of a narrow one. */
    private static boolean holds(ElementType wide, ElementType narrow) {
        return switch (wide) {
            case FLOAT32, FLOAT64, INT32, INT64 -> true;
            case FLOAT16 -> narrow.bytes() == 1;
            default -> false;
        };
    }

    private boolean isMoving(Node node) {
        return node.outputs().stream().noneMatch(outputs::contains)
                && elements(node).stream().anyMatch(i -> carried.contains(node.inputs().get(i)));
    }

    private boolean isAsking(Node node) {
        return ASKING.contains(node.operator())
                && node.inputs().stream().anyMatch(carried::contains);
    }

    /** The inputs of a node that hold the elements that it moves, by their places. */
    private static List<Integer> elements(Node node) {
        if (OperatorSet.MOVING.contains(node.operator())) {
            return List.of(0);
        }
        int count = node.inputs().size();
        return switch (node.operator()) {
            case "Pad" -> count > 2 ? List.of(0, 2) : List.of(0);
            case "Where" -> List.of(1, 2);
            default ->
                    CHOOSING.contains(node.operator())
                            ? IntStream.range(0, count).boxed().toList()
                            : List.of();
        };
    }

    private void convert(String input, ElementType narrow, ElementType wide) {
        for (Node node : nodes) {
            if (isMoving(node)) {
                result.add(wideReader(node, elements(node), input, wide));
                node.outputs().stream()
                        .filter(o -> !o.isEmpty())
                        .forEach(o -> tensors.retype(o, wide));
            } else if (isAsking(node)) {
                List<Integer> all = IntStream.range(0, node.inputs().size()).boxed().toList();
                result.add(wideReader(node, all, input, wide));
            } else if (isWidening(node, narrow)) {
                String from = wide(node.inputs().get(0), input, wide, node.scope());
                String to = node.outputs().get(0);
                if (tensors.info(to).type() == wide && !outputs.contains(to)) {
                    read.put(to, from);
                    aliases.put(to, from);
                } else {
                    result.add(with(node, List.of(from)));
                }
            } else {
                result.add(narrowReader(node, input, narrow));
            }
        }
    }

    private boolean isWidening(Node node, ElementType narrow) {
        return node.operator().equals("Cast")
                && carried.contains(node.inputs().get(0))
                && holds(tensors.info(node.outputs().get(0)).type(), narrow);
    }

    private Node wideReader(Node node, List<Integer> elements, String input, ElementType wide) {
        List<String> inputs = new ArrayList<>(node.inputs().stream().map(this::now).toList());
        for (int i : elements) {
            if (!inputs.get(i).isEmpty()) {
                inputs.set(i, wide(node.inputs().get(i), input, wide, node.scope()));
            }
        }
        return with(node, inputs);
    }

    /** The tensor that has the elements in the wide type. */
    private String wide(String id, String input, ElementType wide, String scope) {
        boolean retyped = carried.contains(id) && !id.equals(input);
        return retyped ? now(id) : cast(now(id), wide, scope);
    }

    private Node narrowReader(Node node, String input, ElementType narrow) {
        List<String> inputs = new ArrayList<>();
        for (String id : node.inputs()) {
            boolean retyped = carried.contains(id) && !id.equals(input);
            inputs.add(retyped ? cast(id, narrow, node.scope()) : now(id));
        }
        return with(node, inputs);
    }

    private String now(String id) {
        return read.getOrDefault(id, id);
    }

    /** Converts a tensor, once for all that read it. */
    private String cast(String id, ElementType type, String scope) {
        return read.computeIfAbsent(
                id + " as " + type,
                key -> {
                    GraphTensors.Info info = tensors.info(id);
                    String to = tensors.add(type, info.shape(), info.constant());
                    result.add(
                            new Node(
                                    "Cast",
                                    List.of(id),
                                    List.of(to),
                                    List.of(Attributes.of("to", (long) type.onnx())),
                                    scope));
                    return to;
                });
    }

    private static Node with(Node node, List<String> inputs) {
        return new Node(node.operator(), inputs, node.outputs(), node.attributes(), node.scope());
    }
}
