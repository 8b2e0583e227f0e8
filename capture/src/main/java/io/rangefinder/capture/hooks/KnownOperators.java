package io.rangefinder.capture.hooks;

import io.rangefinder.capture.observers.Clamp;
import io.rangefinder.capture.torchscript.Expression;
import io.rangefinder.capture.types.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Operators whose result's statistics follow from those of their first argument. */
final class KnownOperators {

    /** They hold the same numbers in another shape, or are the same tensor. */
    private static final Set<String> SAME_NUMBERS =
            Set.of(
                    "view",
                    "reshape",
                    "flatten",
                    "unflatten",
                    "permute",
                    "transpose",
                    "t",
                    "contiguous",
                    "squeeze",
                    "unsqueeze",
                    "detach",
                    "clone",
                    "alias",
                    "view_as",
                    "reshape_as",
                    "flip",
                    "roll",
                    "channel_shuffle",
                    "pixel_shuffle",
                    "pixel_unshuffle",
                    "movedim",
                    "swapaxes",
                    "swapdims",
                    "numpy_T",
                    "ravel");

    /** Products of two tensors, and additions: what a calibrator's ranges are for. */
    private static final Set<String> TAKES_OPERANDS =
            Set.of(
                    "conv1d",
                    "conv2d",
                    "conv3d",
                    "convolution",
                    "_convolution",
                    "_convolution_mode",
                    "conv_transpose1d",
                    "conv_transpose2d",
                    "conv_transpose3d",
                    "linear",
                    "bilinear",
                    "addmm",
                    "addbmm",
                    "baddbmm",
                    "addmv",
                    "mm",
                    "mv",
                    "bmm",
                    "matmul",
                    "einsum",
                    "scaled_dot_product_attention",
                    "_native_multi_head_attention",
                    "lstm",
                    "gru",
                    "rnn_tanh",
                    "rnn_relu",
                    "lstm_cell",
                    "gru_cell",
                    "rnn_tanh_cell",
                    "rnn_relu_cell",
                    "add");

    private KnownOperators() {}

    /** Whether an operator is a product or an addition. */
    static boolean takesOperands(String operator) {
        return TAKES_OPERANDS.contains(functional(operator));
    }

    /** The operator that an in-place form is of. */
    private static String functional(String operator) {
        return operator.endsWith("_") && !operator.endsWith("__")
                ? operator.substring(0, operator.length() - 1)
                : operator;
    }

    /** How the numbers of the result follow from those of the first argument, if they do. */
    static Optional<Clamp> clamp(String operator, Expression.Call call, List<Evaluated> arguments) {
        String name = functional(operator);
        if (SAME_NUMBERS.contains(name)) {
            // view(dtype) reads the same bytes as other numbers.
            boolean reinterprets =
                    name.equals("view")
                            && (arguments.size() != 2
                                    || !(arguments.get(1).value().type() instanceof Type.ListType));
            return reinterprets ? Optional.empty() : Optional.of(Clamp.NONE);
        }
        return switch (name) {
            case "relu" -> Optional.of(new Clamp(0, Double.POSITIVE_INFINITY));
            case "relu6" -> Optional.of(new Clamp(0, 6));
            case "hardtanh", "clamp" ->
                    arguments.size() == 3 && call.keywords().isEmpty()
                            ? bounds(arguments)
                            : Optional.empty();
            case "dropout", "feature_dropout", "alpha_dropout" ->
                    arguments.size() == 3
                                    && arguments.get(2).value().truth().equals(Optional.of(false))
                            ? Optional.of(Clamp.NONE)
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Clamp> bounds(List<Evaluated> arguments) {
        Optional<Double> low = number(arguments.get(1).expression(), Double.NEGATIVE_INFINITY);
        Optional<Double> high = number(arguments.get(2).expression(), Double.POSITIVE_INFINITY);
        if (low.isEmpty() || high.isEmpty() || low.get() > high.get()) {
            return Optional.empty();
        }
        return Clamp.isExact(low.get()) && Clamp.isExact(high.get())
                ? Optional.of(new Clamp(low.get(), high.get()))
                : Optional.empty();
    }

    private static Optional<Double> number(Expression expression, double ifNone) {
        if (expression instanceof Expression.Unary unary && unary.operator().equals("-")) {
            return number(unary.operand(), ifNone).map(x -> -x);
        }
        if (expression instanceof Expression.Literal literal) {
            if (literal.text().equals("None")) {
                return Optional.of(ifNone);
            }
            if (literal.text().matches("\\d[\\d.]*")) {
                return Optional.of(Double.parseDouble(literal.text()));
            }
        }
        return Optional.empty();
    }

    /**
     * An operator's result without what may be an undefined tensor, which no other operator takes:
     * attention gives one for weights that nobody needs.
     */
    static Type definedResult(String operator, Type result) {
        return operator.equals("_native_multi_head_attention")
                ? new Type.TupleType(List.of(Type.Basic.TENSOR, Type.Basic.OTHER))
                : result;
    }

    /** Whether an operator is called for its effect, or for a shape that tracing made a tensor. */
    static boolean isNoPoint(String operator) {
        return operator.equals("RaiseException")
                || operator.equals("append")
                || operator.equals("_set_item")
                || operator.equals("NumToTensor")
                || operator.equals("Print");
    }
}
