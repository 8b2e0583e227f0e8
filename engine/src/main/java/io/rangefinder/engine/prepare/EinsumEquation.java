package io.rangefinder.engine.prepare;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * The axes of an Einsum of two tensors, sorted as those of a linear layer. Immutable.
 *
 * @param data the data's axes, a letter each
 * @param weight the weight's
 * @param result the result's
 * @param kept the data's axes that the result has, in the data's order
 * @param summed those that data and weight share and the result has not, in the data's order
 * @param made the weight's axes that the result has, in the weight's order
 * @param open whether the data have further axes in front, which the result keeps ("...")
 */
record EinsumEquation(
        String data,
        String weight,
        String result,
        String kept,
        String summed,
        String made,
        boolean open) {

    private static final String ELLIPSIS = "...";

    /**
     * Reads an equation.
     *
     * @param equation as ONNX has it
     * @param weightFirst whether the weight is the first of the two
     * @return the axes, or empty if it is no linear layer
     */
    static Optional<EinsumEquation> of(String equation, boolean weightFirst) {
        String[] sides = equation.replace(" ", "").split("->", -1);
        List<String> read = List.of(sides[0].split(",", -1));
        if (sides.length > 2 || read.size() != 2) {
            return Optional.empty();
        }
        String result = sides.length == 2 ? sides[1] : implicit(sides[0]);
        String data = read.get(weightFirst ? 1 : 0);
        String weight = read.get(weightFirst ? 0 : 1);
        boolean open = data.startsWith(ELLIPSIS) && result.startsWith(ELLIPSIS);
        if (open) {
            data = data.substring(ELLIPSIS.length());
            result = result.substring(ELLIPSIS.length());
        }
        return letters(data) && letters(weight) && letters(result)
                ? sorted(data, weight, result, open)
                : Optional.empty();
    }

    private static Optional<EinsumEquation> sorted(
            String data, String weight, String result, boolean open) {
        String kept = filter(data, c -> !in(weight, c) && in(result, c));
        String summed = filter(data, c -> in(weight, c) && !in(result, c));
        String made = filter(weight, c -> !in(data, c) && in(result, c));
        boolean linear =
                kept.length() + summed.length() == data.length()
                        && made.length() + summed.length() == weight.length()
                        && kept.length() + made.length() == result.length()
                        && !summed.isEmpty()
                        && !made.isEmpty()
                        && (open || !kept.isEmpty());
        // Of unnamed axes neither an order nor a shape can be given.
        boolean plain =
                data.equals(kept + summed)
                        && result.equals(kept + made)
                        && summed.length() == 1
                        && made.length() == 1;
        return linear && (!open || plain)
                ? Optional.of(new EinsumEquation(data, weight, result, kept, summed, made, open))
                : Optional.empty();
    }

    private static String implicit(String read) {
        return (read.contains(ELLIPSIS) ? ELLIPSIS : "")
                + read.chars()
                        .filter(Character::isLetter)
                        .filter(c -> read.indexOf(c) == read.lastIndexOf(c))
                        .sorted()
                        .mapToObj(c -> String.valueOf((char) c))
                        .collect(Collectors.joining());
    }

    /** Whether each axis is a letter, none of them twice (which takes a diagonal). */
    private static boolean letters(String axes) {
        Set<Integer> seen = new HashSet<>();
        return axes.chars().allMatch(c -> Character.isLetter(c) && seen.add(c));
    }

    private static boolean in(String axes, int letter) {
        return axes.indexOf(letter) >= 0;
    }

    private static String filter(String axes, IntPredicate keep) {
        return axes.chars()
                .filter(keep)
                .mapToObj(c -> String.valueOf((char) c))
                .collect(Collectors.joining());
    }

    /** Where each axis of an order is in another: what Transpose takes. */
    static List<Long> permutation(String from, String to) {
        return to.chars().mapToObj(c -> (long) from.indexOf(c)).toList();
    }
}
