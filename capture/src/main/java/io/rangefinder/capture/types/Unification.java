package io.rangefinder.capture.types;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fits arguments to a schema's parameters and binds its type variables. */
final class Unification {

    private final boolean implicit;
    private final Map<String, Type> bindings = new HashMap<>();

    Unification(boolean implicit) {
        this.implicit = implicit;
    }

    boolean fits(Schema.Parameter parameter, Type argument) {
        if (parameter.fixedSize()
                && parameter.type() instanceof Type.ListType list
                && fits(list.element(), argument)) {
            return true;
        }
        return fits(parameter.type(), argument);
    }

    private boolean fits(Type parameter, Type argument) {
        if (argument == Type.Basic.UNKNOWN || parameter == Type.Basic.ANY) {
            return true;
        }
        if (parameter instanceof Type.Variable variable) {
            Type bound = bindings.putIfAbsent(variable.name(), argument);
            return bound == null || bound.equals(argument) || implicit;
        }
        if (parameter instanceof Type.OptionalType optional) {
            Type value = argument instanceof Type.OptionalType a ? a.value() : argument;
            return value == Type.Basic.NONE || fits(optional.value(), value);
        }
        if (argument instanceof Type.OptionalType optional) {
            // Code refines Optional by conditions that are not followed here.
            return implicit && fits(parameter, optional.value());
        }
        if (parameter instanceof Type.ListType list) {
            return argument instanceof Type.ListType a && fits(list.element(), a.element())
                    || argument instanceof Type.TupleType tuple
                            && tuple.elements().stream().allMatch(e -> fits(list.element(), e));
        }
        if (parameter instanceof Type.DictType dict) {
            return argument instanceof Type.DictType a
                    && fits(dict.key(), a.key())
                    && fits(dict.value(), a.value());
        }
        if (parameter instanceof Type.TupleType tuple) {
            return argument instanceof Type.TupleType a && pairwise(tuple.elements(), a.elements());
        }
        return parameter.equals(argument) || converts(parameter, argument);
    }

    private boolean pairwise(List<Type> parameters, List<Type> arguments) {
        boolean fit = parameters.size() == arguments.size();
        for (int i = 0; fit && i < parameters.size(); i++) {
            fit = fits(parameters.get(i), arguments.get(i));
        }
        return fit;
    }

    private boolean converts(Type parameter, Type argument) {
        boolean number =
                argument == Type.Basic.INT
                        || argument == Type.Basic.FLOAT
                        || argument == Type.Basic.BOOL
                        || argument == Type.Basic.COMPLEX
                        || argument == Type.Basic.NUMBER;
        if (parameter == Type.Basic.NUMBER && number) {
            return true;
        }
        if (!implicit) {
            return false;
        }
        boolean toNumber =
                parameter == Type.Basic.NUMBER
                        || parameter == Type.Basic.INT
                        || parameter == Type.Basic.FLOAT
                        || parameter == Type.Basic.BOOL
                        || parameter == Type.Basic.COMPLEX;
        return toNumber && (number || argument == Type.Basic.TENSOR)
                || argument == Type.Basic.ANY
                || argument instanceof Type.UnionType;
    }

    Type substitute(Type type) {
        if (type instanceof Type.Variable variable) {
            return bindings.getOrDefault(variable.name(), Type.Basic.UNKNOWN);
        }
        if (type instanceof Type.ListType list) {
            return new Type.ListType(substitute(list.element()));
        }
        if (type instanceof Type.OptionalType optional) {
            return new Type.OptionalType(substitute(optional.value()));
        }
        if (type instanceof Type.DictType dict) {
            return new Type.DictType(substitute(dict.key()), substitute(dict.value()));
        }
        if (type instanceof Type.TupleType tuple) {
            return new Type.TupleType(tuple.elements().stream().map(this::substitute).toList());
        }
        return type;
    }
}
