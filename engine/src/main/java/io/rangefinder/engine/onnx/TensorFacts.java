package io.rangefinder.engine.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is certain of a graph's tensors whatever it is run on: their number of axes, their type, and
 * how long those of one axis are, as far as it follows from the graph's inputs, which whoever runs
 * it holds the caller to, from its constants and from its operators. What a file declares of other
 * tensors is taken only on request: nobody holds it to that.
 */
final class TensorFacts {

    /** What they give has the axes, the type and the length of their first input. */
    private static final Set<String> SAME =
            words(
                    "Relu LeakyRelu PRelu Elu Selu Celu Gelu Mish HardSigmoid HardSwish Sigmoid"
                        + " Softplus Softsign ThresholdedRelu Tanh Erf Exp Log Sqrt Abs Neg Floor"
                        + " Ceil Round Reciprocal Sign Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh"
                        + " Acosh Atanh Softmax LogSoftmax Hardmax Dropout Clip Identity CumSum Not"
                        + " BitwiseNot BatchNormalization LayerNormalization Shrink Trilu"
                        + " InstanceNormalization GroupNormalization LpNormalization LRN"
                        + " MeanVarianceNormalization ScatterND ScatterElements Scatter Transpose");

    /** What they give has the axes and the type of their first input. */
    private static final Set<String> SAME_AXES =
            words(
                    "Conv ConvTranspose MaxPool AveragePool LpPool GlobalAveragePool GlobalMaxPool"
                            + " GlobalLpPool Pad Slice Split Resize Upsample DepthToSpace"
                            + " SpaceToDepth Tile GatherElements TopK GridSample");

    private static final Set<String> BROADCAST =
            words("Add Sub Mul Div Pow Max Min Sum Mean Mod BitShift");

    private static final Set<String> COMPARISONS =
            words("Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor");

    private static final Set<String> REDUCTIONS =
            words(
                    "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2"
                            + " ReduceSumSquare ReduceLogSum ReduceLogSumExp");

    private static final int UNKNOWN = -1;

    /** Longer constants are no axes and no lengths. */
    private static final int LISTED_BYTES = 1 << 16;

    private static final Fact NOTHING = new Fact(UNKNOWN, UNKNOWN, UNKNOWN);

    private static final int INT64 = DataType.INT64_VALUE;

    private final Map<String, Fact> facts = new HashMap<>();
    private final Map<String, List<Long>> numbers = new HashMap<>();
    private final Optional<TensorFacts> outer;

    /**
     * What is known of a tensor; -1 for what is not.
     *
     * @param rank the number of axes
     * @param type the type, as {@link DataType} numbers them
     * @param length the length, if there is one axis
     */
    private record Fact(int rank, int type, long length) {

        Fact ofRank(int other) {
            return new Fact(other, type, UNKNOWN);
        }

        Fact ofType(int other) {
            return new Fact(rank, other, length);
        }

        boolean isKnown() {
            return rank >= 0;
        }
    }

