package io.rangefinder.inspector.ranges;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What a layer does to magnitudes, whatever its other attributes are: a table of small cases in
 * TensorRT's own words. Stateless.
 */
final class LayerBounds {

    private LayerBounds() {}

    /**
     * The inputs whose values the layer's outputs are made of, none bigger than they were; empty if
     * the layer computes.
     */
    static Optional<List<Integer>> carried(NetworkLayer layer) {
        return switch (layer.type()) {
            // Slices and gathers read indices beside the data; a slice may fill with input 4.
            case "SHUFFLE", "SQUEEZE", "UNSQUEEZE", "IDENTITY", "CAST", "PADDING", "POOLING" ->
                    Optional.of(List.of(0));
            case "GATHER", "TOPK", "REVERSE_SEQUENCE", "CONDITIONAL_INPUT" ->
                    Optional.of(List.of(0));
            // A loop's output reads its length beside the data.
            case "ITERATOR", "LOOP_OUTPUT" -> Optional.of(List.of(0));
            // What it starts with, and what each trip leaves for the next.
            case "RECURRENCE" -> Optional.of(List.of(0, 1));
            case "SLICE" -> Optional.of(List.of(0, 4));
            case "SELECT" -> Optional.of(List.of(1, 2));
            case "SCATTER" -> Optional.of(List.of(0, 2));
            case "CONCATENATION", "CONDITIONAL_OUTPUT" ->
                    Optional.of(IntStream.range(0, layer.inputs().size()).boxed().toList());
            case "ACTIVATION" ->
                    // A clip's limits may lie beyond the values only towards 0, as in ReLU6.
                    layer.operation().equals("RELU") ? Optional.of(List.of(0)) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Whether the layer's output holds exactly the values of its first input. */
    static boolean rearranges(NetworkLayer layer) {
        return switch (layer.type()) {
            case "SHUFFLE", "SQUEEZE", "UNSQUEEZE", "IDENTITY", "CAST", "REVERSE_SEQUENCE" -> true;
            default -> false;
        };
    }

    /** The inputs whose values are all among those of the layer's output. */
    static List<Integer> contained(NetworkLayer layer) {
        return switch (layer.type()) {
            case "CONCATENATION" -> IntStream.range(0, layer.inputs().size()).boxed().toList();
            // The last value of a recurrence says nothing of those before.
            case "LOOP_OUTPUT" ->
                    layer.operation().matches("CONCATENATE|REVERSE") ? List.of(0) : List.of();
            default -> rearranges(layer) ? List.of(0) : List.of();
        };
    }

    /**
     * A bound on the output by the inputs' magnitudes.
     *
     * @param magnitude of an input by its position, empty if unknown
     * @param constant of an input by its position, if it is constant
     * @param summands how many values a matrix product or a reduction adds, at most
     */
    static OptionalDouble bound(
            NetworkLayer layer,
            Function<Integer, OptionalDouble> magnitude,
            Function<Integer, Optional<ConstantMagnitudes>> constant,
            OptionalDouble summands) {
        OptionalDouble a = layer.inputs().isEmpty() ? OptionalDouble.empty() : magnitude.apply(0);
        return switch (layer.type()) {
            case "SOFTMAX", "RAGGED_SOFTMAX" -> OptionalDouble.of(1);
            case "ACTIVATION" -> activation(layer.operation(), a);
            case "UNARY" -> unary(layer.operation(), a);
            case "REDUCE" -> reduction(layer.operation(), a, summands);
            case "ELEMENTWISE" ->
                    elementwise(layer.operation(), a, magnitude.apply(1), constant.apply(1));
            case "MATRIX_MULTIPLY" -> product(product(a, magnitude.apply(1)), summands);
            default -> OptionalDouble.empty();
        };
    }

    private static OptionalDouble reduction(
            String operation, OptionalDouble a, OptionalDouble summands) {
        return switch (operation) {
            case "AVG", "MAX", "MIN" -> a;
            case "SUM" -> product(a, summands);
            default -> OptionalDouble.empty();
        };
    }

    private static OptionalDouble activation(String operation, OptionalDouble a) {
        return switch (operation) {
            case "SIGMOID", "TANH", "HARD_SIGMOID" -> OptionalDouble.of(1);
            default -> OptionalDouble.empty();
        };
    }

    private static OptionalDouble unary(String operation, OptionalDouble a) {
        return switch (operation) {
            case "ERF", "SIN", "COS", "SIGN" -> OptionalDouble.of(1);
            case "ABS", "NEG" -> a;
            case "SQRT" -> map(a, Math::sqrt);
            case "EXP" -> map(a, Math::exp);
            case "CEIL", "FLOOR", "ROUND" -> map(a, x -> x + 1);
            default -> OptionalDouble.empty();
        };
    }

    private static OptionalDouble elementwise(
            String operation,
            OptionalDouble a,
            OptionalDouble b,
            Optional<ConstantMagnitudes> fixed) {
        return switch (operation) {
            case "SUM", "SUB" ->
                    a.isPresent() && b.isPresent()
                            ? OptionalDouble.of(a.getAsDouble() + b.getAsDouble())
                            : OptionalDouble.empty();
            case "PROD" -> product(a, b);
            case "MAX", "MIN" ->
                    a.isPresent() && b.isPresent()
                            ? OptionalDouble.of(Math.max(a.getAsDouble(), b.getAsDouble()))
                            : OptionalDouble.empty();
            case "DIV" ->
                    fixed.filter(f -> f.least() > 0).isPresent()
                            ? map(a, x -> x / fixed.get().least())
                            : OptionalDouble.empty();
            // Of a magnitude beyond 1 the greatest exponent makes most; below, the least one.
            case "POW" ->
                    fixed.filter(f -> f.least() >= 1).isPresent()
                            ? map(
                                    a,
                                    x ->
                                            Math.max(
                                                    Math.pow(x, fixed.get().greatest()),
                                                    Math.pow(x, fixed.get().least())))
                            : OptionalDouble.empty();
            default -> OptionalDouble.empty();
        };
    }

    private static OptionalDouble product(OptionalDouble a, OptionalDouble b) {
        return a.isPresent() && b.isPresent()
                ? OptionalDouble.of(a.getAsDouble() * b.getAsDouble())
                : OptionalDouble.empty();
    }

    private static OptionalDouble map(OptionalDouble a, Function<Double, Double> f) {
        return a.isPresent() ? OptionalDouble.of(f.apply(a.getAsDouble())) : OptionalDouble.empty();
    }
}
