package io.rangefinder.capture.torchscript;

import java.util.List;
import java.util.Optional;

/**
 * A class: a module, a TorchScript class, a NamedTuple, an Enum or an interface.
 *
 * @param line the line of {@code class}
 * @param name its name within its file
 * @param bases what it derives from: {@code Module}, {@code NamedTuple}, {@code Enum}, {@code
 *     ModuleInterface}, or nothing
 * @param attributes its attributes in order
 * @param methods its methods in order
 * @param indent the white space before its members
 * @param end the offset in the file's text at which members may be added
 */
public record ClassDef(
        int line,
        String name,
        List<Expression> bases,
        List<AttributeDef> attributes,
        List<FunctionDef> methods,
        String indent,
        int end) {

    /**
     * An attribute of the class, or one of {@code __parameters__}, {@code __buffers__}, ….
     *
     * @param name its name, which need not be an identifier ({@code __annotations__["0"]})
     * @param type its declared type
     * @param value its value, if given
     */
    public record AttributeDef(
            String name, Optional<Expression> type, Optional<Expression> value) {}

    /**
     * Looks a method up.
     *
     * @param method its name
     * @return the method, if the class has it
     */
    public Optional<FunctionDef> method(String method) {
        return methods.stream().filter(m -> m.name().equals(method)).findFirst();
    }

    /**
     * Looks an attribute up.
     *
     * @param attribute its name
     * @return the attribute, if the class has it
     */
    public Optional<AttributeDef> attribute(String attribute) {
        return attributes.stream().filter(a -> a.name().equals(attribute)).findFirst();
    }
}
