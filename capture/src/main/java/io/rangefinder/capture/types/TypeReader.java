package io.rangefinder.capture.types;

import io.rangefinder.capture.torchscript.Expression;
import java.util.List;
import java.util.Optional;

/** Reads type annotations as PyTorch writes them: {@code Optional[Dict[str, Tensor]]}. */
public final class TypeReader {

    private TypeReader() {}

    /**
     * The type that an annotation names.
     *
     * @param annotation the annotation; none means Tensor, as in PyTorch
     * @return its type, {@link Type.Basic#UNKNOWN} if it is none that is known
     */
    public static Type read(Optional<Expression> annotation) {
        return annotation.map(TypeReader::read).orElse(Type.Basic.TENSOR);
    }

    /**
     * The type that an annotation names.
     *
     * @param annotation the annotation
     * @return its type, {@link Type.Basic#UNKNOWN} if it is none that is known
     */
    public static Type read(Expression annotation) {
        if (annotation instanceof Expression.Subscript subscript) {
            return parameterized(subscript.target().dottedName().orElse(""), subscript.indices());
        }
        if (annotation.equals(new Expression.Literal("None"))) {
            return Type.Basic.NONE;
        }
        return annotation.dottedName().map(TypeReader::named).orElse(Type.Basic.UNKNOWN);
    }

    private static Type parameterized(String name, List<Expression> parameters) {
        return switch (name) {
            case "List" -> new Type.ListType(read(parameters.get(0)));
            case "Optional" -> new Type.OptionalType(read(parameters.get(0)));
            case "Final" -> read(parameters.get(0));
            case "Dict" ->
                    parameters.size() == 2
                            ? new Type.DictType(read(parameters.get(0)), read(parameters.get(1)))
                            : Type.Basic.UNKNOWN;
            // Tuple[()] is the empty tuple.
            case "Tuple" ->
                    parameters.get(0) instanceof Expression.TupleLiteral
                            ? new Type.TupleType(List.of())
                            : new Type.TupleType(
                                    parameters.stream().map(TypeReader::read).toList());
            case "Union" -> new Type.UnionType(parameters.stream().map(TypeReader::read).toList());
            case "Future", "Await", "RRef" -> Type.Basic.OTHER;
            default -> Type.Basic.UNKNOWN;
        };
    }

    private static Type named(String name) {
        return switch (name) {
            case "Tensor" -> Type.Basic.TENSOR;
            case "int", "Layout", "ScalarType", "MemoryFormat" -> Type.Basic.INT;
            case "float" -> Type.Basic.FLOAT;
            case "bool" -> Type.Basic.BOOL;
            case "complex" -> Type.Basic.COMPLEX;
            case "number", "Scalar" -> Type.Basic.NUMBER;
            case "str" -> Type.Basic.STRING;
            case "NoneType" -> Type.Basic.NONE;
            case "Any" -> Type.Basic.ANY;
            case "Device", "Generator", "Stream", "Storage", "QScheme" -> Type.Basic.OTHER;
            default ->
                    name.startsWith("__torch__.") ? new Type.ClassType(name) : Type.Basic.UNKNOWN;
        };
    }
}
