package io.rangefinder.engine.export.graph;

import java.util.Set;

/** What computing constants may take. A model can ask for any amount with a few lines of code. */
final class ConstantBudget {

    private static final Set<String> PRODUCTS =
            Set.of(
                    "AveragePool",
                    "Conv",
                    "ConvTranspose",
                    "Einsum",
                    "GRU",
                    "Gemm",
                    "LSTM",
                    "MatMul",
                    "MaxPool",
                    "RNN");

    /** Times a weight's bytes: a weight norm, say, takes five steps. */
    private static final int MADE_OF_WEIGHT = 8;

    /** More than one model in memory or in ONNX's format can be, anyway. */
    private long bytes = 3L << 29;

    /** What is made, by the size of what it may be made of: weights in another type or norm. */
    private long made = 256L << 20;

    /** Minutes at most, as it is an upper bound of what there is to do. */
    private double operations = 1e12;

    /** Takes what a weight needs, if it is there. */
    boolean take(Initializer weight) {
        made += MADE_OF_WEIGHT * weight.bytes();
        return take(weight.bytes(), 0);
    }

    /** Takes what a node needs, if it is there. */
    boolean take(Node node, GraphTensors tensors) {
        double memory = 0;
        double largest = 1;
        double elements = 0;
        for (String output : node.outputs()) {
            if (!output.isEmpty()) {
                memory += tensors.info(output).bytes();
                elements += tensors.info(output).elements();
            }
        }
        for (String input : node.inputs()) {
            largest = Math.max(largest, input.isEmpty() ? 0 : tensors.info(input).elements());
        }
        double work = PRODUCTS.contains(node.operator()) ? elements * largest : elements;
        if (memory > made || !take(memory, work)) {
            return false;
        }
        made -= (long) memory;
        return true;
    }

    private boolean take(double memory, double work) {
        if (memory > bytes || work > operations) {
            return false;
        }
        bytes -= (long) memory;
        operations -= work;
        return true;
    }
}
