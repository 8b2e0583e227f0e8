package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sums of products by <a href="https://docs.pytorch.org/docs/stable/generated/torch.einsum.html">
 * Einstein's convention</a>. ONNX's Einsum is little supported, so each is made of products of
 * matrices, from left to right. Stateless.
 */
final class Einsum {

    /** Axes that an ellipsis stands for are counted from the last, each with a label of its own. */
    private static final int ELLIPSIS = -1;

    private Einsum() {}

    /** A tensor with a label for each axis. */
    record Labelled(SymbolicTensor tensor, List<Integer> labels) {

        Dim length(int label) {
            return tensor.dim(labels.indexOf(label));
        }
    }

    /** What is to be multiplied, and the labels of the result. */
    record Equation(List<Labelled> operands, List<Integer> result) {}

    static SymbolicTensor einsum(OperatorCall call) {
        Equation equation = equation(call);
        List<Labelled> operands =
                equation.operands().stream().map(o -> withoutRepeats(call, o)).toList();
        return contract(call, operands, equation.result());
    }

    static Equation equation(OperatorCall call) {
        String equation = call.text("equation").replace(" ", "");
        List<SymbolicTensor> tensors = call.tensors("tensors");
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        if (terms.length != tensors.size()) {
            throw call.unsupported("has " + tensors.size() + " tensors for " + equation);
        }
        List<Labelled> operands = new ArrayList<>();
        int ellipsis = 0;
        for (int i = 0; i < terms.length; i++) {
            int letters = terms[i].replace("...", "").length();
            int open = tensors.get(i).rank() - letters;
            ellipsis = Math.max(ellipsis, open);
            operands.add(new Labelled(tensors.get(i), labels(terms[i], open)));
        }
        List<Integer> result =
                sides.length > 1 ? labels(sides[1], ellipsis) : implied(sides[0], ellipsis);
        return new Equation(operands, result);
    }

