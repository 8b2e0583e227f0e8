package io.rangefinder.capture.types;

import java.util.List;

/** A TorchScript type. Immutable. */
public sealed interface Type {

    /** Types without parameters. */
    enum Basic implements Type {
        /** {@code Tensor}. */
        TENSOR,
        /** {@code int}, and what PyTorch holds as one: dtype, layout, memory format. */
        INT,
        /** {@code float}. */
        FLOAT,
        /** {@code bool}. */
        BOOL,
        /** {@code complex}. */
        COMPLEX,
        /** {@code number} or {@code Scalar}: any of the above four. */
        NUMBER,
        /** {@code str}. */
        STRING,
        /** {@code NoneType}. */
        NONE,
        /** {@code Any}: told only when it runs. */
        ANY,
        /** Something that is no tensor and holds none: a device, a generator, a future, …. */
        OTHER,
        /** Not known from the code; it may be a tensor. */
        UNKNOWN
    }

    /**
     * {@code List[element]}.
     *
     * @param element the elements' type
     */
    record ListType(Type element) implements Type {}

    /**
     * {@code Tuple[elements]}.
     *
     * @param elements the types in order
     */
    record TupleType(List<Type> elements) implements Type {}

    /**
     * {@code Dict[key, value]}.
     *
     * @param key the keys' type
     * @param value the values' type
     */
    record DictType(Type key, Type value) implements Type {}

    /**
     * {@code Optional[value]}.
     *
     * @param value the type if it is not None
     */
    record OptionalType(Type value) implements Type {}

    /**
     * {@code Union[members]}: one of them, told only when it runs.
     *
     * @param members the types it may be
     */
    record UnionType(List<Type> members) implements Type {}

    /**
     * A class of the archive.
     *
     * @param qualifiedName its qualified name
     */
    record ClassType(String qualifiedName) implements Type {}

    /**
     * A type variable of a schema, such as {@code t}.
     *
     * @param name its name
     */
    record Variable(String name) implements Type {}
}
