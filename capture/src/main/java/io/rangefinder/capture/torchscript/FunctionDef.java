package io.rangefinder.capture.torchscript;

import java.util.List;
import java.util.Optional;

/**
 * A function or a method.
 *
 * @param line the line of {@code def}
 * @param name its name
 * @param parameters its parameters, a method's {@code self} first
 * @param returns its result's type
 * @param body its statements
 */
public record FunctionDef(
        int line,
        String name,
        List<Parameter> parameters,
        Optional<Expression> returns,
        List<Statement> body) {

    /**
     * A parameter.
     *
     * @param name its name
     * @param type its type; PyTorch takes one without as {@code Tensor}
     * @param defaultValue the value that a caller may leave out
     */
    public record Parameter(
            String name, Optional<Expression> type, Optional<Expression> defaultValue) {}
}
