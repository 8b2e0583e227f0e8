package io.rangefinder.capture;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.SymbolBlock;

/** DJL's PyTorch engine, but for the models that it makes. Safe from any thread. */
final class RangeCaptureEngine extends Engine {

    /** Asked for when it is needed: DJL loads engines while it looks for them. */
    private static Engine pytorch() {
        return Engine.getEngine("PyTorch");
    }

    @Override
    public Engine getAlternativeEngine() {
        return pytorch();
    }

    @Override
    public String getEngineName() {
        return RangeCapture.ENGINE;
    }

    @Override
    public int getRank() {
        return RangeCaptureEngineProvider.RANK;
    }

    @Override
    public String getVersion() {
        return pytorch().getVersion();
    }

    @Override
    public boolean hasCapability(String capability) {
        return pytorch().hasCapability(capability);
    }

    @Override
    public Device defaultDevice() {
        return pytorch().defaultDevice();
    }

    @Override
    public SymbolBlock newSymbolBlock(NDManager manager) {
        return pytorch().newSymbolBlock(manager);
    }

    @Override
    public RangeCaptureModel newModel(String name, Device device) {
        return new RangeCaptureModel(name, device == null ? defaultDevice() : device, pytorch());
    }

    @Override
    public NDManager newBaseManager() {
        return pytorch().newBaseManager();
    }

    @Override
    public NDManager newBaseManager(Device device) {
        return pytorch().newBaseManager(device);
    }

    @Override
    public String toString() {
        return RangeCapture.ENGINE + " on " + pytorch();
    }
}
