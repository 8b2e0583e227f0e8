package io.rangefinder.engine;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.rangefinder.engine.backend.BackendLoader;
import io.rangefinder.engine.backend.Backends;
import io.rangefinder.engine.backend.CompilingLoader;

/**
 * Runs INT8 models. Their NDArrays are PyTorch's, as the application's translator was written for
 * them. Safe from any thread.
 */
final class Int8Engine extends Engine {

    private final BackendLoader loader;

    Int8Engine() {
        loader = new CompilingLoader(Backends.here());
    }

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
        return Backends.version();
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
                name, newBaseManager(), device == null ? defaultDevice() : device, loader);
    }

    @Override
    public NDManager newBaseManager() {
        return newBaseManager(Device.cpu());
    }

    /** On the CPU whatever the device: PyTorch need not have been built for it. */
    @Override
    public NDManager newBaseManager(Device device) {
        return pytorch().newBaseManager(Device.cpu());
    }

    @Override
    public String toString() {
        return Int8.ENGINE + " on " + Backends.everywhere();
    }
}
