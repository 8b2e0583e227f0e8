package io.rangefinder.capture;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;

/** Tells DJL of the engine {@code RangeCapture}. Found by {@link java.util.ServiceLoader}. */
public final class RangeCaptureEngineProvider implements EngineProvider {

    /** Behind every other engine: DJL never takes the last rank for its default. */
    static final int RANK = Integer.MAX_VALUE;

    private final Engine engine = new RangeCaptureEngine();

    /** Called by DJL. */
    public RangeCaptureEngineProvider() {}

    @Override
    public String getEngineName() {
        return RangeCapture.ENGINE;
    }

    @Override
    public int getEngineRank() {
        return RANK;
    }

    @Override
    public Engine getEngine() {
        return engine;
    }
}
