package io.rangefinder.engine.prepare;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.rangefinder.engine.onnx.Nodes;
import io.rangefinder.engine.onnx.Ranks;
import io.rangefinder.engine.onnx.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Writes nodes of opset 18 to 22 as opset 17 has them, by <a
 * href="https://github.com/onnx/onnx/blob/main/docs/Changelog.md">ONNX's changelog</a>; operators
 * that only gained types stay.
 *
 * @param from the opset of the nodes
 * @param constants the constants that the nodes see
 * @param values declared types and shapes
 * @param ranks the ranks of tensors
 * @param unused gives a name that is not in use
 */
record LoweredNode(
        long from,
        Map<String, TensorProto> constants,
        Map<String, ValueInfoProto> values,
        Ranks ranks,
        UnaryOperator<String> unused) {

    private static final String[] NEW = {
        "AffineGrid",
        "BitwiseAnd",
        "BitwiseNot",
        "BitwiseOr",
        "BitwiseXor",
        "CenterCropPad",
        "Col2Im",
        "DeformConv",
        "Gelu",
        "GroupNormalization",
        "ImageDecoder",
        "Mish",
        "OptionalGetElement",
        "OptionalHasElement",
        "RegexFullMatch",
        "StringConcat",
        "StringSplit"
    };

    private static final String[] REDUCTIONS = {
        "ReduceL1",
        "ReduceL2",
        "ReduceLogSum",
        "ReduceLogSumExp",
        "ReduceMax",
        "ReduceMean",
        "ReduceMin",
        "ReduceProd",
        "ReduceSumSquare"
    };

    /** Of these types are zero points in opset 17; 16 bits came with 21. */
    private static final Set<Integer> ZERO_POINTS =
            Set.of(
                    TensorProto.DataType.INT8_VALUE,
                    TensorProto.DataType.UINT8_VALUE,
                    TensorProto.DataType.INT32_VALUE);

    /**
     * Lowers a node in place.
     *
     * @param node the node
     * @return constants that it reads now, or empty if opset 17 has no equal
     */
    Optional<List<TensorProto>> lower(NodeProto.Builder node) {
        if (!Nodes.isDefaultDomain(node.getDomain())) {
            return Optional.of(List.of());
        }
        if (Nodes.is(node, REDUCTIONS)) {
            return reduction(node);
        }
        return switch (node.getOpType()) {
            case "Split" -> split(node);
            case "Pad" -> pad(node);
            case "Resize" -> resize(node);
            default -> kept(node) ? Optional.of(List.of()) : Optional.empty();
        };
    }

    private boolean kept(NodeProto.Builder node) {
        return switch (node.getOpType()) {
            case "ScatterElements", "ScatterND" ->
                    !Set.of("max", "min").contains(text(node, "reduction"));
            case "AveragePool" -> without(node, "dilations", 1);
            case "LpPool" -> without(node, "dilations", 1) && without(node, "ceil_mode", 0);
            case "Cast", "CastLike" -> removed(node, "saturate");
            case "QuantizeLinear", "DequantizeLinear" ->
                    without(node, "block_size", 0)
                            && without(node, "output_dtype", 0)
                            && removed(node, "saturate")
                            && Nodes.input(node, 2)
                                    .map(constants::get)
                                    .map(TensorProto::getDataType)
                                    .filter(ZERO_POINTS::contains)
                                    .isPresent();
            case "DFT" -> from < 20;
            case "GridSample" -> from < 20 || gridSample(node);
            default -> !Nodes.is(node, NEW);
        };
    }

    private Optional<List<TensorProto>> reduction(NodeProto.Builder node) {
        boolean isExtreme = Nodes.is(node, "ReduceMax", "ReduceMin");
        if (isExtreme && from >= 20 && isBoolean(node.getInput(0))) {
            return Optional.empty();
        }
        List<Long> axes = List.of();
        if (Nodes.input(node, 1).isPresent()) {
            Optional<TensorProto> constant = constant(node, 1);
            if (constant.isEmpty()) {
                return Optional.empty();
            }
            axes = Tensors.integers(constant.get());
        }
        boolean same = axes.isEmpty() && Nodes.integer(node, "noop_with_empty_axes", 0) != 0;
        if (same && !Nodes.is(node, "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd")) {
            return Optional.empty();
        }
        Nodes.remove(node, "noop_with_empty_axes");
        inputs(node, 1);
        if (same) {
            Nodes.remove(node, "keepdims");
            node.setOpType("Identity");
        } else if (!axes.isEmpty()) {
            node.addAttribute(
                    AttributeProto.newBuilder()
                            .setName("axes")
                            .setType(AttributeProto.AttributeType.INTS)
                            .addAllInts(axes));
        }
        return Optional.of(List.of());
    }

    /** The last part is shorter where the axis can't be split evenly. */
    private Optional<List<TensorProto>> split(NodeProto.Builder node) {
        if (Nodes.attribute(node, "num_outputs").isEmpty()) {
            return Optional.of(List.of());
        }
        long parts = Nodes.integer(node, "num_outputs", 0);
        OptionalLong length = length(node.getInput(0), Nodes.integer(node, "axis", 0));
        if (length.isEmpty() || parts != node.getOutputCount()) {
            return Optional.empty();
        }
        long part = (length.getAsLong() + parts - 1) / parts;
        long last = length.getAsLong() - part * (parts - 1);
        if (last < 0) {
            return Optional.empty();
        }
        Nodes.remove(node, "num_outputs");
        inputs(node, 1);
        List<Long> sizes = new ArrayList<>(Collections.nCopies((int) parts - 1, part));
        sizes.add(last);
        return Optional.of(List.of(read(node, Tensors.longs(name(node, "split"), sizes))));
    }

    private Optional<List<TensorProto>> pad(NodeProto.Builder node) {
        if (text(node, "mode").equals("wrap")) {
            return Optional.empty();
        }
        if (Nodes.input(node, 3).isEmpty()) {
            inputs(node, 3);
            return Optional.of(List.of());
        }
        Optional<List<Integer>> axes = axes(node, constant(node, 3).map(Tensors::integers));
        Optional<List<Long>> pads = constant(node, 1).map(Tensors::integers);
        if (axes.isEmpty() || pads.isEmpty() || pads.get().size() != 2 * axes.get().size()) {
            return Optional.empty();
        }
        int rank = ranks.of(node.getInput(0)).orElseThrow();
        List<Long> all = new ArrayList<>(Collections.nCopies(2 * rank, 0L));
        for (int i = 0; i < axes.get().size(); i++) {
            all.set(axes.get().get(i), pads.get().get(i));
            all.set(rank + axes.get().get(i), pads.get().get(axes.get().size() + i));
        }
        inputs(node, 3);
        TensorProto full = Tensors.longs(name(node, "pads"), all);
        node.setInput(1, full.getName());
        return Optional.of(List.of(full));
    }

    private Optional<List<TensorProto>> resize(NodeProto.Builder node) {
        boolean isNew =
                !without(node, "antialias", 0)
                        || !Set.of("", "stretch").contains(text(node, "keep_aspect_ratio_policy"))
                        || text(node, "coordinate_transformation_mode")
                                .equals("half_pixel_symmetric");
        if (isNew) {
            return Optional.empty();
        }
        Nodes.remove(node, "keep_aspect_ratio_policy");
        Optional<List<Long>> given = Nodes.attribute(node, "axes").map(AttributeProto::getIntsList);
        if (given.isEmpty()) {
            return Optional.of(List.of());
        }
        Optional<List<Integer>> axes = axes(node, given);
        Optional<float[]> scales = constant(node, 2).map(Tensors::floats);
        int rank = ranks.of(node.getInput(0)).orElse(0);
        boolean isCrop = Nodes.input(node, 1).isPresent();
        boolean inOrder =
                axes.isPresent() && IntStream.range(0, rank).boxed().toList().equals(axes.get());
        if (inOrder && !isCrop) {
            Nodes.remove(node, "axes");
            return Optional.of(List.of());
        }
        if (axes.isEmpty()
                || isCrop
                || scales.isEmpty()
                || scales.get().length != axes.get().size()) {
            return Optional.empty();
        }
        Nodes.remove(node, "axes");
        float[] all = new float[rank];
        Arrays.fill(all, 1);
        for (int i = 0; i < scales.get().length; i++) {
            all[axes.get().get(i)] = scales.get()[i];
        }
        TensorProto full = Tensors.floats(name(node, "scales"), all, rank);
        node.setInput(2, full.getName());
        return Optional.of(List.of(full));
    }

    /** Opset 20 gave the modes other names, and more axes. */
    private boolean gridSample(NodeProto.Builder node) {
        if (ranks.of(node.getInput(0)).orElse(0) != 4) {
            return false;
        }
        String mode = text(node, "mode");
        if (mode.equals("linear") || mode.equals("cubic")) {
            Nodes.remove(node, "mode");
            node.addAttribute(
                    AttributeProto.newBuilder()
                            .setName("mode")
                            .setType(AttributeProto.AttributeType.STRING)
                            .setS(ByteString.copyFromUtf8("bi" + mode)));
        }
        return true;
    }

    /** Axes counted from the front, if they and the rank are known and no axis comes twice. */
    private Optional<List<Integer>> axes(NodeProto.Builder node, Optional<List<Long>> given) {
        int rank = ranks.of(node.getInput(0)).orElse(0);
        return given.map(a -> a.stream().map(x -> (int) (x < 0 ? x + rank : x)).toList())
                .filter(a -> a.stream().allMatch(x -> x >= 0 && x < rank))
                .filter(a -> new HashSet<>(a).size() == a.size());
    }

    /** Extremes of booleans came with opset 20; a type that isn't declared may be that. */
    private boolean isBoolean(String tensor) {
        ValueInfoProto value = values.get(tensor);
        return value == null
                || value.getType().getTensorType().getElemType() == TensorProto.DataType.BOOL_VALUE;
    }

    private OptionalLong length(String tensor, long axis) {
        ValueInfoProto value = values.get(tensor);
        if (value == null || !value.getType().getTensorType().hasShape()) {
            return OptionalLong.empty();
        }
        List<Dimension> shape = value.getType().getTensorType().getShape().getDimList();
        long index = axis < 0 ? axis + shape.size() : axis;
        return index >= 0 && index < shape.size() && shape.get((int) index).hasDimValue()
                ? OptionalLong.of(shape.get((int) index).getDimValue())
                : OptionalLong.empty();
    }

    private Optional<TensorProto> constant(NodeProto.Builder node, int input) {
        return Nodes.input(node, input).map(constants::get);
    }

    private String name(NodeProto.Builder node, String what) {
        return unused.apply(Nodes.nameOf(node) + "_" + what);
    }

    private static TensorProto read(NodeProto.Builder node, TensorProto constant) {
        node.addInput(constant.getName());
        return constant;
    }

    /** Leaves so many inputs at most. */
    private static void inputs(NodeProto.Builder node, int most) {
        List<String> kept = node.getInputList().stream().limit(most).toList();
        node.clearInput().addAllInput(kept);
    }

    /** Removes an attribute if it has only this value, which is what opset 17 computes. */
    private static boolean without(NodeProto.Builder node, String name, long value) {
        Optional<AttributeProto> attribute = Nodes.attribute(node, name);
        boolean isPlain =
                attribute.isEmpty()
                        || (attribute.get().getI() == value && attribute.get().getIntsCount() == 0)
                        || (attribute.get().getIntsCount() > 0
                                && attribute.get().getIntsList().stream()
                                        .allMatch(v -> v == value));
        return isPlain && removed(node, name);
    }

    private static boolean removed(NodeProto.Builder node, String name) {
        Nodes.remove(node, name);
        return true;
    }

    private static String text(NodeProto.Builder node, String name) {
        return Nodes.attribute(node, name).map(a -> a.getS().toStringUtf8()).orElse("");
    }
}
