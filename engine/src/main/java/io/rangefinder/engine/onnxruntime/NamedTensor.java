package io.rangefinder.engine.onnxruntime;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;

/**
 * A tensor that goes into a model or comes out of it.
 *
 * @param name its name in the model
 * @param type its element type
 * @param shape the length of each axis, none of them unknown
 * @param data its elements from position 0 to the capacity, the last axis fastest, in native byte
 *     order; best a direct buffer, which is read without a copy. Not copied here
 */
public record NamedTensor(String name, DataType type, Shape shape, ByteBuffer data) {

    /**
     * Checks the length.
     *
     * @param name its name in the model
     * @param type its element type
     * @param shape the length of each axis
     * @param data its elements
     * @throws IllegalArgumentException if {@code data} is shorter or longer than type and shape say
     */
    public NamedTensor {
        Objects.requireNonNull(name, "name");
        long bytes = Math.multiplyExact(shape.size(), type.getNumOfBytes());
        if (bytes != data.capacity()) {
            throw new IllegalArgumentException(
                    String.format(
                            "tensor '%s' of shape %s and type %s takes %d bytes, not %d",
                            name, shape, type, bytes, data.capacity()));
        }
        data = data.duplicate().order(ByteOrder.nativeOrder()).clear();
    }

    /**
     * Copies float32 values into a direct buffer.
     *
     * @param name the tensor's name
     * @param values its elements, the last axis fastest
     * @param shape the length of each axis
     * @return the tensor
     * @throws IllegalArgumentException if {@code shape} does not hold as many values
     */
    public static NamedTensor ofFloats(String name, float[] values, Shape shape) {
        ByteBuffer data =
                ByteBuffer.allocateDirect(values.length * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        data.asFloatBuffer().put(values);
        return new NamedTensor(name, DataType.FLOAT32, shape, data);
    }

    /**
     * Copies int64 values into a direct buffer.
     *
     * @param name the tensor's name
     * @param values its elements, the last axis fastest
     * @param shape the length of each axis
     * @return the tensor
     * @throws IllegalArgumentException if {@code shape} does not hold as many values
     */
    public static NamedTensor ofLongs(String name, long[] values, Shape shape) {
        ByteBuffer data =
                ByteBuffer.allocateDirect(values.length * Long.BYTES)
                        .order(ByteOrder.nativeOrder());
        data.asLongBuffer().put(values);
        return new NamedTensor(name, DataType.INT64, shape, data);
    }

    /**
     * Copies the elements of a float32 tensor.
     *
     * @return the elements, the last axis fastest
     * @throws IllegalStateException if the type is not float32
     */
    public float[] toFloats() {
        if (type != DataType.FLOAT32) {
            throw new IllegalStateException("tensor '" + name + "' is of type " + type);
        }
        FloatBuffer floats =
                data.duplicate().order(ByteOrder.nativeOrder()).clear().asFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return values;
    }
}
