package io.rangefinder.engine;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.onnxruntime.OrtEnvironment;

/**
 * Runs INT8 models. Their NDArrays are PyTorch's, as the application's translator was written for
 * them. Safe from any thread.
 */
final class Int8Engine extends Engine {

    private final OnnxRuntimeBackend onnxRuntime = new OnnxRuntimeBackend();

    private static Engine pytorch() {
        return Engine.getEngine("PyTorch");
    }

    @Override
    public Engine getAlternativeEngine() {
        return pytorch();
    }

    @Override
    public String getEngineName() {
        return Int8.ENGINE;
    }

    @Override
    public int getRank() {
        return Int8EngineProvider.RANK;
    }

    @Override
    public String getVersion() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    @Override
    public boolean hasCapability(String capability) {
        return false;
    }

    @Override
    public Device defaultDevice() {
        return Device.cpu();
    }

    @Override
    public Model newModel(String name, Device device) {
        return new Int8Model(
                name,
                pytorch().newBaseManager(Device.cpu()),
                device == null ? Device.cpu() : device,
                onnxRuntime);
    }

    @Override
    public NDManager newBaseManager() {
        return newBaseManager(Device.cpu());
    }

    @Override
    public NDManager newBaseManager(Device device) {
        return pytorch().newBaseManager(device);
    }

    @Override
    public String toString() {
        return Int8.ENGINE + " on ONNX Runtime " + getVersion();
    }
}
