package io.rangefinder.engine.export.interpret;

import io.rangefinder.capture.types.Type;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The types of values. Stateless. */
final class Types {

    private Types() {}

    static Type of(Value value) {
        if (value instanceof Value.Tensor || value instanceof Value.Nested) {
            return Type.Basic.TENSOR;
        }
        if (value instanceof Value.Int) {
            return Type.Basic.INT;
        }
        if (value instanceof Value.Bool) {
            return Type.Basic.BOOL;
        }
        if (value instanceof Value.Real || value instanceof Value.RealDim) {
            return Type.Basic.FLOAT;
        }
        if (value instanceof Value.Text) {
            return Type.Basic.STRING;
        }
        if (value instanceof Value.ListOf list) {
            return new Type.ListType(common(list.elements()));
        }
        if (value instanceof Value.Tuple tuple) {
            return new Type.TupleType(tuple.elements().stream().map(Types::of).toList());
        }
        if (value instanceof Value.Dict dict) {
            Iterator<Map.Entry<Value, Value>> entries = dict.entries().entrySet().iterator();
            if (!entries.hasNext()) {
                return new Type.DictType(Type.Basic.UNKNOWN, Type.Basic.UNKNOWN);
            }
            Map.Entry<Value, Value> first = entries.next();
            return new Type.DictType(of(first.getKey()), of(first.getValue()));
        }
        if (value instanceof Value.Instance instance) {
            return new Type.ClassType(instance.className());
        }
        if (value == Value.None.NONE) {
            return Type.Basic.NONE;
        }
        return value == Value.Opaque.OPAQUE ? Type.Basic.OTHER : Type.Basic.UNKNOWN;
    }

    /** The type of a list's elements: None may stand among others. */
    private static Type common(List<Value> elements) {
        Type type = Type.Basic.UNKNOWN;
        boolean none = false;
        for (Value element : elements) {
            none |= element == Value.None.NONE;
            type = element == Value.None.NONE ? type : of(element);
        }
        return none ? new Type.OptionalType(type) : type;
    }

    /** Whether a value is of a declared type. */
    static boolean isInstance(Value value, Type type) {
        if (type == Type.Basic.ANY) {
            return true;
        }
        if (type instanceof Type.UnionType union) {
            return union.members().stream().anyMatch(m -> isInstance(value, m));
        }
        if (type instanceof Type.OptionalType optional) {
            return value == Value.None.NONE || isInstance(value, optional.value());
        }
        if (type instanceof Type.ListType list) {
            return value instanceof Value.ListOf of
                    && of.elements().stream().allMatch(e -> isInstance(e, list.element()));
        }
        if (type instanceof Type.DictType dict) {
            return value instanceof Value.Dict of
                    && of.entries().entrySet().stream()
                            .allMatch(
                                    e ->
                                            isInstance(e.getKey(), dict.key())
                                                    && isInstance(e.getValue(), dict.value()));
        }
        if (type instanceof Type.TupleType tuple) {
            boolean fits =
                    value instanceof Value.Tuple of
                            && of.elements().size() == tuple.elements().size();
            for (int i = 0; fits && i < tuple.elements().size(); i++) {
                fits = isInstance(((Value.Tuple) value).elements().get(i), tuple.elements().get(i));
            }
            return fits;
        }
        if (type == Type.Basic.NUMBER) {
            return value instanceof Value.Scalar;
        }
        return of(value).equals(type);
    }

    /** Whether nothing is known of a value or of a part of it. */
    static boolean isUnknown(Value value) {
        if (value instanceof Value.ListOf list) {
            return list.elements().stream().anyMatch(Types::isUnknown);
        }
        if (value instanceof Value.Tuple tuple) {
            return tuple.elements().stream().anyMatch(Types::isUnknown);
        }
        return value == Value.Unknown.UNKNOWN;
    }
}
