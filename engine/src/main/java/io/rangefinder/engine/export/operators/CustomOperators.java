package io.rangefinder.engine.export.operators;

import java.util.Map;

/**
 * Operators of an application's own, or its own form of PyTorch's. A class with a public
 * constructor without parameters and a line with its name in {@code
 * META-INF/services/io.rangefinder.engine.export.operators.CustomOperators} adds them wherever an
 * archive is exported.
 */
@FunctionalInterface
public interface CustomOperators {

    /**
     * What they become in ONNX. Compiled models are kept by the classes beside and below this one.
     *
     * @return by qualified names without overloads, such as {@code application::scaled_tanh}; one
     *     of Rangefinder's own operators is replaced
     */
    Map<String, Operator> operators();
}
