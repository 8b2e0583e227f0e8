package io.rangefinder.engine;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;
import ai.djl.ndarray.NDManager;
import io.rangefinder.engine.backend.BackendLoader;

/** The engine {@code Int8} under another name, whose backend is a stand-in for a device. */
final class StandInEngineProvider implements EngineProvider {

    private final String name;
    private final BackendLoader loader;

    StandInEngineProvider(String name, BackendLoader loader) {
        this.name = name;
        this.loader = loader;
    }

    @Override
    public String getEngineName() {
        return name;
    }

    @Override
    public int getEngineRank() {
        return Int8EngineProvider.RANK;
    }

    @Override
    public Engine getEngine() {
        Engine int8 = new Int8EngineProvider().getEngine();
        return new Engine() {
            @Override
            public Engine getAlternativeEngine() {
                return int8.getAlternativeEngine();
            }

            @Override
            public String getEngineName() {
                return name;
            }

            @Override
            public int getRank() {
                return Int8EngineProvider.RANK;
            }

            @Override
            public String getVersion() {
                return int8.getVersion();
            }

            @Override
            public boolean hasCapability(String capability) {
                return false;
            }

            @Override
            public Model newModel(String modelName, Device device) {
                return new Int8Model(
                        modelName,
                        newBaseManager(),
                        device == null ? int8.defaultDevice() : device,
                        loader);
            }

            @Override
            public NDManager newBaseManager() {
                return int8.newBaseManager();
            }

            @Override
            public NDManager newBaseManager(Device device) {
                return int8.newBaseManager(device);
            }
        };
    }
}