    /**
     * Follows a graph.
     *
     * @param graph a graph whose nodes come in order
     * @param outer the graph around it, if it is a body
     * @param believed whether to take what the file declares of its tensors
     */
    TensorFacts(GraphProto graph, Optional<TensorFacts> outer, boolean believed) {
        this.outer = outer;
        if (outer.isEmpty() || believed) {
            graph.getInputList().forEach(this::declare);
        }
        if (believed) {
            graph.getOutputList().forEach(this::declare);
            graph.getValueInfoList().forEach(this::declare);
        }
        graph.getInitializerList().forEach(this::constant);
        for (NodeProto node : graph.getNodeList()) {
            List<TensorFacts> branches = branches(node);
            for (int i = 0; i < node.getOutputCount(); i++) {
                Fact fact = branches.isEmpty() ? infer(node, i) : agreed(node, branches, i);
                Fact declared = facts.get(node.getOutput(i));
                if (!fact.equals(NOTHING) && (declared == null || !declared.isKnown())) {
                    facts.put(node.getOutput(i), fact);
                }
            }
            ConstantNodes.value(node).ifPresent(this::constant);
            boolean oneLength = Nodes.is(node, "Shape") && node.getAttributeCount() == 0;
            if (oneLength && input(node, 0).length() >= 0) {
                numbers.put(node.getOutput(0), List.of(input(node, 0).length()));
            }
        }
    }

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }

    private void declare(ValueInfoProto value) {
        TypeProto.Tensor type = value.getType().getTensorType();
        int rank = type.hasShape() ? type.getShape().getDimCount() : UNKNOWN;
        long length = rank == 1 ? type.getShape().getDim(0).getDimValue() : UNKNOWN;
        facts.put(
                value.getName(), new Fact(rank, type.getElemType(), length > 0 ? length : UNKNOWN));
    }

    private void constant(TensorProto tensor) {
        facts.put(
                tensor.getName(),
                new Fact(
                        tensor.getDimsCount(),
                        tensor.getDataType(),
                        tensor.getDimsCount() == 1 ? tensor.getDims(0) : UNKNOWN));
        if (tensor.getSerializedSize() < LISTED_BYTES) {
            List<Long> values = Tensors.integers(tensor);
            if (!values.isEmpty()) {
                numbers.put(tensor.getName(), values);
            }
        }
    }

    /** The number of a tensor's axes, -1 if it is not known. */
    int rank(String tensor) {
        return fact(tensor).rank();
    }

    /** The type of a tensor's elements, -1 if it is not known. */
    int type(String tensor) {
        return fact(tensor).type();
    }

    /** The length of a tensor of one axis, -1 if it is not known. */
    long length(String tensor) {
        return fact(tensor).length();
    }

    /** The values of a constant of integers, if it is one and its values are there. */
    Optional<List<Long>> numbers(String tensor) {
        List<Long> own = numbers.get(tensor);
        return own != null ? Optional.of(own) : outer.flatMap(o -> o.numbers(tensor));
    }

    private Fact fact(String tensor) {
        Fact own = facts.get(tensor);
        return own != null ? own : outer.map(o -> o.fact(tensor)).orElse(NOTHING);
    }

    private Fact input(NodeProto node, int index) {
        return Nodes.input(node, index).map(this::fact).orElse(NOTHING);
    }

    private Fact infer(NodeProto node, int output) {
        String operator = node.getOpType();
        if (!Nodes.isDefaultDomain(node.getDomain())) {
            return NOTHING;
        }
        Fact first = input(node, 0);
        if (SAME.contains(operator)) {
            return output == 0 ? first : NOTHING;
        }
        if (SAME_AXES.contains(operator)) {
            return sameAxes(node, first, output);
        }
        if (BROADCAST.contains(operator)) {
            return broadcast(node, 0).ofType(first.type());
        }
        if (COMPARISONS.contains(operator)) {
            return broadcast(node, 0).ofType(DataType.BOOL_VALUE);
        }
        if (REDUCTIONS.contains(operator)) {
            return reduced(node, first, axes(node, 1));
        }
        return output > 0 && !Nodes.is(node, "LSTM", "GRU", "RNN")
                ? NOTHING
                : single(node, first, output);
    }

    private Fact single(NodeProto node, Fact first, int output) {
        return switch (node.getOpType()) {
            case "Cast" -> first.ofType((int) Nodes.integer(node, "to", 0));
            case "QuantizeLinear" ->
                    first.ofType(
                            node.getInputCount() > 2
                                    ? input(node, 2).type()
                                    : DataType.UINT8_VALUE);
            case "DequantizeLinear" -> first.ofType(input(node, 1).type());
            case "IsNaN", "IsInf" -> first.ofType(DataType.BOOL_VALUE);
            case "Shape" -> new Fact(1, INT64, shapeLength(node, first));
            case "Size" -> new Fact(0, INT64, UNKNOWN);
            case "NonZero" -> new Fact(2, INT64, UNKNOWN);
            case "Range" -> new Fact(1, first.type(), UNKNOWN);
            case "Flatten" -> first.ofRank(2);
            case "Gemm" -> first.ofRank(2);
            case "ConvInteger" -> new Fact(first.rank(), DataType.INT32_VALUE, UNKNOWN);
            case "QLinearConv" -> new Fact(first.rank(), input(node, 7).type(), UNKNOWN);
            case "MatMul" -> matMul(first, input(node, 1));
            case "MatMulInteger" -> matMul(first, input(node, 1)).ofType(DataType.INT32_VALUE);
            case "Concat" -> concat(node, first);
            case "ArgMax", "ArgMin" ->
                    reduced(node, first, Optional.of(List.of(Nodes.integer(node, "axis", 0))))
                            .ofType(INT64);
            case "Where" -> broadcast(node, 0).ofType(input(node, 1).type());
            case "Gather" -> gather(first, input(node, 1));
            case "Unsqueeze" -> unsqueeze(node, first);
            case "Squeeze" -> squeeze(node, first);
            case "Reshape" -> reshape(node, first);
            case "Expand" ->
                    first.isKnown() && input(node, 1).length() >= 0
                            ? first.ofRank((int) Math.max(first.rank(), input(node, 1).length()))
                            : first.ofRank(UNKNOWN);
            case "ConstantOfShape" -> constantOfShape(node, first);
            case "OneHot" ->
                    first.isKnown()
                            ? new Fact(first.rank() + 1, input(node, 2).type(), UNKNOWN)
                            : NOTHING;
            case "Einsum" -> einsum(node, first);
            case "LSTM", "GRU", "RNN" -> new Fact(output == 0 ? 4 : 3, first.type(), UNKNOWN);
            default -> NOTHING;
        };
    }

    private Fact sameAxes(NodeProto node, Fact first, int output) {
        Fact same = first.ofRank(first.rank());
        if (Nodes.is(node, "TopK", "MaxPool") && output == 1) {
            return same.ofType(INT64);
        }
        if (output > 0 && !Nodes.is(node, "Split")) {
            return NOTHING;
        }
        if (Nodes.is(node, "Slice") && first.length() >= 0) {
            return new Fact(first.rank(), first.type(), sliced(node, first.length()));
        }
        return Nodes.is(node, "GatherElements")
                ? new Fact(input(node, 1).rank(), first.type(), UNKNOWN)
                : same;
    }

    /** As many axes as the input with most, from one input on. */
    private Fact broadcast(NodeProto node, int from) {
        Fact most = new Fact(0, UNKNOWN, UNKNOWN);
        long length = 1;
        for (int i = from; i < node.getInputCount(); i++) {
            Fact fact = input(node, i);
            if (!fact.isKnown()) {
                return NOTHING;
            }
            most = fact.rank() > most.rank() ? fact : most;
            if (fact.rank() == 1) {
                length =
                        fact.length() < 0 || length < 0
                                ? UNKNOWN
                                : length == 1 ? fact.length() : length;
            }
        }
        return new Fact(most.rank(), most.type(), most.rank() == 1 ? length : UNKNOWN);
    }

    private static Fact matMul(Fact left, Fact right) {
        int least = Math.min(left.rank(), right.rank());
        int most = Math.max(left.rank(), right.rank());
        if (least < 1) {
            return left.ofRank(UNKNOWN);
        }
        return left.ofRank(most == 1 ? 0 : least == 1 ? most - 1 : most);
    }

    /** Parts without elements are passed over, however many axes they have. */
    private Fact concat(NodeProto node, Fact first) {
        long length = 0;
        for (int i = 0; i < node.getInputCount(); i++) {
            Fact part = input(node, i);
            if (part.rank() != first.rank()) {
                return first.ofRank(UNKNOWN);
            }
            length = length < 0 || part.length() < 0 ? UNKNOWN : length + part.length();
        }
        return new Fact(first.rank(), first.type(), first.rank() == 1 ? length : UNKNOWN);
    }

    private static Fact gather(Fact data, Fact indices) {
        if (data.rank() < 1 || !indices.isKnown()) {
            return data.ofRank(UNKNOWN);
        }
        int rank = data.rank() + indices.rank() - 1;
        return new Fact(
                rank, data.type(), rank == 1 && indices.rank() == 1 ? indices.length() : UNKNOWN);
    }

    private static long shapeLength(NodeProto node, Fact of) {
        if (!of.isKnown()) {
            return UNKNOWN;
        }
        long start = within(Nodes.integer(node, "start", 0), of.rank());
        long end = within(Nodes.integer(node, "end", of.rank()), of.rank());
        return Math.max(0, end - start);
    }

    private static long within(long index, long length) {
        return Math.max(0, Math.min(length, index < 0 ? index + length : index));
    }

    /** The length of a slice of a tensor of one axis. */
    private long sliced(NodeProto node, long length) {
        Optional<List<Long>> starts = listed(node, "starts", 1);
        Optional<List<Long>> ends = listed(node, "ends", 2);
        Optional<List<Long>> steps =
                Nodes.input(node, 4).isPresent() ? listed(node, "steps", 4) : one(1);
        boolean single =
                List.of(starts, ends, steps).stream()
                        .allMatch(n -> n.isPresent() && n.get().size() == 1);
        if (!single || steps.get().get(0) != 1) {
            return UNKNOWN;
        }
        return Math.max(0, within(ends.get().get(0), length) - within(starts.get().get(0), length));
    }

    private static Optional<List<Long>> one(long value) {
        return Optional.of(List.of(value));
    }

    /** The numbers of an attribute, or of the constant that took its place. */
    private Optional<List<Long>> listed(NodeProto node, String attribute, int input) {
        return Nodes.attribute(node, attribute)
                .map(AttributeProto::getIntsList)
                .or(() -> Nodes.input(node, input).flatMap(this::numbers));
    }

    /** The axes of a node, none if they are left out; empty if they can't be known. */
    private Optional<List<Long>> axes(NodeProto node, int input) {
        Optional<List<Long>> axes = listed(node, "axes", input);
        return axes.isEmpty() && Nodes.input(node, input).isEmpty() ? Optional.of(List.of()) : axes;
    }

    private Fact reduced(NodeProto node, Fact from, Optional<List<Long>> axes) {
        long keep = Nodes.integer(node, "keepdims", 1);
        if (keep == 1 || !from.isKnown() || axes.isEmpty() || keep != 0) {
            return keep == 1 ? from.ofRank(from.rank()) : from.ofRank(UNKNOWN);
        }
        if (axes.get().isEmpty()) {
            return Nodes.integer(node, "noop_with_empty_axes", 0) == 0
                    ? from.ofRank(0)
                    : from.ofRank(UNKNOWN);
        }
        return without(from, axes.get());
    }

    private static Fact without(Fact from, List<Long> axes) {
        Set<Long> different = new HashSet<>();
        for (long axis : axes) {
            long place = axis < 0 ? axis + from.rank() : axis;
            if (place < 0 || place >= from.rank() || !different.add(place)) {
                return from.ofRank(UNKNOWN);
            }
        }
        return from.ofRank(from.rank() - axes.size());
    }

    private Fact squeeze(NodeProto node, Fact from) {
        Optional<List<Long>> axes = axes(node, 1);
        return from.isKnown() && axes.isPresent() && !axes.get().isEmpty()
                ? without(from, axes.get())
                : from.ofRank(UNKNOWN);
    }

    private Fact unsqueeze(NodeProto node, Fact from) {
        Optional<List<Long>> axes = axes(node, 1);
        if (!from.isKnown() || axes.isEmpty()) {
            return from.ofRank(UNKNOWN);
        }
        int rank = from.rank() + axes.get().size();
        return new Fact(rank, from.type(), rank == 1 ? 1 : UNKNOWN);
    }

    private Fact reshape(NodeProto node, Fact from) {
        long rank = input(node, 1).length();
        boolean keepsLength = rank == 1 && from.rank() <= 1;
        return new Fact(
                (int) rank,
                from.type(),
                keepsLength ? (from.rank() == 0 ? 1 : from.length()) : UNKNOWN);
    }

    private Fact constantOfShape(NodeProto node, Fact shape) {
        int type =
                Nodes.attribute(node, "value")
                        .map(a -> a.getT().getDataType())
                        .orElse(DataType.FLOAT_VALUE);
        long length =
                Nodes.input(node, 0)
                        .flatMap(this::numbers)
                        .filter(n -> n.size() == 1)
                        .map(n -> n.get(0))
                        .orElse((long) UNKNOWN);
        return new Fact((int) shape.length(), type, shape.length() == 1 ? length : UNKNOWN);
    }

    private static Fact einsum(NodeProto node, Fact first) {
        String equation =
                Nodes.attribute(node, "equation")
                        .map(a -> a.getS().toStringUtf8())
                        .orElse("")
                        .replace(" ", "");
        int arrow = equation.indexOf("->");
        boolean plain = arrow >= 0 && !equation.contains(".");
        return first.ofRank(plain ? equation.length() - arrow - 2 : UNKNOWN);
    }

    private List<TensorFacts> branches(NodeProto node) {
        return Nodes.is(node, "If")
                ? Nodes.bodies(node).stream()
                        .map(body -> new TensorFacts(body, Optional.of(this), false))
                        .toList()
                : List.of();
    }

    /** What both branches make. */
    private static Fact agreed(NodeProto node, List<TensorFacts> branches, int output) {
        List<GraphProto> bodies = Nodes.bodies(node);
        Set<Fact> made = new HashSet<>();
        for (int i = 0; i < bodies.size(); i++) {
            made.add(
                    output < bodies.get(i).getOutputCount()
                            ? branches.get(i).fact(bodies.get(i).getOutput(output).getName())
                            : NOTHING);
        }
        return made.size() == 1 ? made.iterator().next() : NOTHING;
    }
}
