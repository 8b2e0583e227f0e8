package io.rangefinder.engine.operators;

import java.util.Set;

/** The operators that move elements of their first input and change none. Stateless. */
public final class MovingOperators {

    private static final Set<String> OPERATORS =
            Set.of(
                    "DepthToSpace",
                    "Expand",
                    "Flatten",
                    "Gather",
                    "GatherElements",
                    "GatherND",
                    "Identity",
                    "Reshape",
                    "Slice",
                    "SpaceToDepth",
                    "Split",
                    "Squeeze",
                    "Tile",
                    "Transpose",
                    "Unsqueeze");

    private MovingOperators() {}

    /**
     * Whether an operator is one of them.
     *
     * @param operator an operator of ONNX's own domain, such as {@code Transpose}
     * @return true if each element of its outputs is one of its first input
     */
    public static boolean contains(String operator) {
        return OPERATORS.contains(operator);
    }
}
