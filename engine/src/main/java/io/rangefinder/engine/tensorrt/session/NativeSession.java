package io.rangefinder.engine.tensorrt.session;

import ai.djl.engine.EngineException;
import io.rangefinder.engine.session.TensorDescription;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A native session and the buffers that it reads and writes, which live as long as it does.
 *
 * @param handle its address
 * @param inputs a direct buffer for each input
 * @param outputs a direct buffer for each output
 */
record NativeSession(long handle, List<ByteBuffer> inputs, List<ByteBuffer> outputs) {

    private static final int CHUNK = 1 << 16;

    /**
     * Makes a session and binds every tensor. Buffers come first: if there is no memory for them,
     * nothing native is left behind.
     *
     * @throws EngineException if shapes are not those of the description
     */
    static NativeSession create(TrtNative trt, long model, PlanSignature plan) {
        List<ByteBuffer> inputs = allocate(plan.inputs());
        List<ByteBuffer> outputs = allocate(plan.outputs());
        long handle = trt.createSession(model);
        try {
            bind(trt, handle, plan.inputs(), inputs);
            bind(trt, handle, plan.outputs(), outputs);
        } catch (RuntimeException | Error e) {
            trt.deleteSession(handle);
            throw e;
        }
        return new NativeSession(handle, inputs, outputs);
    }

    private static List<ByteBuffer> allocate(List<TensorDescription> tensors) {
        List<ByteBuffer> buffers = new ArrayList<>(tensors.size());
        for (TensorDescription tensor : tensors) {
            buffers.add(
                    ByteBuffer.allocateDirect(tensor.byteSize()).order(ByteOrder.nativeOrder()));
        }
        return List.copyOf(buffers);
    }

    private static void bind(
            TrtNative trt, long handle, List<TensorDescription> tensors, List<ByteBuffer> buffers) {
        for (int i = 0; i < tensors.size(); i++) {
            TensorDescription tensor = tensors.get(i);
            long[] shape = trt.shape(handle, tensor.name());
            if (!Arrays.equals(shape, tensor.shape().getShape())) {
                throw new EngineException(
                        "tensor "
                                + tensor.name()
                                + " of the plan is of shape "
                                + Arrays.toString(shape)
                                + ", not "
                                + tensor.shape()
                                + " as its description says; build the plan anew");
            }
            trt.bind(handle, tensor.name(), buffers.get(i));
        }
    }

    /** Leaves no sample for who comes next. */
    void clearInputs() {
        byte[] zeros = new byte[CHUNK];
        for (ByteBuffer input : inputs) {
            for (int at = 0; at < input.capacity(); at += CHUNK) {
                input.put(at, zeros, 0, Math.min(CHUNK, input.capacity() - at));
            }
        }
    }
}
