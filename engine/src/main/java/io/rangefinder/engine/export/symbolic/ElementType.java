package io.rangefinder.engine.export.symbolic;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A tensor's element type, with the numbers that PyTorch ({@code c10/core/ScalarType.h}) and ONNX
 * ({@code onnx.proto}) have for it. Types that ONNX Runtime or TensorRT have no operators for are
 * left out.
 */
public enum ElementType {
    /** 8 bits, not negative. */
    UINT8(0, TensorProto.DataType.UINT8, 1),
    /** 8 bits. */
    INT8(1, TensorProto.DataType.INT8, 1),
    /** 16 bits. */
    INT16(2, TensorProto.DataType.INT16, 2),
    /** 32 bits. */
    INT32(3, TensorProto.DataType.INT32, 4),
    /** 64 bits. */
    INT64(4, TensorProto.DataType.INT64, 8),
    /** Half precision. */
    FLOAT16(5, TensorProto.DataType.FLOAT16, 2),
    /** Single precision. */
    FLOAT32(6, TensorProto.DataType.FLOAT, 4),
    /** Double precision. */
    FLOAT64(7, TensorProto.DataType.DOUBLE, 8),
    /** Complex numbers of two halves. */
    COMPLEX32(8, TensorProto.DataType.FLOAT16, 4),
    /** Complex numbers of two float32. */
    COMPLEX64(9, TensorProto.DataType.FLOAT, 8),
    /** Complex numbers of two float64. */
    COMPLEX128(10, TensorProto.DataType.DOUBLE, 16),
    /** True or false, a byte each. */
    BOOL(11, TensorProto.DataType.BOOL, 1),
    /** The upper half of single precision, computed in single precision. */
    BFLOAT16(15, TensorProto.DataType.FLOAT, 2);

    private final int pyTorch;
    private final TensorProto.DataType onnx;
    private final int bytes;

    ElementType(int pyTorch, TensorProto.DataType onnx, int bytes) {
        this.pyTorch = pyTorch;
        this.onnx = onnx;
        this.bytes = bytes;
    }

    /**
     * The type by PyTorch's number, which TorchScript's {@code dtype} arguments are.
     *
     * @param number the number
     * @return the type, if it is one of these
     */
    public static Optional<ElementType> ofPyTorch(long number) {
        return Arrays.stream(values()).filter(t -> t.pyTorch == number).findFirst();
    }

    /**
     * The type by its name in range files, which don't have complex ones.
     *
     * @param name such as {@code float32}
     * @return the type, if it is one of these
     */
    public static Optional<ElementType> named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(t -> t.name().equals(upper.equals("BOOLEAN") ? "BOOL" : upper))
                .filter(t -> !t.isComplex())
                .findFirst();
    }

    /**
     * The type that a tensor of this type has in ONNX: of bfloat16, ONNX Runtime has hardly an
     * operator for CPUs, and TensorRT 8 none. Single precision holds each of its values. Complex
     * numbers are real ones there, with one more axis.
     *
     * @return this type, float32 for bfloat16, or {@link #part()} of a complex one
     */
    public ElementType inGraph() {
        return this == BFLOAT16 ? FLOAT32 : part();
    }

    /**
     * Whether it has a real and an imaginary part.
     *
     * @return true if it has
     */
    public boolean isComplex() {
        return this == COMPLEX32 || this == COMPLEX64 || this == COMPLEX128;
    }

    /**
     * The type of the real and of the imaginary part.
     *
     * @return their type; this one if it is not complex
     */
    public ElementType part() {
        return switch (this) {
            case COMPLEX32 -> FLOAT16;
            case COMPLEX64 -> FLOAT32;
            case COMPLEX128 -> FLOAT64;
            default -> this;
        };
    }

    /**
     * The complex type that numbers of this type become.
     *
     * @return the type whose parts hold what this type does; complex64 for whole numbers
     */
    public ElementType complex() {
        return switch (this) {
            case COMPLEX32, FLOAT16 -> COMPLEX32;
            case COMPLEX128, FLOAT64 -> COMPLEX128;
            default -> COMPLEX64;
        };
    }

    /**
     * PyTorch's number.
     *
     * @return the number
     */
    public int pyTorch() {
        return pyTorch;
    }

    /**
     * ONNX's number for {@link #inGraph()}.
     *
     * @return the number
     */
    public int onnx() {
        return onnx.getNumber();
    }

    /**
     * The size of an element.
     *
     * @return the number of bytes
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Whether it has fractions.
     *
     * @return true if it has
     */
    public boolean isFloating() {
        return switch (this) {
            case FLOAT16, FLOAT32, FLOAT64, BFLOAT16 -> true;
            default -> false;
        };
    }

    /**
     * The type that holds what both hold, as PyTorch's arithmetic does ({@code
     * c10/core/ScalarType.cpp}, promoteTypes).
     *
     * @param other the other type
     * @return the common type
     */
    public ElementType promote(ElementType other) {
        if (this == other || other == BOOL) {
            return this;
        }
        if (this == BOOL) {
            return other;
        }
        if (isComplex() || other.isComplex()) {
            return part().promote(other.part()).complex();
        }
        if (isFloating() != other.isFloating()) {
            return isFloating() ? this : other;
        }
        if (isFloating()) {
            boolean halves = bytes == 2 && other.bytes == 2;
            return halves ? FLOAT32 : bytes > other.bytes ? this : other;
        }
        boolean bytesOfBothSigns = bytes == 1 && other.bytes == 1;
        return bytesOfBothSigns ? INT16 : bytes > other.bytes ? this : other;
    }
}
