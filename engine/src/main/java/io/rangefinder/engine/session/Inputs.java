package io.rangefinder.engine.session;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

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

    /** The shape of an input that carries the batch, which has a length if others gave it one. */
    static String withBatch(TensorDescription input, OptionalLong size) {
        List<String> axes = new ArrayList<>();
        axes.add(size.isPresent() ? Long.toString(size.getAsLong()) : "any batch");
        for (int axis = 1; axis < input.shape().dimension(); axis++) {
            axes.add(Long.toString(input.shape().get(axis)));
        }
        return "(" + String.join(", ", axes) + ")";
    }

    static UnsuitableInputException wrongShape(
            TensorDescription input, String expected, Shape given) {
        return new UnsuitableInputException(
                "input "
                        + input.name()
                        + " must be of shape "
                        + expected
                        + " but is "
                        + given
                        + FixedLengths.remedy(input.shape(), given, 1));
    }

    /** Of one sample, which lacks the batch's axis. */
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
                        + sample
                        + FixedLengths.remedy(input.shape().slice(1), given, 0));
    }
}
