package io.rangefinder.engine.tensorrt.session;

import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What DJL's native layer for TensorRT offers, call by call. Models and sessions are addresses: one
 * that is deleted, or was never given out, ends the process.
 */
interface TrtNative {

    /** Loads a serialized plan; {@link ai.djl.engine.EngineException} if TensorRT refuses it. */
    long loadPlan(Path plan, int device, OptionalInt dlaCore);

    String[] inputNames(long model);

    /** {@link UnsupportedOperationException} if a type is unknown to DJL. */
    DataType[] inputTypes(long model);

    String[] outputNames(long model);

    /** {@link UnsupportedOperationException} if a type is unknown to DJL. */
    DataType[] outputTypes(long model);

    /** Ends the process if the device has no memory for it, or a shape is not static. */
    long createSession(long model);

    long[] shape(long session, String name);

    /** Keeps the address of a direct buffer: the caller keeps the buffer. */
    void bind(long session, String name, ByteBuffer buffer);

    /** Copies inputs to the device, executes, copies outputs back. Every tensor must be bound. */
    void run(long session);

    void deleteSession(long session);

    void deleteModel(long model);
}