    private static List<Integer> labels(String term, int ellipsis) {
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < term.length(); i++) {
            if (term.charAt(i) == '.') {
                for (int axis = ellipsis; axis > 0; axis--) {
                    labels.add(ELLIPSIS - axis);
                }
                i += 2;
            } else {
                labels.add((int) term.charAt(i));
            }
        }
        return labels;
    }

    /** What the ellipsis stands for, then the letters that occur once, in alphabetical order. */
    private static List<Integer> implied(String terms, int ellipsis) {
        String letters = terms.replace("...", "").replace(",", "");
        Set<Integer> once = new TreeSet<>();
        for (char letter : letters.toCharArray()) {
            if (letters.indexOf(letter) == letters.lastIndexOf(letter)) {
                once.add((int) letter);
            }
        }
        List<Integer> labels = new ArrayList<>();
        if (terms.contains("...")) {
            labels.addAll(labels("...", ellipsis));
        }
        labels.addAll(once);
        return labels;
    }

    /** A label that a tensor has twice is its diagonal. */
    private static Labelled withoutRepeats(OperatorCall call, Labelled operand) {
        for (int i = 0; i < operand.labels().size(); i++) {
            int label = operand.labels().get(i);
            int again = operand.labels().lastIndexOf(label);
            if (again > i) {
                Value.Tensor diagonal =
                        Diagonals.diagonal(
                                call, OperatorCall.result(operand.tensor()), 0, i, again);
                List<Integer> labels = new ArrayList<>(operand.labels());
                labels.remove(again);
                labels.remove(i);
                labels.add(label);
                return withoutRepeats(call, new Labelled(diagonal.get(), labels));
            }
        }
        return operand;
    }

    /** The sum over all labels that are not in the result. */
    static SymbolicTensor contract(
            OperatorCall call, List<Labelled> operands, List<Integer> result) {
        Labelled product = operands.get(0);
        for (int i = 1; i < operands.size(); i++) {
            Set<Integer> needed = new LinkedHashSet<>(result);
            operands.subList(i + 1, operands.size()).forEach(o -> needed.addAll(o.labels()));
            product = multiply(call, product, operands.get(i), needed);
        }
        Labelled all =
                sum(
                        call,
                        product,
                        product.labels().stream().filter(l -> !result.contains(l)).toList());
        return call.primitives()
                .permute(all.tensor(), result.stream().map(all.labels()::indexOf).toList());
    }

    private static Labelled sum(OperatorCall call, Labelled x, List<Integer> over) {
        if (over.isEmpty()) {
            return x;
        }
        List<Integer> axes = over.stream().map(x.labels()::indexOf).sorted().toList();
        List<Integer> labels = new ArrayList<>(x.labels());
        labels.removeAll(over);
        return new Labelled(call.primitives().reduce("ReduceSum", x.tensor(), axes, false), labels);
    }

    private static Labelled multiply(
            OperatorCall call, Labelled left, Labelled right, Set<Integer> needed) {
        // What only one of both has, and nothing needs later, is summed at once.
        Labelled a = sum(call, squeezed(call, left, right), unneeded(left, right, needed));
        Labelled b = sum(call, squeezed(call, right, left), unneeded(right, left, needed));
        List<Integer> both = new ArrayList<>(a.labels());
        both.retainAll(b.labels());
        List<Integer> over = both.stream().filter(l -> !needed.contains(l)).toList();
        List<Integer> beside = both.stream().filter(needed::contains).toList();
        List<Integer> onlyA = new ArrayList<>(a.labels());
        onlyA.removeAll(both);
        List<Integer> onlyB = new ArrayList<>(b.labels());
        onlyB.removeAll(both);
        List<Integer> labels = new ArrayList<>(beside);
        labels.addAll(onlyA);
        labels.addAll(onlyB);
        Primitives to = call.primitives();
        SymbolicTensor rows = arranged(to, a, beside, onlyA, over);
        SymbolicTensor columns = arranged(to, b, beside, over, onlyB);
        SymbolicTensor product = over.isEmpty() ? to.mul(rows, columns) : to.matmul(rows, columns);
        List<Dim> shape = new ArrayList<>(product.shape().subList(0, beside.size()));
        onlyA.forEach(l -> shape.add(a.length(l)));
        onlyB.forEach(l -> shape.add(b.length(l)));
        return new Labelled(to.reshape(product, shape), labels);
    }

    private static List<Integer> unneeded(Labelled x, Labelled other, Set<Integer> needed) {
        List<Integer> kept = new ArrayList<>();
        for (int label : x.labels()) {
            boolean shared = other.labels().contains(label);
            boolean lost = shared && isRepeated(x, other, label);
            if (!lost && !needed.contains(label) && (!shared || isRepeated(other, x, label))) {
                kept.add(label);
            }
        }
        return kept;
    }

    /** Whether an axis of length 1 stands for a longer one of the other tensor. */
    private static boolean isRepeated(Labelled x, Labelled other, int label) {
        return x.length(label).is(1) && !other.length(label).is(1);
    }

    private static Labelled squeezed(OperatorCall call, Labelled x, Labelled other) {
        Labelled result = x;
        for (int label : x.labels()) {
            if (other.labels().contains(label) && isRepeated(x, other, label)) {
                int axis = result.labels().indexOf(label);
                List<Integer> labels = new ArrayList<>(result.labels());
                labels.remove(axis);
                result = new Labelled(call.primitives().squeeze(result.tensor(), axis), labels);
            }
        }
        return result;
    }

    /** As many axes as there are in the first group, and one for each of the other two. */
    private static SymbolicTensor arranged(
            Primitives to,
            Labelled x,
            List<Integer> beside,
            List<Integer> rows,
            List<Integer> columns) {
        List<Integer> labels = new ArrayList<>(beside);
        labels.addAll(rows);
        labels.addAll(columns);
        SymbolicTensor ordered =
                to.permute(x.tensor(), labels.stream().map(x.labels()::indexOf).toList());
        List<Dim> shape = new ArrayList<>(beside.stream().map(x::length).toList());
        shape.add(count(x, rows));
        shape.add(count(x, columns));
        return to.reshape(ordered, shape);
    }

    private static Dim count(Labelled x, List<Integer> labels) {
        return SymbolicTensor.count(labels.stream().map(x::length).toList());
    }
}
