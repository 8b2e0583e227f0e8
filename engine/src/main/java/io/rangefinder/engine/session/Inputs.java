package io.rangefinder.engine.session;

import ai.djl.ndarray.types.Shape;
import java.util.List;

/** What is wrong with inputs, in words. */
final class Inputs {

    private Inputs() {}

    static void requireCount(List<TensorDescription> inputs, int given) {
        if (given != inputs.size()) {
            throw new UnsuitableInputException(
                    "the model takes "
                            + inputs.size()
                            + " inputs, "
                            + inputs
                            + ", but was given "
                            + given);
        }
    }

    /** The shape of an input, its batch of the length that the others have. */
    static String anyBatch(TensorDescription input, long size) {
        String rest = input.shape().slice(1).toString();
        String axes = rest.equals("()") ? "" : ", " + rest.substring(1, rest.length() - 1);
        return "(" + (size < 0 ? "any batch" : size) + axes + ")";
    }

    static UnsuitableInputException wrongShape(
            TensorDescription input, String expected, Shape given) {
        return new UnsuitableInputException(
                "input " + input.name() + " must be of shape " + expected + " but is " + given);
    }

    static UnsuitableInputException wrongShape(
            TensorDescription input, String expected, Shape given, int sample) {
        return new UnsuitableInputException(
                "input "
                        + input.name()
                        + " must be of shape "
                        + expected
                        + " but is "
                        + given
                        + " in sample "
                        + sample);
    }
}
