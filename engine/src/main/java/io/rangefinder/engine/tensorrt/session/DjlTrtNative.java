package io.rangefinder.engine.tensorrt.session;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.tensorrt.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** DJL's native layer itself. Stateless; the class links only where DJL's engine is there. */
final class DjlTrtNative implements TrtNative {

    /** One for all models, which take turns on it where they allocate. */
    static final TrtNative INSTANCE = new DjlTrtNative();

    /** DJL's number for a serialized plan; 0 is ONNX and 1 is UFF. */
    private static final int PLAN = 2;

    private DjlTrtNative() {}

    @Override
    public long loadPlan(Path plan, int device, OptionalInt dlaCore) {
        // "int8", whatever its value, would only change how an ONNX is built.
        Map<String, Integer> options =
                dlaCore.isPresent() ? Map.of("dlaCore", dlaCore.getAsInt()) : Map.of();
        return JniUtils.loadModel(PLAN, plan.toString(), Device.gpu(device), options);
    }

    @Override
    public String[] inputNames(long model) {
        return JniUtils.getInputNames(model);
    }

    @Override
    public DataType[] inputTypes(long model) {
        return JniUtils.getInputDataTypes(model);
    }

    @Override
    public String[] outputNames(long model) {
        return JniUtils.getOutputNames(model);
    }

    @Override
    public DataType[] outputTypes(long model) {
        return JniUtils.getOutputDataTypes(model);
    }

    @Override
    public long createSession(long model) {
        return JniUtils.createSession(model);
    }

    @Override
    public long[] shape(long session, String name) {
        return JniUtils.getShape(session, name);
    }

    @Override
    public void bind(long session, String name, ByteBuffer buffer) {
        JniUtils.bind(session, name, buffer);
    }

    @Override
    public void run(long session) {
        JniUtils.runTrtModel(session);
    }

    @Override
    public void deleteSession(long session) {
        JniUtils.deleteSession(session);
    }

    @Override
    public void deleteModel(long model) {
        JniUtils.deleteTrtModel(model);
    }
}
