package io.rangefinder.engine.onnxruntime;

import ai.djl.ndarray.types.DataType;
import ai.onnxruntime.OnnxJavaType;
import java.util.Optional;

/** The types of elements in ONNX Runtime's words and in DJL's. Stateless. */
final class OrtTypes {

    private OrtTypes() {}

    static Optional<DataType> djl(OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> Optional.of(DataType.FLOAT32);
            case DOUBLE -> Optional.of(DataType.FLOAT64);
            case FLOAT16 -> Optional.of(DataType.FLOAT16);
            case BFLOAT16 -> Optional.of(DataType.BFLOAT16);
            case INT8 -> Optional.of(DataType.INT8);
            case UINT8 -> Optional.of(DataType.UINT8);
            case INT16 -> Optional.of(DataType.INT16);
            case INT32 -> Optional.of(DataType.INT32);
            case INT64 -> Optional.of(DataType.INT64);
            case BOOL -> Optional.of(DataType.BOOLEAN);
            case STRING, UNKNOWN -> Optional.empty();
        };
    }

    static OnnxJavaType of(DataType type) {
        return switch (type) {
            case FLOAT32 -> OnnxJavaType.FLOAT;
            case FLOAT64 -> OnnxJavaType.DOUBLE;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case BOOLEAN -> OnnxJavaType.BOOL;
            default ->
                    throw new IllegalArgumentException(
                            "ONNX Runtime's Java interface takes no tensors of type " + type);
        };
    }
}
