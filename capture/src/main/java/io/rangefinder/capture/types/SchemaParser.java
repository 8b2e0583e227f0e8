package io.rangefinder.capture.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a schema as PyTorch prints it ({@code aten/src/ATen/core/function_schema.h}): {@code
 * aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor}.
 */
final class SchemaParser {

    private final String text;
    private int position;
    private boolean mutates;

    private SchemaParser(String text) {
        this.text = text;
    }

    static Schema parse(String text) {
        return new SchemaParser(text).schema();
    }

    private Schema schema() {
        int open = text.indexOf('(');
        String name = text.substring(0, open);
        int dot = name.indexOf('.', name.indexOf("::") + 2);
        position = open + 1;
        List<Schema.Parameter> parameters = new ArrayList<>();
        boolean keywordOnly = false;
        boolean variadic = false;
        while (!accept(")")) {
            if (accept("...")) {
                variadic = true;
            } else if (accept("*")) {
                keywordOnly = true;
            } else {
                parameters.add(parameter(keywordOnly));
            }
            accept(",");
        }
        boolean changes = mutates;
        skipSpaces();
        position += "->".length();
        return new Schema(
                dot < 0 ? name : name.substring(0, dot),
                List.copyOf(parameters),
                returns(),
                changes,
                variadic);
    }

    private Schema.Parameter parameter(boolean keywordOnly) {
        int start = position;
        Type type = type();
        boolean fixedSize = text.substring(start, position).matches("(?s).*\\[\\d+\\].*");
        String name = word();
        Optional<String> value = accept("=") ? Optional.of(defaultValue()) : Optional.empty();
        return new Schema.Parameter(name, type, value, keywordOnly, fixedSize);
    }

    private String defaultValue() {
        int start = position;
        skipDefault();
        return text.substring(start, position);
    }

    private void skipDefault() {
        int depth = 0;
        char quote = 0;
        for (; position < text.length(); position++) {
            char c = text.charAt(position);
            if (quote != 0 && c == '\\') {
                position++;
            } else if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '(' || c == '[') {
                depth++;
            } else if (depth > 0 && (c == ')' || c == ']')) {
                depth--;
            } else if (depth == 0 && (c == ')' || c == ',')) {
                return;
            }
        }
    }

    private Type returns() {
        if (!accept("(")) {
            return accept("...") ? Type.Basic.UNKNOWN : type();
        }
        List<Type> types = new ArrayList<>();
        while (!accept(")")) {
            types.add(type());
            word();
            accept(",");
        }
        return types.isEmpty() ? Type.Basic.NONE : new Type.TupleType(List.copyOf(types));
    }

    private Type type() {
        String name = word();
        Type type = parameterized(name);
        while (true) {
            if (accept("?")) {
                type = new Type.OptionalType(type);
            } else if (accept("[")) {
                position = text.indexOf(']', position) + 1;
                type = new Type.ListType(type);
            } else if (position < text.length() && text.charAt(position) == '(') {
                int close = text.indexOf(')', position);
                // An alias annotation: "!" says that the argument is written to.
                mutates |= text.substring(position, close).contains("!") && holdsTensor(type);
                position = close + 1;
            } else {
                return type;
            }
        }
    }

    private Type parameterized(String name) {
        switch (name) {
            case "Dict":
                accept("(");
                Type key = type();
                accept(",");
                Type value = type();
                accept(")");
                return new Type.DictType(key, value);
            case "Future", "Await", "RRef", "Union":
                accept("(");
                while (!accept(")")) {
                    type();
                    accept(",");
                }
                return name.equals("Union") ? Type.Basic.ANY : Type.Basic.OTHER;
            default:
                return basic(name);
        }
    }

    private static boolean holdsTensor(Type type) {
        return type == Type.Basic.TENSOR
                || type instanceof Type.OptionalType optional && holdsTensor(optional.value())
                || type instanceof Type.ListType list
                        && (list.element() == Type.Basic.TENSOR
                                || list.element() instanceof Type.Variable);
    }

    private static Type basic(String name) {
        return switch (name) {
            case "Tensor" -> Type.Basic.TENSOR;
            case "int", "SymInt", "ScalarType", "Layout", "MemoryFormat" -> Type.Basic.INT;
            case "float" -> Type.Basic.FLOAT;
            case "bool" -> Type.Basic.BOOL;
            case "complex" -> Type.Basic.COMPLEX;
            case "Scalar", "number" -> Type.Basic.NUMBER;
            case "str" -> Type.Basic.STRING;
            case "NoneType" -> Type.Basic.NONE;
            case "Any", "AnyListType", "AnyTupleType", "AnyEnumType", "AnyClassType" ->
                    Type.Basic.ANY;
            default ->
                    !name.isEmpty() && Character.isLowerCase(name.charAt(0))
                            ? new Type.Variable(name)
                            : Type.Basic.OTHER;
        };
    }

    private boolean accept(String expected) {
        skipSpaces();
        if (text.startsWith(expected, position)) {
            position += expected.length();
            return true;
        }
        return false;
    }

    private void skipSpaces() {
        while (position < text.length() && text.charAt(position) == ' ') {
            position++;
        }
    }

    private String word() {
        skipSpaces();
        int start = position;
        while (position < text.length()
                && (Character.isLetterOrDigit(text.charAt(position))
                        || "_.".indexOf(text.charAt(position)) >= 0)) {
            position++;
        }
        return text.substring(start, position);
    }
}
